/** Σ w, the denominator of every mean, by the sample weights alone; labelTotals.ts has class weights and ignored rows. */

import { rangeError } from '../base/errors.ts';
import { Sum } from '../base/sum.ts';
import type { Call } from '../model/call.ts';

/** Terms that are added plainly before they go into the compensated total. */
export const strip = 512;

/** Σ of the sample weights, 1 a sample without. Checks them: numbers from 0 on, infinity left out. */
export function sampleTotal(call: Call): number {
  const { data } = call.weights;
  if (data === null) return call.n;
  const total = new Sum();
  const weights = data as Float64Array;
  for (let start = 0; start < weights.length; start += strip) {
    total.add(stripSum(weights, start, Math.min(weights.length, start + strip)));
  }
  const value = total.value();
  if (!(value >= 0 && value < Infinity) || Number.isNaN(value)) throw weightError(call, weights);
  return value * call.weightSpan;
}

/** A strip's sum, in four parts that the processor adds side by side; NaN if a weight is negative. */
function stripSum(weights: Float64Array, start: number, end: number): number {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  let least = 0;
  let i = start;
  for (; i + 3 < end; i += 4) {
    const w = weights[i]!;
    const x = weights[i + 1]!;
    const y = weights[i + 2]!;
    const z = weights[i + 3]!;
    a += w;
    b += x;
    c += y;
    d += z;
    least = Math.min(least, w, x, y, z);
  }
  for (; i < end; i++) {
    a += weights[i]!;
    least = Math.min(least, weights[i]!);
  }
  return least < 0 ? Number.NaN : a + b + (c + d);
}

function weightError(call: Call, weights: Float64Array): RangeError {
  const { name } = call.loss;
  const place = weights.findIndex((w) => !(w >= 0 && w < Infinity));
  if (place >= 0) return rangeError(name, `sampleWeight[${place}]`, 'finite and >= 0', weights[place]);
  return rangeError(name, 'sampleWeight', 'of a finite sum', 'Infinity', 'scale the weights down');
}
