/** The axis of the classes. */

import { rangeError } from '../base/errors.ts';
import type { Call } from '../model/call.ts';
import { sizeOf } from './read.ts';

/** A shape as messages write it. */
export const text = (shape: readonly number[]): string => `[${shape.join(', ')}]`;

/** The dimension that the classes are in, and embeddings: the last but where `axis` says another. */
export function axisOf({ loss, axis }: Call, shape: readonly number[]): number {
  const { length } = shape;
  const place = axis < 0 ? axis + length : axis;
  if (place >= 0 && place < length) return place;
  throw rangeError(loss.name, 'axis', `from ${-length} to ${length - 1}, for shape ${text(shape)}`, axis);
}

/** A shape less one dimension. */
export const without = (shape: readonly number[], axis: number): number[] => shape.filter((_, d) => d !== axis);

/** Where the classes are, for messages: nothing where there is no choice. */
export function axisNote(call: Call): string {
  const { shape } = call.inputs[0]!;
  if (shape === null || shape.length < 2 || (shape.length === 2 && call.axis === -1)) return '';
  return ` (axis ${axisOf(call, shape)} of ${text(shape)})`;
}

/**
 * The axis that fits so many samples, as a fix for messages, where the one that was taken doesn't; nothing if none does, or labels that fit speak
 * against it.
 */
export function axisFix(call: Call, samples: number, sampleShape: readonly number[] | null): string {
  const { shape } = call.inputs[0]!;
  if (shape === null || shape.length < 2 || !call.loss.optionSet.has('axis')) return '';
  const taken = axisOf(call, shape);
  const rests = shape.map((_, axis) => without(shape, axis));
  // The first dimension of regions is that of their images.
  const first = call.loss.shape === 'region' ? 0 : -1;
  const own = sampleShape === null || sampleShape.length < 2 ? null : text(sampleShape);
  const fitting = [...rests.keys()].filter((axis) => {
    const rest = rests[axis]!;
    if (axis === taken || axis <= first || sizeOf(rest) !== samples || !labelsFit(call, rest)) return false;
    return own === null || own === text(rest);
  });
  // The second dimension is where channels come first.
  const axis = fitting.includes(1) ? 1 : fitting[0];
  return axis === undefined ? '' : `axis: ${axis} would fit`;
}

/** Whether labels, where there are any, may be those of samples of this shape. */
const labelsFit = ({ labelled, target: { length, shape } }: Call, samples: readonly number[]): boolean =>
  !labelled || (shape !== null && shape.length > 1 ? text(shape) === text(samples) : length === sizeOf(samples));
