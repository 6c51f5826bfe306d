/** The reference: plain loops in double precision, a few rows at a time. */

import { Sum } from '../../base/sum.ts';
import type { FloatArray } from '../../base/types.ts';
import { Out, Slot } from '../../model/slot.ts';
import { reference } from '../../reference/backend.ts';
import { freshArray } from '../../settle/outputs/outputs.ts';
import type { Head } from './head.ts';
import { type Chunk, ofScores, placed, runPart, type Scores } from './part.ts';
import { dot, Sums } from './sums.ts';

/** Scores at a time. */
const mostScores = 2 ** 20;

/** Computes everything but the gradients of rows that don't count. */
export function runReference(head: Head): Sum {
  const { call, layer, outs, rows } = head;
  const { dim, classes } = layer;
  const counted = rows?.length ?? layer.rows;
  const most = Math.max(1, Math.floor(mostScores / classes));
  const weight = outs.weight && new Sums(classes * dim, call.single);
  const bias = outs.bias && new Sums(classes, call.single);
  const total = new Sum();
  for (let start = 0; start < counted; start += most) {
    const chunk = { start, count: Math.min(most, counted - start) };
    const z = scoresOf(head, chunk);
    const slot = new Slot(z, z.length, null, null, false);
    const out = call.order > 0 ? new Out(z, z.length, null, z) : null;
    const [sum, excess] = evaluated(head, chunk, { slot, out });
    total.addParts(sum, 0, excess);
    if (out !== null) addGradients(head, chunk, z, weight, bias);
  }
  weight?.write(outs.weight!.data, 0);
  bias?.write(outs.bias!.data, 0);
  return total;
}

/** The row in the arguments of one of a chunk's. */
const rowAt = ({ rows }: Head, start: number, i: number): number => (rows === null ? start + i : rows[start + i]!);

/** z = hidden·weightᵀ + bias of the rows, in the precision of the call. */
function scoresOf(head: Head, { start, count }: Chunk): FloatArray {
  const { call, layer, bias } = head;
  const { dim, classes } = layer;
  const [hidden, weight] = call.inputs.map(({ data }) => data) as [FloatArray, FloatArray];
  const z = freshArray(call, count * classes);
  for (let i = 0; i < count; i++) {
    const at = rowAt(head, start, i) * dim;
    for (let k = 0; k < classes; k++) {
      z[i * classes + k] = dot(bias === null ? 0 : bias[k]!, hidden, at, weight, k * dim, dim, call.single);
    }
  }
  return z;
}

/** What the derivatives in a chunk's scores make of hidden, weight and bias. */
function addGradients(head: Head, { start, count }: Chunk, slopes: FloatArray, weight?: Sums, bias?: Sums): void {
  const { call, layer, outs } = head;
  const { dim, classes } = layer;
  const [x, w] = call.inputs.map(({ data }) => data) as [FloatArray, FloatArray];
  const hidden = outs.hidden && new Sums(dim, call.single);
  for (let i = 0; i < count; i++) {
    const row = rowAt(head, start, i);
    for (let k = 0; k < classes; k++) {
      const slope = slopes[i * classes + k]!;
      weight?.add(k * dim, slope, x, row * dim, dim);
      hidden?.add(0, slope, w, k * dim, dim);
    }
    bias?.add(0, 1, slopes, i * classes, classes);
    // Last, as hidden may be its own gradient.
    hidden?.write(outs.hidden!.data, row * dim);
    hidden?.clear();
  }
}

/** The loss on a chunk. What is wrong there is found once more where its places are those of the arguments. */
function evaluated(head: Head, chunk: Chunk, scores: Scores): readonly [number, number] {
  try {
    return runPart(head, chunk, scores, (call) => reference.run(call));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    try {
      head.parts.loss.steps.compute(placed(head, chunk, scores));
    } catch (again) {
      throw again instanceof RangeError ? ofScores(head, again) : again;
    }
    throw error;
  }
}
