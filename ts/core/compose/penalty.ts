/** The penalty of one array of parameters or a list of them, for `objective`. */
import { rangeError, reading, typeError, words } from '../base/errors.ts';
import {
  bufferOf,
  bytesIn,
  clear,
  countOf,
  isSingle,
  kindOf,
  lengthOf,
  type Numbers,
  offsetOf,
  type TypedArray,
} from '../base/typed.ts';
import type { FloatArray } from '../base/types.ts';
import { ResidentBuffer } from '../memory/resident.ts';
import { viewOf } from '../read/inputs.ts';
import { readDifferentiable } from '../read/tensor.ts';
import type { DataLoss } from './objectiveTypes.ts';

/** A list of arrays, as against one flat array of numbers. */
export const isList = (params: unknown): params is readonly unknown[] =>
  Array.isArray(params) && typeof params[0] !== 'number';

/** An array of parameters as it was read, or a resident buffer. */
type Theta = ResidentBuffer | Numbers;

/** The arrays of `params`, each read once: some tensors can't be read twice. */
export function arraysOf(params: unknown): readonly Theta[] {
  if (params === undefined) throw typeError('objective', 'params', 'an array or a list of arrays', params);
  return reading('objective', () => {
    const arrays = isList(params) ? params : [params];
    return arrays.map((x) => (x instanceof ResidentBuffer ? x : readDifferentiable('objective', 'params', x).data));
  });
}

/**
 * The arrays to write into, one for each of `arrays`; empty where nothing was given. All is checked here, before anything is written: each
 * fits its array, and lies apart from what else is written or still has to be read.
 */
export function outsOf(
  out: unknown,
  params: unknown,
  arrays: readonly Theta[],
  lossOuts: readonly unknown[],
): readonly unknown[] {
  if (out === undefined) return [];
  const given = isList(params) ? out : [out];
  if (!Array.isArray(given)) throw typeError('objective', 'out', 'a list of arrays, like params', out);
  const outs: readonly unknown[] = [...given];
  if (outs.length !== arrays.length) {
    throw rangeError('objective', 'out', `a list of ${arrays.length}, like params`, out);
  }
  const thetas = arrays.map((theta) =>
    theta instanceof ResidentBuffer ? viewOf('objective', 'params', theta) : theta,
  );
  const written = outs.map((given, i) => checkOut(given, thetas[i]!));
  const others = lossOuts.flatMap((x) =>
    x instanceof ResidentBuffer ? [viewOf('objective', 'out', x)] : isArray(x) ? [x] : [],
  );
  written.forEach((data, i) => {
    const taken = [...written.slice(0, i), ...thetas.filter((_, j) => j !== i), ...others];
    if (!taken.some((other) => overlap(data, other))) return;
    throw rangeError(
      'objective',
      'out',
      'apart from the other params and outs',
      words('memory that overlaps one of them'),
    );
  });
  return outs;
}

const isArray = (x: unknown): x is TypedArray => kindOf(x) !== undefined;

function checkOut(out: unknown, theta: TypedArray | number[]): FloatArray {
  const data = writable(out);
  const Kind = isSingle(theta) ? Float32Array : Float64Array;
  if (kindOf(data) !== Kind.name) throw typeError('objective', 'out', `a ${Kind.name}, as params`, out);
  const length = countOf(theta);
  if (lengthOf(data as FloatArray) !== length)
    throw rangeError('objective', 'out', `${length} elements, as params`, out);
  return data as FloatArray;
}

const writable = (out: unknown): unknown => (out instanceof ResidentBuffer ? viewOf('objective', 'out', out) : out);

/** Whether two arrays share memory. */
function overlap(x: TypedArray, y: TypedArray | number[]): boolean {
  if (Array.isArray(y) || bufferOf(x) !== bufferOf(y)) return false;
  const [from, start] = [offsetOf(x), offsetOf(y)];
  return from < start + bytesIn(y) && start < from + bytesIn(x);
}

/** λ times the gradient of the penalty of one array. */
export function penaltyGrad(
  regularizer: DataLoss | undefined,
  options: object | undefined,
  lambda: number,
  theta: Theta,
  out: unknown,
): FloatArray {
  if (regularizer === undefined) return zeros(theta, out);
  const { grad } = regularizer.valueAndGrad(theta, out === undefined ? options : { ...options, out });
  // Without the penalty nothing of it may come through, not even from an infinite one.
  for (let i = 0, n = countOf(grad); i < n; i++) grad[i] = lambda === 0 ? 0 : grad[i] * lambda;
  return grad;
}

function zeros(theta: Theta, out: unknown): FloatArray {
  if (out !== undefined) {
    const own = writable(out) as FloatArray;
    clear(own);
    return own;
  }
  const data = theta instanceof ResidentBuffer ? theta.array : theta;
  return isSingle(data) ? new Float32Array(countOf(data)) : new Float64Array(countOf(data));
}
