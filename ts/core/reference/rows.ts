/** The reference for losses of rows. */

import { Sum } from '../base/sum.ts';
import type { FloatArray } from '../base/types.ts';
import { type Call, inPrecision } from '../model/call.ts';
import type { Rowwise } from '../model/definition.ts';
import { labelAt } from '../read/labels.ts';
import { faultError, inDomain, inputDomain, targetDomain } from '../settle/fault.ts';
import { denseWeight } from '../settle/labelTotals.ts';
import { foldTarget } from '../settle/targets.ts';

type Rows = { [name: string]: Float64Array };

/** Rowwise losses: each row is copied to scratch arrays, evaluated, and its derivatives written scaled. */
export function runRows(call: Call): number {
  const { loss, n, width, values, order } = call;
  const definition = loss.definition as Rowwise;
  const p = call.parameters as never;
  const row: { [name: string]: unknown; target: Float64Array; label: number } = {
    target: new Float64Array(definition.target === 'scalar' ? 1 : width),
    label: -1,
  };
  for (const name of loss.inputs) row[name] = new Float64Array(width);
  const grad: Rows = {};
  const hess: Rows = {};
  for (const name of loss.grads) {
    grad[name] = new Float64Array(width);
    hess[name] = new Float64Array(width);
  }
  const sum = new Sum();

  for (let r = 0; r < n; r++) {
    const w = rowWeight(call, definition, r);
    if (w === 0) {
      if (values !== null) values[r] = 0;
      writeRows(call, r, 0, grad, hess);
      continue;
    }
    readRow(call, definition, r, row);
    const term = w * definition.value(row as never, p);
    sum.add(inPrecision(call, term));
    if (values !== null) values[r] = term;
    if (order > 0) definition.grad(row as never, p, grad);
    if (order > 1) definition.hess!(row as never, p, hess);
    writeRows(call, r, w * call.scale, grad, hess);
  }
  return sum.value();
}

/** The sample weight; 0 as well for ignored rows, and rows of a class that weighs nothing. */
function rowWeight(call: Call, definition: Rowwise, r: number): number {
  const w = call.weights.data === null ? 1 : (call.weights.data[r] as number);
  const weighs = definition.target === 'classes' && call.vector !== null;
  if (w === 0) return 0;
  if (!call.labelled) return weighs && denseWeight(call, r) === 0 ? 0 : w;
  const label = labelAt(call.target.data!, r);
  if (label === call.parameters.ignoreIndex) return 0;
  if (label < 0 || label >= call.width) throw faultError(call, r);
  return weighs && call.vector![label] === 0 ? 0 : w;
}

function readRow(
  call: Call,
  definition: Rowwise,
  r: number,
  row: { [name: string]: unknown; target: Float64Array; label: number },
): void {
  const { width, loss } = call;
  for (let i = 0; i < loss.inputs.length; i++) {
    const scratch = row[loss.inputs[i]!] as Float64Array;
    const data = call.inputs[i]!.data!;
    const domain = inputDomain(call, i);
    for (let k = 0; k < width; k++) {
      const x = data[r * width + k] as number;
      if (!inDomain(domain, x)) throw faultError(call, r);
      scratch[k] = x;
    }
  }
  if (definition.target === 'none') return;
  if (definition.target === 'scalar') {
    row.target[0] = call.target.data![r] as number;
    if (!inDomain(targetDomain(call), row.target[0])) throw faultError(call, r);
    return;
  }
  row.label = call.labelled ? labelAt(call.target.data!, r) : -1;
  if (definition.target === 'labels') return;
  if (!call.labelled) {
    const domain = targetDomain(call);
    for (let k = 0; k < width; k++) {
      if (!inDomain(domain, call.target.data![r * width + k] as number)) throw faultError(call, r);
    }
  }
  foldTarget(call, r, row.label, row.target);
}

function writeRows(call: Call, r: number, factor: number, grad: Rows, hess: Rows): void {
  if (call.order === 0) return;
  const { grads } = call.loss;
  for (let g = 0; g < grads.length; g++) {
    writeRow(call.grads[g]!.data!, r, factor, grad[grads[g]!]!);
    if (call.order > 1) writeRow(call.hess[g]!.data!, r, factor, hess[grads[g]!]!);
  }
}

export function writeRow(into: FloatArray, r: number, factor: number, row: Float64Array): void {
  const start = r * row.length;
  // A factor of 0 stands for a row that wasn't read: its scratch is another row's.
  for (let k = 0; k < row.length; k++) into[start + k] = factor === 0 ? 0 : factor * row[k]!;
}
