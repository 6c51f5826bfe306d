/** What the row functions see of labels and dense targets. */

import { type Call, rowStart } from '../model/call.ts';
import { readAt } from './faults/fault.ts';

/**
 * Writes t_k = ỹ_k·cw_k of a row, the target smoothed, times the class weights. Returns what has to multiply it: 1, or where class weights
 * are above 1 the power of two that keeps them from making a loss overflow before it is divided by their sum.
 */
export function foldTarget(call: Call, row: number, label: number, into: Float64Array): number {
  const smoothing = (call.parameters.labelSmoothing as number | undefined) ?? 0;
  if (call.labelled) {
    into.fill(0);
    into[label] = 1;
  } else {
    for (let k = 0, at = rowStart(call, row); k < into.length; k++, at += call.inner) {
      into[k] = readAt(call, call.target, at);
    }
  }
  if (smoothing !== 0) {
    const spread = smoothing / call.width;
    for (let k = 0; k < into.length; k++) into[k] = (1 - smoothing) * into[k]! + spread;
  }
  return call.vector === null ? 1 : weigh(into, call.vector);
}

/** Multiplies by the class weights; see above. */
function weigh(t: Float64Array, weights: Float64Array): number {
  let most = 0;
  for (let k = 0; k < t.length; k++) {
    t[k] = t[k]! * weights[k]!;
    most = Math.max(most, t[k]!);
  }
  if (!(most > 1)) return 1;
  const lift = 2 ** Math.floor(Math.log2(most));
  for (let k = 0; k < t.length; k++) t[k] = t[k]! / lift;
  return lift;
}
