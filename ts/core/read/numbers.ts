/**
 * Flat plain arrays: read once, completely, into an array of our own. Whatever of the caller's runs while one is read (a proxy's
 * traps, the getter of an element) runs here, before anything that calls share is in use.
 */

import type { Call } from '../model/call.ts';

/** Longer arrays aren't kept for the next call. */
const longestSpare = 1 << 13;

/** No call reads more. */
const mostSpares = 4;

/** Arrays that calls have given back, so that a loop over small plain arrays makes none. */
const spares: Float64Array[] = [];

/** The numbers of a flat array; null if it holds something else, or is empty: what that is, `readTensor` knows. */
export function readNumbers(call: Call, x: readonly unknown[]): Float64Array | null {
  if (typeof x[0] !== 'number') return null;
  const numbers = roomFor(x.length);
  if (numbers === null || !copyNumbers(x, numbers)) return null;
  call.borrowed = [...call.borrowed, numbers];
  return numbers;
}

/** Gives back what a call has read plain arrays into. */
export function giveBack(call: Call): void {
  if (call.borrowed.length === 0) return;
  for (const numbers of call.borrowed) {
    if (numbers.length <= longestSpare && spares.length < mostSpares) spares.push(numbers);
  }
}

/** One of that length; null for a length that no array of ours can have. */
function roomFor(length: number): Float64Array | null {
  for (let i = spares.length - 1; i >= 0; i--) {
    const spare = spares[i]!;
    if (spare.length !== length) continue;
    spares[i] = spares[spares.length - 1]!;
    spares.pop();
    return spare;
  }
  spares.length = 0;
  try {
    return new Float64Array(length);
  } catch {
    return null;
  }
}

/** Copies as many elements as there is room for; false if one of them is no number. Four at a time: V8 doesn't unroll loops. */
function copyNumbers(x: readonly unknown[], into: Float64Array): boolean {
  const n = into.length;
  let i = 0;
  for (; i + 3 < n; i += 4) {
    const a = x[i];
    const b = x[i + 1];
    const c = x[i + 2];
    const d = x[i + 3];
    if (typeof a !== 'number' || typeof b !== 'number' || typeof c !== 'number' || typeof d !== 'number') return false;
    into[i] = a;
    into[i + 1] = b;
    into[i + 2] = c;
    into[i + 3] = d;
  }
  for (; i < n; i++) {
    const a = x[i];
    if (typeof a !== 'number') return false;
    into[i] = a;
  }
  return true;
}
