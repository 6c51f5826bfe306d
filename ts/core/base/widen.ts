/**
 * Numbers of every type as floats. Each is converted exactly, or where the float can't hold it to the nearest one, and
 * rounded once.
 */

import { Halves, halfToNumber } from './half.ts';
import { part, type TypedArray } from './typed.ts';
import type { FloatArray } from './types.ts';

/** Runs up to this are quicker copied by hand than by `set`. */
const few = 12;

/** True for 64-bit integers. */
export const isBig = (data: TypedArray): data is BigInt64Array | BigUint64Array =>
  data instanceof BigInt64Array || data instanceof BigUint64Array;

/** One element as a double. */
export const numberAt = (data: TypedArray, i: number): number =>
  data instanceof Halves ? halfToNumber(data[i]!) : Number(data[i]);

/** Writes n elements, from place `start` on, as floats to place `at`. */
export function widen(data: TypedArray, start: number, n: number, into: FloatArray, at: number): void {
  if (data instanceof Halves) for (let i = 0; i < n; i++) into[at + i] = halfToNumber(data[start + i]!);
  else if (isBig(data)) widenBig(data, start, n, into, at);
  else if (n <= few) for (let i = 0; i < n; i++) into[at + i] = data[start + i]!;
  else into.set(part(data, start, n), at);
}

function widenBig(data: BigInt64Array | BigUint64Array, start: number, n: number, into: FloatArray, at: number): void {
  const single = into instanceof Float32Array;
  for (let i = 0; i < n; i++) into[at + i] = single ? towardOdd(data[start + i]!) : Number(data[start + i]!);
}

/**
 * A double that rounds to the same float32 as x: where a double can't hold x, of its two neighbours the one that is odd, which is never
 * a tie.
 */
function towardOdd(x: bigint): number {
  const double = Number(x);
  if (Number.isSafeInteger(double)) return double;
  const high = x >> 11n;
  return Number(high << 11n === x ? high : high | 1n) * 2 ** 11;
}

/** The elements as floats of a precision: themselves, or converted. */
export function floatsOf(data: TypedArray, single: boolean): FloatArray {
  if (single ? data instanceof Float32Array : data instanceof Float64Array) return data as FloatArray;
  const floats = single ? new Float32Array(data.length) : new Float64Array(data.length);
  widen(data, 0, data.length, floats, 0);
  return floats;
}
