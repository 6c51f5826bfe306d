/** Σ w, the denominator of every mean, by the sample weights alone; labelTotals.ts has class weights and ignored rows. */

import { rangeError } from '../base/errors.ts';
import { Sum } from '../base/sum.ts';
import type { FloatArray } from '../base/types.ts';
import { type Call, inPrecision } from '../model/call.ts';
import { Slot } from '../model/slot.ts';
import { tiniest } from './precision.ts';

/** Terms that are added plainly before they go into the compensated total. */
export const strip = 512;

/** Settles Σ w, and what derivatives are multiplied by. A sum that is infinite, or whose reciprocal is, is a RangeError. */
export function settleTotal(call: Call): void {
  call.total = call.loss.steps.total(call);
  const { total, reduction } = call;
  if (total === Infinity) throw overflow(call);
  if (total !== 0 && inPrecision(call, 1 / total) === Infinity) {
    throw rangeError(
      call.loss.name,
      'sampleWeight',
      'of a sum whose reciprocal is finite',
      total,
      'scale the weights up',
    );
  }
  call.scale = reduction === 'mean' && total !== 0 ? 1 / total : 1;
}

const overflow = (call: Call): RangeError =>
  rangeError(call.loss.name, 'sampleWeight', 'of a finite sum', 'Infinity', 'scale the weights down');

/**
 * Σ of the sample weights, 1 a sample without. Checks them: numbers from 0 on, infinity left out. Those below the normal range become 0 in
 * the call, unless there are no others.
 */
export function sampleTotal(call: Call): number {
  if (call.weights.data === null) return call.n;
  const weights = call.weights.data as FloatArray;
  const tiny = tiniest(call.single);
  const total = new Sum();
  let hasTiny = false;
  for (let start = 0; start < weights.length; start += strip) {
    const end = Math.min(weights.length, start + strip);
    let sum = stripSum(weights, start, end, tiny);
    if (sum < 0) {
      const part = weights.subarray(start, end);
      if (part.some((w) => !(w >= 0))) throw weightError(call, weights);
      hasTiny ||= part.some((w) => w > 0 && w < tiny);
      sum = 0;
      for (const w of part) sum += w;
    }
    total.add(sum);
  }
  const value = total.value();
  if (!(value >= 0 && value < Infinity)) throw weightError(call, weights);
  if (!hasTiny || 1 / value === Infinity) return value * call.weightSpan;
  const flushed = weights.map((w) => (w < tiny ? 0 : w));
  call.weights = new Slot(flushed, flushed.length, null, null, false);
  return sampleTotal(call);
}

/** A strip's sum, in four parts that the processor adds side by side; −1 if there are weights below the normal range, or 0. */
function stripSum(weights: FloatArray, start: number, end: number, tiny: number): number {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  let isLow = false;
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
    if (w < tiny || x < tiny || y < tiny || z < tiny) isLow = true;
  }
  for (; i < end; i++) {
    a += weights[i]!;
    if (weights[i]! < tiny) isLow = true;
  }
  return isLow ? -1 : a + b + (c + d);
}

function weightError(call: Call, weights: FloatArray): RangeError {
  const place = weights.findIndex((w) => !(w >= 0 && w < Infinity));
  if (place < 0) return overflow(call);
  return rangeError(call.loss.name, `sampleWeight[${place}]`, 'finite and >= 0', weights[place]);
}
