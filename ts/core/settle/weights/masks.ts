/**
 * Loops over targets of which some are left out. Which ones is hard for a processor to guess, so that the loops that count do without
 * branches: true is 1, and false 0.
 */

import type { FloatArray } from '../../base/types.ts';

/** Stands for a target that is left out: within every binary domain. */
const harmless = 1;

/** How many of a run of targets are left out. */
export function countOut(y: FloatArray, from: number, to: number, out: number): number {
  let count = 0;
  if (Number.isNaN(out)) for (let i = from; i < to; i++) count += Number(Number.isNaN(y[i]));
  else for (let i = from; i < to; i++) count += Number(y[i] === out);
  return count;
}

/** Σ of the first n weights, less those whose targets are left out, in four parts that the processor adds side by side. */
export function keptSum(w: FloatArray, y: FloatArray, from: number, n: number, out: number): number {
  if (Number.isNaN(out)) return numberSum(w, y, from, n);
  let [a, b, c, d] = [0, 0, 0, 0];
  let i = 0;
  for (; i + 3 < n; i += 4) {
    a += w[i]! * Number(y[from + i] !== out);
    b += w[i + 1]! * Number(y[from + i + 1] !== out);
    c += w[i + 2]! * Number(y[from + i + 2] !== out);
    d += w[i + 3]! * Number(y[from + i + 3] !== out);
  }
  for (; i < n; i++) a += w[i]! * Number(y[from + i] !== out);
  return a + b + (c + d);
}

/** The same where NaN is left out. */
function numberSum(w: FloatArray, y: FloatArray, from: number, n: number): number {
  let [a, b] = [0, 0];
  let i = 0;
  for (; i + 1 < n; i += 2) {
    a += w[i]! * Number(!Number.isNaN(y[from + i]));
    b += w[i + 1]! * Number(!Number.isNaN(y[from + i + 1]));
  }
  if (i < n) a += w[i]! * Number(!Number.isNaN(y[from + i]));
  return a + b;
}

/** Of n targets from place y on, and their weights from place w on: those that are left out get a weight of 0, and a harmless target. */
export function drop(heap: FloatArray, w: number, y: number, n: number, out: number): void {
  if (heap instanceof Float32Array && out !== 0) {
    const bits = new Int32Array(heap.buffer, heap.byteOffset, heap.length);
    dropBits(bits, w, y, n, out);
  } else if (Number.isNaN(out)) {
    for (let i = 0; i < n; i++) if (Number.isNaN(heap[y + i])) [heap[w + i], heap[y + i]] = [0, harmless];
  } else {
    for (let i = 0; i < n; i++) if (heap[y + i] === out) [heap[w + i], heap[y + i]] = [0, harmless];
  }
}

/** The same by the bits of floats. */
function dropBits(bits: Int32Array, w: number, y: number, n: number, out: number): void {
  const [sought, one] = new Int32Array(Float32Array.of(out, harmless).buffer) as unknown as [number, number];
  const leavesNaN = Number.isNaN(out);
  for (let i = 0; i < n; i++) {
    const target = bits[y + i]!;
    // All ones where the target stays, else 0.
    const kept = (leavesNaN ? Number((target & 0x7fffffff) > 0x7f800000) : Number(target === sought)) - 1;
    bits[w + i] = bits[w + i]! & kept;
    bits[y + i] = (target & kept) | (one & ~kept);
  }
}
