/** Options with one number a class. */

import { rangeError, words } from '../base/errors.ts';
import { lengthOf, type TypedArray } from '../base/typed.ts';
import { numberAt } from '../base/widen.ts';
import { isResident, viewOf } from './inputs.ts';
import { readTensor } from './tensor.ts';

/** A copy of the numbers of an array, a tensor or a resident buffer; what is no object as it is, for the parameter's own check. */
export function readVector(fn: string, name: string, x: unknown): unknown {
  if (typeof x !== 'object' || x === null) return x;
  if (isResident(fn, name, x)) return listOf(viewOf(fn, name, x));
  const { data, shape } = readTensor(fn, name, x);
  if (shape !== null && shape.filter((size) => size !== 1).length > 1) {
    throw rangeError(fn, name, 'one number per class, in one dimension', words(`shape [${shape.join(', ')}]`));
  }
  return Array.isArray(data) ? data : listOf(data);
}

const listOf = (data: TypedArray): number[] => Array.from({ length: lengthOf(data) }, (_, k) => numberAt(data, k));
