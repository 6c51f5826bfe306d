/** The reference for losses of rows. */

import { Sum } from '../base/sum.ts';
import type { TypedArray } from '../base/typed.ts';
import type { Domain, FloatArray } from '../base/types.ts';
import { type Call, inPrecision, rowStart } from '../model/call.ts';
import type { Rowwise } from '../model/definition.ts';
import { labelAt } from '../read/labels.ts';
import { inDomain } from '../settle/faults/fault.ts';
import { counts, inputDomain, rowFault, targetDomain } from '../settle/faults/rowFault.ts';
import { foldTarget } from '../settle/fold.ts';

type Rows = { [name: string]: Float64Array };

/** A row as the formulas see it. */
interface Scratch {
  [name: string]: unknown;
  readonly target: Float64Array;
  label: number;
  lift: number;
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
    row.lift = lift;
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
  const row: Scratch = { target, label: -1, lift: 1, shared: undefined };
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
  const { width, inner, loss } = call;
  const start = rowStart(call, r);
  for (let i = 0; i < loss.inputs.length; i++) {
    const scratch = row[loss.inputs[i]!] as Float64Array;
    copy(call.inputs[i]!.data!, start, inner, scratch);
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
  const { width, inner, target } = call;
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
    for (let k = 0, at = rowStart(call, r); k < width; k++, at += inner) {
      if (!inDomain(domain, target.data![at] as number)) throw rowFault(call, r);
    }
  }
  return foldTarget(call, r, row.label, row.target);
}

/** Copies a row of numbers, from place `start` on, `inner` places apart. */
function copy(data: TypedArray, start: number, inner: number, row: Float64Array): void {
  for (let k = 0, at = start; k < row.length; k++, at += inner) row[k] = data[at] as number;
}

/** What weighs nothing isn't read: zeros. */
function clear(call: Call, r: number): void {
  const { width, inner, values, grads, hess } = call;
  values?.fill(0, r, r + 1);
  const start = rowStart(call, r);
  for (const { data } of [...grads, ...hess]) for (let k = 0; k < width; k++) data[start + k * inner] = 0;
}

function writeRows(call: Call, r: number, factor: number, grad: Rows, hess: Rows): void {
  if (call.order === 0) return;
  const { grads } = call.loss;
  const start = rowStart(call, r);
  for (let g = 0; g < grads.length; g++) {
    writeScaled(call.grads[g]!.data!, start, factor, grad[grads[g]!]!, call.inner);
    if (call.order > 1) writeScaled(call.hess[g]!.data!, start, factor, hess[grads[g]!]!, call.inner);
  }
}

/** Writes a row times a factor, from place `start` on. */
export function writeScaled(into: FloatArray, start: number, factor: number, row: Float64Array, inner = 1): void {
  for (let k = 0, at = start; k < row.length; k++, at += inner) into[at] = factor * row[k]!;
}
