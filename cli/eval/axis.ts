/** `--axis`: which dimension of the first input the classes are. */
import { InputError } from '../lib/errors.ts';
import type { Request } from './request.ts';
import type { Source } from './source.ts';

/** The dimension of the classes, from 0; the last one without `--axis`. */
export function axisOf({ axis }: Request, { path, shape }: Source): number {
  if (axis === null) return shape.length - 1;
  const found = axis < 0 ? axis + shape.length : axis;
  if (found >= 0 && found < shape.length) return found;
  throw new InputError(`${path}: its shape ${text(shape)} has no axis ${axis}`);
}

/** A shape without one of its dimensions. */
export const without = (shape: readonly number[], axis: number): readonly number[] =>
  shape.filter((_, dimension) => dimension !== axis);

/** Where the classes were taken from, and the axis that would fit labels of a shape, or of a number; nothing if none does. */
export function axisHint(shape: readonly number[], taken: number, labels: readonly number[]): string {
  const fits = (axis: number): boolean => {
    const rest = without(shape, axis);
    return labels.length < 2 ? product(rest) === product(labels) : text(rest) === text(labels);
  };
  const fitting = [...shape.keys()].filter((axis) => axis !== taken && fits(axis));
  // The second dimension is where channels come first.
  const axis = fitting.includes(1) ? 1 : fitting[0];
  return axis === undefined ? '' : `; classes are axis ${taken} of ${text(shape)}, and --axis ${axis} would fit`;
}

/** A shape as messages write it. */
export const text = (shape: readonly number[]): string => `[${shape.join(', ')}]`;
const product = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);
