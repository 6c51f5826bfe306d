/**
 * Weights that the options of losses with binary targets give to elements: those of their classes (`classWeight`), and 0 for targets that are
 * left out (`ignoreTarget`). They multiply the sample weights, strip by strip for their sum, and block by block for the kernels.
 */

import { rangeError } from '../../base/errors.ts';
import { Sum } from '../../base/sum.ts';
import type { FloatArray } from '../../base/types.ts';
import { widen } from '../../base/widen.ts';
import { type Call, inPrecision } from '../../model/call.ts';
import { settleElements } from '../elements.ts';
import { readAt } from '../faults/fault.ts';
import { inCallPrecision } from '../precision.ts';
import { classWidth } from '../shape.ts';
import { sampleTotal, strip } from '../totals/totals.ts';
import { elementLayout, multiplyApart } from './apart.ts';
import { ownWeight, spread, weightOf } from './weightOf.ts';

/** Where the target is among the inputs. */
const target = 1;

/** Settles samples and width, which class weights tell as well, and which target is left out. */
export function settleBinary(call: Call, length: number): void {
  settleElements(call, length);
  const weights = call.parameters.classWeight as Float64Array | null | undefined;
  if (weights) call.width = classWidth(call, 'classWeight', weights, call.width > 0 ? call.width : -1, length);
  if (typeof call.parameters.ignoreTarget === 'number') call.masked = call.inputs[target]!;
}

/** Σ w of a loss with binary targets. Checks the weights. */
export function binaryTotal(call: Call): number {
  // First, for the check.
  const samples = sampleTotal(call);
  const given = call.parameters.classWeight as Float64Array | null | undefined;
  if (!given && call.masked === null) return samples;
  call.classWeight = given ? inCallPrecision(call, given) : null;
  const [isOut, weightOfClass] = [outside(call), classWeightAt(call)];
  call.factorAt = (i) => (isOut(i) ? 0 : weightOfClass(i));
  const total = call.masked === null ? classTotal(call, samples) : (call.backend.keptWeight?.(call) ?? keptTotal(call));
  if (inPrecision(call, total) === Infinity) checkProducts(call);
  return total;
}

/** Tells whether the target of an element is the one that is left out. */
function outside(call: Call): (i: number) => boolean {
  const { masked } = call;
  if (masked === null) return () => false;
  const out = ignoredOf(call);
  return Number.isNaN(out) ? (i) => Number.isNaN(readAt(call, masked, i)) : (i) => readAt(call, masked, i) === out;
}

/** The target that is left out, as the call has it. */
export const ignoredOf = (call: Call): number => inPrecision(call, call.parameters.ignoreTarget as number);

/** The weight of an element's class. */
const classWeightAt = (call: Call): ((i: number) => number) => {
  const [period, { inner }] = [call.classWeight?.length ?? 0, call];
  return period === 0 ? () => 1 : (i) => call.classWeight![Math.floor(i / inner) % period]!;
};

/** Σ w where no target is left out: each class has as many elements as the others, and rows have one weight, if not each element. */
function classTotal(call: Call, samples: number): number {
  const { n, weights, weightSpan, classWeight } = call;
  if (weights.data === null || weightSpan > 1)
    return (samples / classWeight!.length) * sumOf(classWeight!, classWeight!.length);
  const w = room(call);
  return inStrips(n, (start, count) => {
    writeWeights(call, start, count, w, 0);
    return sumOf(w, count);
  });
}

/** Σ w without the targets that are left out. */
const keptTotal = (call: Call): number =>
  inStrips(call.n, (start, count) => {
    let sum = 0;
    for (let i = start; i < start + count; i++) sum += inPrecision(call, weightOf(call, i));
    return sum;
  });

/** Σ of what strips come to. */
function inStrips(n: number, sumOfStrip: (start: number, count: number) => number): number {
  const total = new Sum();
  for (let start = 0; start < n; start += strip) total.add(sumOfStrip(start, Math.min(n - start, strip)));
  return total.value();
}

const room = ({ single }: Call): FloatArray => (single ? new Float32Array(strip) : new Float64Array(strip));

/** Writes sample weights times class weights of elements to place `at`. */
export function writeWeights(call: Call, start: number, count: number, into: FloatArray, at: number): void {
  const { weights, weightSpan, classWeight, inner } = call;
  if (weights.data === null) {
    if (classWeight === null) into.fill(1, at, at + count);
    else if (inner === 1) repeat(classWeight, start, count, into, at);
    else elementLayout.vector(call, classWeight, { start, count }, into, at);
    return;
  }
  if (weightSpan === 1) widen(weights.data, start, count, into, at);
  else if (inner === 1) spread(call, start, count, into, at);
  else elementLayout.weights(call, { start, count }, into, at);
  if (classWeight === null) return;
  if (inner > 1) {
    multiplyApart(call, classWeight, { start, count }, into, at);
    return;
  }
  const [period, end] = [classWeight.length, at + count];
  // Class by class of a row, the first of which may have begun before.
  for (let i = at, row = at - (start % period); i < end; row += period) {
    for (const next = Math.min(end, row + period); i < next; i++) into[i] = into[i]! * classWeight[i - row]!;
  }
}

/** Writes the weights of the classes again and again. */
function repeat(classWeight: Float64Array, start: number, count: number, into: FloatArray, at: number): void {
  const period = classWeight.length;
  const first = Math.min(period, count);
  for (let i = 0; i < first; i++) into[at + i] = classWeight[(start + i) % period]!;
  for (let done = first; done < count; done *= 2) into.copyWithin(at + done, at, at + Math.min(done, count - done));
}

/** Σ of the first n, in four parts that the processor adds side by side. */
function sumOf(x: FloatArray, n: number): number {
  let [a, b, c, d] = [0, 0, 0, 0];
  let i = 0;
  for (; i + 3 < n; i += 4) {
    a += x[i]!;
    b += x[i + 1]!;
    c += x[i + 2]!;
    d += x[i + 3]!;
  }
  for (; i < n; i++) a += x[i]!;
  return a + b + (c + d);
}

/** Throws if the product of two weights is more than the precision holds. */
function checkProducts(call: Call): void {
  const weightOfClass = classWeightAt(call);
  for (let i = 0; i < call.n; i++) {
    const w = ownWeight(call, i) * weightOfClass(i);
    if (inPrecision(call, w) !== Infinity) continue;
    throw rangeError(call.loss.name, 'sampleWeight', 'finite times classWeight', w, 'scale the weights down');
  }
}
