/** `--axis`: which dimension of the first input the classes are. */
import { InputError } from '../lib/errors.ts';
import type { Request } from './request.ts';
import type { Source } from './source.ts';

/** The dimension of the classes, from 0; the last one without `--axis`. */
export function axisOf({ axis }: Request, { path, shape }: Source): number {
  if (axis === null) return shape.length - 1;
  const found = axis < 0 ? axis + shape.length : axis;
  if (found >= 0 && found < shape.length) return found;
  throw new InputError(`${path}: its shape [${shape.join(', ')}] has no axis ${axis}`);
}

/** A shape without one of its dimensions. */
export const without = (shape: readonly number[], axis: number): readonly number[] =>
  shape.filter((_, dimension) => dimension !== axis);
