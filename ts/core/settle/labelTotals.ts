/** Σ w, the denominator of the mean, where class weights multiply the sample weights and ignored rows have none. */

import { Sum } from '../base/sum.ts';
import type { Call } from '../model/call.ts';
import { labelAt, labelError } from '../read/labels.ts';
import { inDomain, readAt } from './fault.ts';
import { rowFault, targetDomain } from './rowFault.ts';
import { sampleTotal, strip } from './totals.ts';

/** Σ w of a loss of classes. Checks every weight, and every label or target where classes have weights. */
export function labelTotal(call: Call): number {
  const { definition } = call.loss;
  // First, for the check: class weights make it another sum.
  const samples = sampleTotal(call);
  const weighs = definition.shape === 'rowwise' && definition.target === 'classes' && call.vector !== null;
  if (!call.labelled) return weighs ? sum(call, denseWeight) : samples;
  if (weighs) return sum(call, labelWeight);
  return typeof call.parameters.ignoreIndex === 'number' ? sum(call, keptWeight) : samples;
}

/** Σ of a term over the samples, in strips, whose sums are added with compensation. */
function sum(call: Call, term: (call: Call, i: number) => number): number {
  const total = new Sum();
  for (let start = 0; start < call.n; start += strip) {
    const end = Math.min(call.n, start + strip);
    let part = 0;
    for (let i = start; i < end; i++) part += term(call, i);
    total.add(part);
  }
  return total.value();
}

function sampleWeight(call: Call, i: number): number {
  return call.weights.data === null ? 1 : readAt(call, call.weights, i);
}

/** Labels: the weight unless the row is ignored. */
function keptWeight(call: Call, i: number): number {
  const w = sampleWeight(call, i);
  return w === 0 || labelAt(call.target.data!, i) === call.parameters.ignoreIndex ? 0 : w;
}

/** Labels with class weights: that of the row's class. */
function labelWeight(call: Call, i: number): number {
  const w = keptWeight(call, i);
  if (w === 0) return 0;
  const label = labelAt(call.target.data!, i);
  if (label < 0 || label >= call.width) throw labelError(call, i);
  return w * call.vector![label]!;
}

/** Dense targets with class weights: Σ y_k·cw_k. */
export function denseWeight(call: Call, i: number): number {
  const w = sampleWeight(call, i);
  if (w === 0) return 0;
  let total = 0;
  for (let k = 0; k < call.width; k++) {
    const y = readAt(call, call.target, i * call.width + k);
    // A target outside its domain may make up a total that looks like no weight at all, or like too much.
    if (!inDomain(targetDomain(call), y)) throw rowFault(call, i);
    total += y * call.vector![k]!;
  }
  return w * total;
}
