/** Sums over vectors: added plainly in short strips, by four at a time, and the strips with compensation. */

import { Sum } from '../../core/base/sum.ts';
import { square, sum } from './math.ts';

/** Terms of a strip: few enough that adding them plainly costs no accuracy that anyone would miss. */
const strip = 128;

/** Σ x_k. */
export function total(x: Float64Array): number {
  if (x.length <= strip) return totalOf(x, 0, x.length);
  const sum = new Sum();
  for (let start = 0; start < x.length; start += strip) sum.add(totalOf(x, start, Math.min(x.length, start + strip)));
  return sum.value();
}

/** Σ a_k b_k: the dot product, for unit vectors the cosine. */
export function dot(a: Float64Array, b: Float64Array): number {
  if (a.length <= strip) return dotOf(a, b, 0, a.length);
  const sum = new Sum();
  for (let start = 0; start < a.length; start += strip) sum.add(dotOf(a, b, start, Math.min(a.length, start + strip)));
  return sum.value();
}

/** Σ (a_k − b_k)². */
export function squaredGap(a: Float64Array, b: Float64Array): number {
  if (a.length <= strip) return gapOf(a, b, 0, a.length);
  const sum = new Sum();
  for (let start = 0; start < a.length; start += strip) sum.add(gapOf(a, b, start, Math.min(a.length, start + strip)));
  return sum.value();
}

/** |x|. */
export function length(x: Float64Array): number {
  const square = dot(x, x);
  return isSafe(square) ? Math.sqrt(square) : scaledLength(x, (k) => x[k]!);
}

/** |a − b|. */
export function gap(a: Float64Array, b: Float64Array): number {
  const square = squaredGap(a, b);
  return isSafe(square) ? Math.sqrt(square) : scaledLength(a, (k) => a[k]! - b[k]!);
}

/** Writes x/|x|, 0 for a zero vector; returns |x|. */
export function normalise(x: Float64Array, into: Float64Array): number {
  const size = length(x);
  // At the ends of the range a length has too few digits, or none.
  const by = size > 1e300 ? 2 ** -500 : size < 1e-300 ? 2 ** 500 : 1;
  for (let k = 0; k < x.length; k++) into[k] = x[k]! * by;
  const own = length(into);
  for (let k = 0; k < x.length; k++) into[k] = own === 0 ? 0 : into[k]! / own;
  return size;
}

/** Whether a sum of squares is so far inside the range of doubles that no term of weight overflowed or vanished. */
const isSafe = (square: number): boolean => square > 1e-280 && square < 1e280;

/** √Σ x(k)², scaled by the largest so that no square overflows or vanishes. */
function scaledLength({ length: n }: Float64Array, x: (k: number) => number): number {
  let scale = 0;
  for (let k = 0; k < n; k++) scale = Math.max(scale, Math.abs(x(k)));
  if (scale === 0 || scale === Infinity) return scale;
  return scale * Math.sqrt(sum(n, (k) => square(x(k) / scale)));
}

function totalOf(x: Float64Array, start: number, end: number): number {
  let s = 0;
  let t = 0;
  let u = 0;
  let v = 0;
  let k = start;
  for (; k + 3 < end; k += 4) {
    s += x[k]!;
    t += x[k + 1]!;
    u += x[k + 2]!;
    v += x[k + 3]!;
  }
  for (; k < end; k++) s += x[k]!;
  return s + t + (u + v);
}

function dotOf(a: Float64Array, b: Float64Array, start: number, end: number): number {
  let s = 0;
  let t = 0;
  let u = 0;
  let v = 0;
  let k = start;
  for (; k + 3 < end; k += 4) {
    s += a[k]! * b[k]!;
    t += a[k + 1]! * b[k + 1]!;
    u += a[k + 2]! * b[k + 2]!;
    v += a[k + 3]! * b[k + 3]!;
  }
  for (; k < end; k++) s += a[k]! * b[k]!;
  return s + t + (u + v);
}

function gapOf(a: Float64Array, b: Float64Array, start: number, end: number): number {
  let s = 0;
  let t = 0;
  let u = 0;
  let v = 0;
  let k = start;
  for (; k + 3 < end; k += 4) {
    s += square(a[k]! - b[k]!);
    t += square(a[k + 1]! - b[k + 1]!);
    u += square(a[k + 2]! - b[k + 2]!);
    v += square(a[k + 3]! - b[k + 3]!);
  }
  for (; k < end; k++) s += square(a[k]! - b[k]!);
  return s + t + (u + v);
}
