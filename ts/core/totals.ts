/** Σ w, the denominator of every mean: sample weights times class weights, ignored rows having none. */
import type { Call } from './call.ts';
import { rangeError } from './errors.ts';
import { faultError, inDomain, targetDomain } from './fault.ts';
import { Sum } from './sum.ts';
import { labelAt, labelError } from './targets.ts';

/** Terms that are added plainly before they go into the compensated total. */
const strip = 512;

/** Σ w of the call, 1 a sample where nothing weighs. Checks every weight. */
export function totalWeight(call: Call): number {
  const { definition, shape } = call.loss;
  if (shape === 'batch') return 2 * call.n;
  if (shape === 'regularizer') return 1;
  // First, for the check: class weights make it another sum.
  const samples = sampleTotal(call);
  if (definition.shape !== 'rowwise' || definition.target === 'none' || definition.target === 'scalar') return samples;
  const weighs = definition.target === 'classes' && call.vector !== null;
  if (!call.labelled) return weighs ? sum(call, call.n, denseWeight) : samples;
  if (weighs) return sum(call, call.n, labelWeight);
  return typeof call.parameters.ignoreIndex === 'number' ? sum(call, call.n, keptWeight) : samples;
}

/** Σ of the sample weights alone, 1 a sample without. Checks them: numbers from 0 on, infinity left out. */
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

/** Σ of a term over `count` samples, in strips, whose sums are added with compensation. */
function sum(call: Call, count: number, term: (call: Call, i: number) => number): number {
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
  for (let k = 0; k < call.width; k++) {
    const y = data![i * call.width + k] as number;
    // A target outside its domain may make up a total that looks like no weight at all, or like too much.
    if (!inDomain(targetDomain(call), y)) throw faultError(call, i);
    total += y * call.vector![k]!;
  }
  return w * total;
}
