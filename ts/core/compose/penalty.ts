/** The penalty of one array of parameters or a list of them, for `objective`. */
import { rangeError, typeError } from '../base/errors.ts';
import type { FloatArray } from '../base/types.ts';
import { ResidentBuffer } from '../memory/resident.ts';
import { resolveFloat } from '../read/tensor.ts';
import type { DataLoss } from './objectiveTypes.ts';

/** A list of arrays, as against one flat array of numbers. */
export const isList = (params: unknown): params is readonly unknown[] =>
  Array.isArray(params) && typeof params[0] !== 'number';

/** The arrays of `params`. */
export function arraysOf(params: unknown): readonly unknown[] {
  if (params === undefined) throw typeError('objective', 'params', 'an array or a list of arrays', params);
  return isList(params) ? params : [params];
}

/** The arrays to write into, one for each of `arrays`; undefined where nothing was given. */
export function outsOf(out: unknown, params: unknown, arrays: readonly unknown[]): readonly unknown[] {
  if (out === undefined) return [];
  if (!isList(params)) return [out];
  if (!Array.isArray(out)) throw typeError('objective', 'out', 'a list of arrays, like params', out);
  if (out.length !== arrays.length)
    throw rangeError('objective', 'out', `a list of ${arrays.length}, like params`, out);
  return out;
}

/** The penalty of one array, and λ times its gradient. */
export function penaltyOf(
  regularizer: DataLoss | undefined,
  options: object | undefined,
  lambda: number,
  theta: unknown,
  out: unknown,
): { value: number; grad: FloatArray } {
  if (regularizer === undefined) return { value: 0, grad: zeros(theta, out) };
  const { value, grad } = regularizer.valueAndGrad(theta, out === undefined ? options : { ...options, out });
  // Without the penalty nothing of it may come through, not even from an infinite one.
  if (lambda === 0) grad.fill(0);
  else for (let i = 0; i < grad.length; i++) grad[i] *= lambda;
  return { value, grad };
}

function zeros(theta: unknown, out: unknown): FloatArray {
  const data = dataOf('params', theta);
  const into = out === undefined ? undefined : dataOf('out', out);
  if (into === undefined)
    return data instanceof Float32Array ? new Float32Array(data.length) : new Float64Array(data.length);
  if (into.length !== data.length) throw rangeError('objective', 'out', `${data.length} elements, as params`, out);
  return (into as FloatArray).fill(0);
}

const dataOf = (arg: string, x: unknown) =>
  x instanceof ResidentBuffer ? (x.array as FloatArray) : resolveFloat('objective', arg, x).data;
