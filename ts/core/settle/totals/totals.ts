/** Σ w, the denominator of every mean, by the sample weights alone; labelTotals.ts has class weights and ignored rows. */

import { notInFloat32, rangeError, typeError } from '../../base/errors.ts';
import { Sum } from '../../base/sum.ts';
import type { FloatArray } from '../../base/types.ts';
import { floatsFrom, numberAt, widen } from '../../base/widen.ts';
import { type Call, inPrecision } from '../../model/call.ts';
import { Slot } from '../../model/slot.ts';
import { tiniest } from '../precision.ts';

/** Terms that are added plainly before they go into the compensated total. */
export const strip = 512;

/**
 * Settles Σ w, the denominator, and what derivatives are multiplied by. A sum that is infinite is a RangeError, and so is a denominator
 * whose reciprocal is.
 */
export function settleTotal(call: Call): void {
  call.total = call.loss.steps.total(call);
  const { loss, total, reduction, divisor } = call;
  if (total === Infinity) throw overflow(call);
  if (divisor === 0) {
    checkReciprocal(call, 'sampleWeight', 'of a sum', total, 'scale the weights up');
  } else if (reduction === 'mean') {
    checkReciprocal(call, 'divisor', 'a number', divisor, 'scale the loss up, say by sampleWeight');
  } else {
    const fix = "it takes the place of Σ w in reduction: 'mean'";
    throw typeError(loss.name, 'divisor', `left out with reduction: '${reduction}'`, divisor, fix);
  }
  if (reduction === 'mean' && total !== 0) call.denominator = divisor === 0 ? total : divisor;
  call.scale = 1 / call.denominator;
}

/** Throws for a denominator whose reciprocal is infinite. */
function checkReciprocal(call: Call, arg: string, what: string, x: number, fix: string): void {
  if (x === 0 || inPrecision(call, 1 / x) !== Infinity) return;
  throw rangeError(call.loss.name, arg, `${what} whose reciprocal is finite`, x, fix);
}

const overflow = (call: Call): RangeError =>
  rangeError(call.loss.name, 'sampleWeight', 'of a finite sum', Infinity, 'scale the weights down');

/**
 * Σ of the sample weights, 1 a sample without. Checks them: numbers from 0 on, infinity left out. Those below the normal range become 0 in
 * the call, unless there are no others.
 */
export function sampleTotal(call: Call): number {
  const { weights, single } = call;
  const { data } = weights;
  if (data === null) return call.n;
  const tiny = tiniest(single);
  // In the precision of the call, so that a weight is the same on every path.
  const isFloat = single ? data instanceof Float32Array : data instanceof Float64Array;
  const room = single ? new Float32Array(isFloat ? 0 : strip) : new Float64Array(isFloat ? 0 : strip);
  const total = new Sum();
  let hasTiny = false;
  for (let start = 0; start < weights.length; start += strip) {
    const count = Math.min(weights.length - start, strip);
    if (!isFloat) widen(data, start, count, room, 0);
    const floats = isFloat ? (data as FloatArray) : room;
    const from = isFloat ? start : 0;
    let sum = stripSum(floats, from, from + count, tiny);
    if (sum < 0) {
      sum = 0;
      for (let i = from; i < from + count; i++) {
        const w = floats[i]!;
        if (!(w >= 0)) throw weightError(call);
        if (w < tiny && w > 0) hasTiny = true;
        sum += w;
      }
    }
    total.add(sum);
  }
  const value = total.value();
  if (!(value >= 0 && value < Infinity)) throw weightError(call);
  if (!hasTiny || 1 / value === Infinity) return value * call.weightSpan;
  const flushed = floatsFrom(data, single).map((w) => (w < tiny ? 0 : w));
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

function weightError(call: Call): RangeError {
  const { data, length } = call.weights;
  const isWeight = (w: number): boolean => w >= 0 && w < Infinity;
  for (let i = 0; i < length; i++) {
    const w = numberAt(data!, i);
    if (isWeight(inPrecision(call, w))) continue;
    const error = isWeight(w) ? notInFloat32 : rangeError;
    return error(call.loss.name, `sampleWeight[${i}]`, 'finite and >= 0', w);
  }
  return overflow(call);
}
