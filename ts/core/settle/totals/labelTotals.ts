/** Σ w, the denominator of the mean, where class weights multiply the sample weights and ignored rows have none. */

import { Sum } from '../../base/sum.ts';
import { type Call, rowStart } from '../../model/call.ts';
import { isIgnored, labelAt, labelError } from '../../read/labels.ts';
import { inDomain, readAt } from '../faults/fault.ts';
import { rowFault, targetDomain } from '../faults/rowFault.ts';
import { weightOf } from '../weights/weightOf.ts';
import { sampleTotal, strip } from './totals.ts';

/** Σ w of a loss of classes. Checks every weight, and every label or target where classes have weights. */
export function labelTotal(call: Call): number {
  // First, for the check: class weights make it another sum.
  const samples = sampleTotal(call);
  call.factorAt = factorOf(call);
  return call.factorAt === null ? samples : weightTotal(call);
}

/** What class weights and ignored labels make of a row's weight. */
function factorOf(call: Call): Call['factorAt'] {
  const { definition } = call.loss;
  const weighs = definition.shape === 'rowwise' && definition.vector === 'classWeight' && call.vector !== null;
  if (!call.labelled) return weighs ? denseFactorOf(call) : null;
  if (weighs) return (i) => labelFactor(call, i);
  return call.parameters.ignoreIndex === null ? null : (i) => (isIgnored(call, i) ? 0 : 1);
}

/** Σ of the weights over the samples, in strips, whose sums are added with compensation. */
function weightTotal(call: Call): number {
  const total = new Sum();
  for (let start = 0; start < call.n; start += strip) {
    const end = Math.min(call.n, start + strip);
    let part = 0;
    for (let i = start; i < end; i++) part += weightOf(call, i);
    total.add(part);
  }
  return total.value();
}

/** Labels with class weights: that of the row's class. */
function labelFactor(call: Call, i: number): number {
  if (isIgnored(call, i)) return 0;
  const label = labelAt(call.target.data!, i);
  if (label < 0 || label >= call.width) throw labelError(call, i);
  return call.vector![label]!;
}

/** Dense targets with class weights: Σ y_k·cw_k. */
function denseFactorOf(call: Call): (i: number) => number {
  const { target, single, width, inner } = call;
  const domain = targetDomain(call);
  const { data } = target;
  const isOwn = single ? data instanceof Float32Array : data instanceof Float64Array;
  return (i) => {
    let total = 0;
    for (let k = 0, at = rowStart(call, i); k < width; k++, at += inner) {
      const y = isOwn ? (data![at] as number) : readAt(call, target, at);
      // A target outside its domain may make up a total that looks like no weight at all, or like too much.
      if (!inDomain(domain, y)) throw rowFault(call, i);
      total += y * call.vector![k]!;
    }
    return total;
  };
}
