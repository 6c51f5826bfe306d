/** An ELBO's arguments: read as one call, and handed to the two losses that it is made of. */

import { rangeError, typeError, unknownOption, words } from '../base/errors.ts';
import { isObject, Properties } from '../base/properties.ts';
import { staleness } from '../memory/resident.ts';
import { Call, type Compiled, type Order } from '../model/call.ts';
import type { Out, Slot } from '../model/slot.ts';
import { readInput, settlePrecision } from '../read/inputs.ts';
import { readOptions } from '../read/options.ts';
import { freshArray, prepareOutputs, readOutputs } from '../settle/outputs/outputs.ts';
import { settleParameters } from '../settle/precision.ts';
import { checkStill, settleWeights } from '../settle/settle.ts';
import { checkSame, takeShape } from '../settle/shape.ts';
import { settleTotal } from '../settle/totals/totals.ts';
import { checkFloor } from '../settle/weights/hessianFloor.ts';
import { liftWeights } from '../settle/weights/lift.ts';

/** Fills the record of the whole: options, the four arrays, rows, weights and outputs. */
export function readElbo(call: Call, inputs: unknown, options: unknown, reduction?: 'sum'): void {
  const before = staleness.count;
  readOptions(call, options);
  readArrays(call, inputs);
  readOutputs(call);
  checkStill(call, staleness.count !== before);
  if (reduction !== undefined) call.reduction = reduction;
  call.n = rowsOf(call);
  settlePrecision(call);
  settleParameters(call);
  checkFloor(call);
  settleWeights(call);
  settleTotal(call);
  prepareOutputs(call);
  liftWeights(call);
}

function readArrays(call: Call, given: unknown): void {
  const { name, inputs } = call.loss;
  if (!isObject(given)) throw typeError(name, 'inputs', `a record { ${inputs.join(', ')} }`, given);
  const record = Properties.of(given);
  for (const key of record.names) if (!inputs.includes(key)) throw unknownOption(name, key, inputs);
  call.inputs = inputs.map((key) => readInput(call, key, record.get(key)));
}

/** The number of rows: all four arrays have it. */
function rowsOf(call: Call): number {
  const { name } = call.loss;
  const [recon, target, mu, logVar] = call.inputs as [Slot, Slot, Slot, Slot];
  if (call.shape !== null) takeShape(call, call.shape);
  pair(call, 0, 1);
  pair(call, 2, 3);
  let rows = call.batch < 0 ? rowsOfShapes(recon, target, mu, logVar) : call.batch;
  if (rows < 0 && recon.length === 0 && mu.length === 0) rows = 0;
  if (rows < 0)
    throw new RangeError(
      `${name}: the arrays are flat, and the number of rows isn't known; give { batch }, or the shape of recon as { shape }`,
    );
  for (let i = 0; i < call.inputs.length; i++) {
    const key = call.loss.inputs[i]!;
    const { length, shape } = call.inputs[i]!;
    const fits = rows === 0 ? length === 0 : length % rows === 0;
    if (!fits) {
      const known = call.batch < 0 ? `${rows} rows` : `batch = ${rows}`;
      throw rangeError(name, key, `of a length that is a multiple of ${known}`, words(`length ${length}`));
    }
    if (shape === null || shape.length < 2) continue;
    let size = 1;
    const leads = shape.some((n) => {
      size *= n;
      return size === rows;
    });
    if (!leads) throw rangeError(name, key, `of ${rows} rows`, words(`shape [${shape.join(', ')}]`));
  }
  return rows;
}

/** The rows that shapes tell: all but the last dimension of the latents, else the first of what is reconstructed; −1 of flat arrays. */
function rowsOfShapes(recon: Slot, target: Slot, mu: Slot, logVar: Slot): number {
  for (const { shape } of [mu, logVar]) {
    if (shape !== null && shape.length > 1) return shape.slice(0, -1).reduce((a, b) => a * b, 1);
  }
  for (const { shape } of [recon, target]) if (shape !== null && shape.length > 1) return shape[0]!;
  return -1;
}

function pair(call: Call, i: number, j: number): void {
  const { name, inputs } = call.loss;
  const [a, b] = [call.inputs[i]!, call.inputs[j]!];
  if (a.length !== b.length) {
    throw rangeError(name, inputs[j]!, `as long as ${inputs[i]!} (${a.length})`, words(`length ${b.length}`));
  }
  if (a.shape !== null && b.shape !== null) checkSame(name, inputs[i]!, a.shape, inputs[j]!, b.shape);
}

/** The record of one term: two of the whole's inputs, with the outputs of its differentiable ones. */
export function partOf(whole: Call, loss: Compiled, from: number, order: Order): Call {
  const call = new Call(loss, order, whole.backend);
  call.reduction = whole.reduction;
  call.single = whole.single;
  call.inputs = [whole.inputs[from]!, whole.inputs[from + 1]!];
  call.weights = whole.weights;
  call.total = whole.total;
  call.denominator = whole.denominator;
  call.scale = whole.scale;
  const { length } = whole.inputs[from]!;
  const width = whole.n === 0 ? 0 : length / whole.n;
  const isRows = loss.shape === 'rowwise';
  call.width = width;
  call.n = isRows && width > 0 ? whole.n : length;
  call.weightSpan = isRows ? 1 : width;
  if (whole.reduction === 'none') call.values = freshArray(whole, call.n);
  if (order > 0) call.grads = outsOf(whole.grads, from);
  if (order > 1) call.hess = outsOf(whole.hess, from);
  return call;
}

/** The outputs of the term whose inputs begin at place `from`. */
const outsOf = (outs: readonly Out[], from: number): readonly Out[] => (from === 0 ? [outs[0]!] : [outs[1]!, outs[2]!]);

/** Σ over each row of a term's losses. */
export function rowSums(whole: Call, part: Call): Float32Array | Float64Array {
  const values = part.values!;
  if (values.length === whole.n) return values;
  const sums = freshArray(whole, whole.n);
  const width = whole.n === 0 ? 0 : values.length / whole.n;
  for (let r = 0; r < whole.n; r++) {
    let sum = 0;
    for (let k = r * width; k < (r + 1) * width; k++) sum += values[k]!;
    sums[r] = sum;
  }
  return sums;
}
