/** Σ w, the denominator of every mean: sample weights times class weights, ignored rows having none. */
import type { Call } from './call.ts';
import { rangeError } from './errors.ts';
import { Sum } from './sum.ts';
import { labelAt, labelError } from './targets.ts';

/** Terms that are added plainly before they go into the compensated total. */
const strip = 512;

/** Σ w of the call, 1 a sample where nothing weighs. Checks every weight. */
export function totalWeight(call: Call): number {
  checkWeights(call);
  const { definition } = call.loss;
  if (call.loss.shape === 'batch') return 2 * call.n;
  if (call.loss.shape === 'regularizer') return 1;
  if (definition.shape !== 'rowwise' || definition.target === 'none' || definition.target === 'scalar') {
    return call.weights.data === null ? call.n : sum(call, call.n / call.weightSpan, sampleWeight) * call.weightSpan;
  }
  const weighs = definition.target === 'classes' && call.vector !== null;
  if (!call.labelled) return sum(call, call.n, weighs ? denseWeight : sampleWeight);
  const ignores = typeof call.parameters.ignoreIndex === 'number';
  if (!weighs && !ignores) return call.weights.data === null ? call.n : sum(call, call.n, sampleWeight);
  return sum(call, call.n, weighs ? labelWeight : keptWeight);
}

/** Σ of the sample weights alone, one a sample without. Checks them. */
export function sampleTotal(call: Call): number {
  checkWeights(call);
  return sum(call, call.n, sampleWeight);
}

/** Σ of a term over `count` samples, in strips, whose sums are added with compensation. */
function sum(call: Call, count: number, term: (call: Call, i: number) => number): number {
  if (term === sampleWeight && call.weights.data === null) return count;
  const total = new Sum();
  for (let start = 0; start < count; start += strip) {
    const end = Math.min(count, start + strip);
    let part = 0;
    for (let i = start; i < end; i++) part += term(call, i);
    total.add(part);
  }
  return total.value();
}

function sampleWeight(call: Call, i: number): number {
  const { data } = call.weights;
  return data === null ? 1 : (data[i] as number);
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
  const { data } = call.target;
  let total = 0;
  for (let k = 0; k < call.width; k++) total += (data![i * call.width + k] as number) * call.vector![k]!;
  return w * total;
}

/** Weights are numbers from 0 on, infinity left out. */
function checkWeights(call: Call): void {
  const { data } = call.weights;
  if (data === null) return;
  for (let i = 0; i < data.length; i++) {
    const w = data[i] as number;
    if (!(w >= 0 && w < Infinity)) throw rangeError(call.loss.name, `sampleWeight[${i}]`, 'finite and >= 0', w);
  }
}
