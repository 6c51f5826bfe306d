/** Dense targets from class labels. */
import { rangeError, typeError } from './core/base/errors.ts';
import { readKeys } from './core/base/keys.ts';
import { countOf, isFloat, isSingle, makeArray, type TypedArray } from './core/base/typed.ts';
import type { Labels, Resident, Targets } from './core/base/types.ts';
import { numberAt } from './core/base/widen.ts';
import { choice, within } from './core/model/parameters.ts';
import { isResident, viewOf } from './core/read/inputs.ts';
import { count } from './core/read/options.ts';
import type { Read } from './core/read/read.ts';
import { asLabels, readTensor } from './core/read/tensor.ts';

/** Options of `oneHot`. */
export interface OneHotOptions<T extends Precision = Precision> {
  /** Precision of the result. Default 'float32'. */
  dtype?: T | undefined;
}

/** Options of `smoothLabels`. */
export interface SmoothLabelsOptions<T extends Precision = Precision> extends OneHotOptions<T> {
  /** Number of classes. Nested arrays and tensors of dense rows say it themselves. */
  classes?: number | undefined;
}

/** Precision of an array. */
export type Precision = 'float32' | 'float64';

type Dense<T extends Precision> = T extends 'float64' ? Float64Array<ArrayBuffer> : Float32Array<ArrayBuffer>;

/** Of plain arrays and tensors the type doesn't say whether they are labels, nor their precision. */
type PrecisionOf<A> = A extends Float64Array | Resident<'float64'>
  ? 'float64'
  : A extends Float32Array | Resident<'float32'> | Int32Array | Uint8Array | Uint32Array | BigInt64Array
    ? 'float32'
    : Precision;

const dtypes = /* @__PURE__ */ choice<Precision>(['float32', 'float64']);
const unitRange = /* @__PURE__ */ within(0, '[0, 1]');

/**
 * One row per label, with 1 in the label's place and 0 elsewhere.
 *
 * @param labels - whole numbers in [0, classes)
 * @param classes - row width
 * @returns n rows of `classes` elements, flat
 * @throws {RangeError} for a label outside [0, classes)
 * @example
 * ```ts
 * import { oneHot } from 'losskit';
 *
 * console.log(oneHot([2, 0], 3)); // → Float32Array(6) [ 0, 0, 1, 1, 0, 0 ]
 * ```
 */
export function oneHot<T extends Precision = 'float32'>(
  labels: Labels,
  classes: number,
  options: OneHotOptions<T> = {},
): Dense<T> {
  const given = readKeys('oneHot', options, ['dtype']);
  const width = count('oneHot', 'classes', classes, 1);
  const dtype = dtypes.check('oneHot', 'dtype', given.dtype ?? 'float32');
  return fromLabels('oneHot', 'labels', read('oneHot', 'labels', labels), width, dtype, 0) as Dense<T>;
}

/**
 * Label smoothing: moves the share ε of each row's weight to all K classes evenly.
 *   ỹ = (1 − ε)·y + ε/K
 * The losses do the same inside, with no array of targets, given `labelSmoothing`.
 *
 * @param target - class labels (integer-typed, or a flat array of whole numbers), or dense rows of probabilities (nested, a
 *   tensor, or a flat array with `classes`)
 * @param epsilon - ε in [0, 1]
 * @returns dense rows, flat: for labels a `Float32Array`, for dense targets their own precision, unless `dtype` says otherwise
 * @throws {RangeError} for a label outside [0, classes) or a probability outside [0, 1]
 * @see Szegedy et al. (2016), Rethinking the Inception architecture, https://arxiv.org/abs/1512.00567
 * @example
 * ```ts
 * import { smoothLabels } from 'losskit';
 *
 * console.log(smoothLabels([1], 0.5, { classes: 2 })); // → Float32Array(2) [ 0.25, 0.75 ]
 * ```
 */
export function smoothLabels<A extends Targets, T extends Precision = PrecisionOf<A>>(
  target: A,
  epsilon: number,
  options: SmoothLabelsOptions<T> = {},
): Dense<T> {
  const fn = 'smoothLabels';
  const given = readKeys(fn, options, ['classes', 'dtype']);
  const share = unitRange.check(fn, 'epsilon', epsilon);
  const dtype = given.dtype === undefined ? undefined : dtypes.check(fn, 'dtype', given.dtype);
  const stated = given.classes === undefined ? undefined : count(fn, 'classes', given.classes, 1);
  const source = read(fn, 'target', target);
  if (holdsLabels(source, stated)) {
    if (stated === undefined) throw typeError(fn, 'classes', 'given with class labels', undefined);
    return fromLabels(fn, 'target', source, stated, dtype ?? 'float32', share) as Dense<T>;
  }
  const { data } = source;
  const width = rowWidth(fn, source, stated);
  const length = countOf(data);
  const out = makeArray(fn, dtype ?? (isSingle(data) ? 'float32' : 'float64'), length);
  for (let i = 0; i < length; i++) {
    const y = numberAt(data as TypedArray, i);
    if (y < 0 || y > 1) throw rangeError(fn, `target[${i}]`, 'in [0, 1]', y);
    out[i] = (1 - share) * y + share / width;
  }
  return out as Dense<T>;
}

function read(fn: string, arg: string, x: unknown): Read {
  return isResident(fn, arg, x) ? { data: viewOf(fn, arg, x), shape: null } : readTensor(fn, arg, x);
}

/** Whole numbers are labels, unless a shape says that they are rows. */
function holdsLabels({ data, shape }: Read, classes: number | undefined): boolean {
  if (isFloat(data)) return false;
  const isRows = shape !== null && shape.length > 1 && (classes === undefined || shape[shape.length - 1] === classes);
  return !isRows && (!Array.isArray(data) || data.every(Number.isInteger));
}

function rowWidth(fn: string, { data, shape }: Read, stated: number | undefined): number {
  const shaped = shape !== null && shape.length > 1 ? shape[shape.length - 1]! : undefined;
  if (stated !== undefined && shaped !== undefined && shaped !== stated) {
    throw rangeError(fn, 'classes', `${shaped}, the row width of target`, stated);
  }
  const width = stated ?? shaped;
  if (width === undefined) throw typeError(fn, 'classes', 'given with flat targets', undefined);
  if (countOf(data) % width !== 0) throw rangeError(fn, 'target', `rows of ${width} classes`, data);
  return width;
}

function fromLabels(fn: string, arg: string, source: Read, classes: number, dtype: Precision, share: number) {
  const { data } = asLabels(fn, arg, source);
  const length = countOf(data);
  const out = makeArray(fn, dtype, length * classes);
  if (share > 0) out.fill(share / classes);
  for (let i = 0; i < length; i++) {
    const label = Number(data[i]);
    if (!(Number.isInteger(label) && label >= 0 && label < classes)) {
      throw new RangeError(`${fn}: ${arg}[${i}] = ${data[i]} is out of range for ${classes} classes`);
    }
    out[i * classes + label] = 1 - share + share / classes;
  }
  return out;
}
