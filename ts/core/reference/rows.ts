/** The reference for losses of rows. */

import { Sum } from '../base/sum.ts';
import type { TypedArray } from '../base/typed.ts';
import type { Domain, FloatArray } from '../base/types.ts';
import { type Call, inPrecision } from '../model/call.ts';
import type { Rowwise } from '../model/definition.ts';
import { labelAt } from '../read/labels.ts';
import { inDomain } from '../settle/fault.ts';
import { foldTarget } from '../settle/fold.ts';
import { counts, inputDomain, rowFault, targetDomain } from '../settle/rowFault.ts';

type Rows = { [name: string]: Float64Array };

/** A row as the formulas see it. */
interface Scratch {
  [name: string]: unknown;
  readonly target: Float64Array;
  label: number;
  shared: unknown;
}

/** Rowwise losses: each row is copied to scratch arrays, evaluated, and its derivatives written scaled. */
export function runRows(call: Call): Sum {
  const { loss, n, width, values, order } = call;
  const definition = loss.definition as Rowwise;
  const p = call.parameters as never;
  const row = scratchFor(call, definition);
  const domains = loss.inputs.map((_, i) => inputDomain(call, i));
  const grad: Rows = {};
  const hess: Rows = {};
  for (const name of loss.grads) {
    grad[name] = new Float64Array(width);
    hess[name] = new Float64Array(width);
  }
  const sum = new Sum();

  for (let r = 0; r < n; r++) {
    const w = rowWeight(call, r);
    if (w === 0) {
      clear(call, r);
      continue;
    }
    const lift = readRow(call, definition, domains, r, row);
    row.shared = definition.share?.(row as never, p, row.shared);
    const value = inPrecision(call, definition.value(row as never, p));
    sum.add(value, w * lift);
    if (values !== null) values[r] = w * lift * value;
    if (order > 0) definition.grad(row as never, p, grad);
    if (order > 1) definition.hess!(row as never, p, hess);
    writeRows(call, r, w * call.scale * lift, grad, hess);
  }
  return sum;
}

function scratchFor({ loss, width }: Call, definition: Rowwise): Scratch {
  const target = new Float64Array(definition.target === 'scalar' ? 1 : width);
  const row: Scratch = { target, label: -1, shared: undefined };
  for (const name of loss.inputs) row[name] = new Float64Array(width);
  return row;
}

/** The sample weight; 0 as well for ignored rows, and rows of a class that weighs nothing. */
function rowWeight(call: Call, r: number): number {
  const w = call.weights.data === null ? 1 : (call.weights.data[r] as number);
  if (w === 0 || (call.factorAt !== null && call.factorAt(r) === 0)) return 0;
  if (!call.labelled) return w;
  const label = labelAt(call.target.data!, r);
  if (label < 0 || label >= call.width) throw rowFault(call, r);
  return w;
}

/** Reads a row, and checks it. Returns what multiplies its loss. */
function readRow(call: Call, definition: Rowwise, domains: readonly Domain[], r: number, row: Scratch): number {
  const { width, loss } = call;
  for (let i = 0; i < loss.inputs.length; i++) {
    const scratch = row[loss.inputs[i]!] as Float64Array;
    copy(call.inputs[i]!.data!, r * width, scratch);
  }
  // Before the inputs: which of their elements count hangs on it.
  const lift = readTarget(call, definition, r, row);
  for (let i = 0; i < loss.inputs.length; i++) {
    const domain = domains[i]!;
    if (domain === 'real') continue;
    const scratch = row[loss.inputs[i]!] as Float64Array;
    for (let k = 0; k < width; k++) {
      if (!inDomain(domain, scratch[k]!) && counts(definition, i, row as never, k, call.parameters as never)) {
        throw rowFault(call, r);
      }
    }
  }
  return lift;
}

function readTarget(call: Call, definition: Rowwise, r: number, row: Scratch): number {
  const { width, target } = call;
  if (definition.target === 'none') return 1;
  if (definition.target === 'scalar') {
    row.target[0] = target.data![r] as number;
    if (!inDomain(targetDomain(call), row.target[0])) throw rowFault(call, r);
    return 1;
  }
  row.label = call.labelled ? labelAt(target.data!, r) : -1;
  if (definition.target === 'labels') return 1;
  if (!call.labelled) {
    const domain = targetDomain(call);
    for (let k = 0; k < width; k++) {
      if (!inDomain(domain, target.data![r * width + k] as number)) throw rowFault(call, r);
    }
  }
  return foldTarget(call, r, row.label, row.target);
}

/** Copies a row of numbers, from place `start` on. */
function copy(data: TypedArray, start: number, row: Float64Array): void {
  for (let k = 0; k < row.length; k++) row[k] = data[start + k] as number;
}

/** What weighs nothing isn't read: zeros. */
function clear({ width, values, grads, hess }: Call, r: number): void {
  values?.fill(0, r, r + 1);
  for (const { data } of grads) data.fill(0, r * width, (r + 1) * width);
  for (const { data } of hess) data.fill(0, r * width, (r + 1) * width);
}

function writeRows(call: Call, r: number, factor: number, grad: Rows, hess: Rows): void {
  if (call.order === 0) return;
  const { grads } = call.loss;
  for (let g = 0; g < grads.length; g++) {
    writeScaled(call.grads[g]!.data!, r, factor, grad[grads[g]!]!);
    if (call.order > 1) writeScaled(call.hess[g]!.data!, r, factor, hess[grads[g]!]!);
  }
}

/** Writes row r times a factor. */
export function writeScaled(into: FloatArray, r: number, factor: number, row: Float64Array): void {
  const start = r * row.length;
  for (let k = 0; k < row.length; k++) into[start + k] = factor * row[k]!;
}
