/** Sums of products in double precision: plain ones for float32, and for float64 ones that keep what additions lose. */

import { lostIn } from '../../base/sum.ts';
import type { FloatArray } from '../../base/types.ts';

/** Sums that grow side by side. */
export class Sums {
  readonly #sum: Float64Array;
  /** What additions lost; null where doubles have digits to spare. */
  readonly #lost: Float64Array | null;

  constructor(length: number, single: boolean) {
    this.#sum = new Float64Array(length);
    this.#lost = single ? null : new Float64Array(length);
  }

  /** Adds a factor times n numbers, from a place on, to the sums from another on. */
  add(at: number, factor: number, x: FloatArray, from: number, n: number): void {
    const [sum, lost] = [this.#sum, this.#lost];
    if (lost === null) {
      for (let i = 0; i < n; i++) sum[at + i]! += factor * x[from + i]!;
      return;
    }
    for (let i = 0; i < n; i++) {
      const [before, term] = [sum[at + i]!, factor * x[from + i]!];
      const next = before + term;
      sum[at + i] = next;
      lost[at + i]! += lostIn(before, term, next);
    }
  }

  /** Writes the sums to an array, from a place on. */
  write(into: FloatArray, at: number): void {
    const [sum, lost] = [this.#sum, this.#lost];
    for (let i = 0; i < sum.length; i++) into[at + i] = sum[i]! + (lost === null ? 0 : finite(lost[i]!));
  }

  /** Makes all of them 0. */
  clear(): void {
    this.#sum.fill(0);
    this.#lost?.fill(0);
  }
}

/** A number and the products of two rows of n numbers. */
export function dot(
  first: number,
  a: FloatArray,
  i: number,
  b: FloatArray,
  k: number,
  n: number,
  single: boolean,
): number {
  let sum = first;
  if (single) {
    for (let d = 0; d < n; d++) sum += a[i + d]! * b[k + d]!;
    return sum;
  }
  let lost = 0;
  for (let d = 0; d < n; d++) {
    const term = a[i + d]! * b[k + d]!;
    const next = sum + term;
    lost += lostIn(sum, term, next);
    sum = next;
  }
  return sum + finite(lost);
}

/** Sums that are infinite or NaN have lost nothing that matters. */
const finite = (lost: number): number => (Number.isFinite(lost) ? lost : 0);
