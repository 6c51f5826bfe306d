/** How calls of elements and rows are cut: the arguments of their records, in the order in which wasm/plan.ts writes them. */

import { type Call, hasDenseTarget } from '../../model/call.ts';
import { chunkOf } from '../blocks.ts';
import type { Cut } from './crew.ts';

/** Elements below which a call is over before another thread has begun. */
const fewest = 1 << 15;

/** Arguments before those of the loss: sum, excess, scale, the number of samples. */
const head = [0, 0, 0, 0];

/** How a call that is placed is cut, which has so many samples in its record; null if it isn't. */
export function cutOf(call: Call, samples: number): Cut | null {
  const isRows = call.loss.shape === 'rowwise';
  if (samples * (isRows ? call.width : 1) < fewest) return null;
  const chunk = chunkOf(call);
  if (samples <= chunk) return null;
  const cantRepeat = isInPlace(call);
  if (cantRepeat && call.loss.steps.beginsAnew !== true) return null;
  return { samples, chunk, strides: stridesOf(call), cantRepeat };
}

/** The bytes by which each argument moves on from sample to sample. */
function stridesOf(call: Call): number[] {
  const { loss, single, width } = call;
  const size = single ? 4 : 8;
  const isRows = loss.shape === 'rowwise';
  const row = isRows ? width * size : size;
  const [values, weight] = [size, size];
  const derivatives = loss.grads.map(() => row);
  return [
    ...head,
    ...(isRows ? [0] : []),
    values,
    weight,
    ...loss.inputs.map(() => row),
    ...(loss.targetName === '' ? [] : [call.labelled ? 4 : hasDenseTarget(call) ? row : size]),
    ...(loss.hasVector ? [isRows ? 0 : size] : []),
    ...derivatives,
    ...(loss.hasHess ? derivatives : []),
  ];
}

/**
 * Whether a derivative takes the place of an input. If a thread ends in the middle of a part, some of the part's inputs are already written
 * over, so that the part can't be run again; only a caller who still has the inputs elsewhere (`Steps.beginsAnew`) can begin anew.
 */
const isInPlace = ({ grads, inputs }: Call): boolean =>
  grads.some(
    (out) => out.copiedTo === 0 && inputs.some((x) => x.data !== null && x.copiedTo === 0 && x.from === out.from),
  );
