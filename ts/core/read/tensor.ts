/**
 * Every array and tensor that losses take, recognised by structure, as flat numbers and a shape. The order of the questions
 * matters: the `data` of a tf.Tensor is a method, and Arrow vectors have a `data` that isn't their elements.
 */

import { typeError } from '../base/errors.ts';
import { bitsIf, Flags, isDetached, isFloat, isLikeTyped, typedArray } from '../base/typed.ts';
import type { IntegerArray } from '../base/types.ts';
import { isBig } from '../base/widen.ts';
import { goneBecause } from '../memory/resident.ts';
import { isColumn, readColumn } from './column.ts';
import { readArray } from './nested.ts';
import { checkShape, checkSize, isShape, type Read, unreadable } from './read.ts';
import { readStrided } from './strided.ts';

/** Class labels; `labelAt` turns them into int32. */
export interface LabelArray extends Read {
  readonly data: IntegerArray | number[];
}

const accepted = 'a Float32Array, a Float64Array, an array of numbers (nested or not) or a tensor';

/**
 * Reads an array or tensor, exactly once: a jax-js array is used up by it. No copy where the elements lie in order, and none of typed numbers
 * if they are asked for `asItLies`.
 */
export function readTensor(fn: string, arg: string, x: unknown, asItLies = false): Read {
  try {
    return readAny(fn, arg, x, asItLies);
  } catch (error) {
    throw unreadable(fn, arg, error);
  }
}

function readAny(fn: string, arg: string, x: unknown, asItLies: boolean): Read {
  const typed = typedArray(x);
  if (typed !== null) {
    if (isDetached(typed)) throw typeError(fn, arg, accepted, x, goneBecause(typed));
    return { data: typed, shape: null };
  }
  if (Array.isArray(x)) return readArray(fn, arg, x);
  if (typeof x !== 'object' || x === null) throw typeError(fn, arg, accepted, x, hint(x));

  // Each property is read once.
  const { dataSync, shape } = x as { readonly dataSync?: unknown; readonly shape?: unknown };
  if (typeof dataSync === 'function') return readSync(fn, arg, x, shape, () => dataSync.call(x));
  const dims = isShape(shape) ? undefined : (x as { readonly dims?: unknown }).dims;
  if ('data' in x && (isShape(shape) || isShape(dims))) return readStrided(fn, arg, x, shape ?? dims, asItLies);
  if (isColumn(x)) return readColumn(fn, arg, x);
  throw typeError(fn, arg, accepted, x, hint(x));
}

/** Reads an argument that gradients are taken of: its numbers are of a kind that has some. */
export function readDifferentiable(fn: string, arg: string, x: unknown, asItLies = false): Read {
  const read = readTensor(fn, arg, x, asItLies);
  const { data, shape } = read;
  if (data instanceof Flags) throw typeError(fn, `${arg}${first(shape)}`, 'a number', data[0] === 1, mapFlags);
  if (Array.isArray(data) || !isBig(data)) return read;
  const held = shape === null ? 'x' : 'x.data';
  throw typeError(fn, arg, accepted, data, `convert it with Float64Array.from(${held}, Number)`);
}

const mapFlags = 'map true to 1 and false to 0';

/** The place of a first number. */
const first = (shape: Read['shape']): string => '[0]'.repeat(shape?.length ?? 1);

/** What was read as class labels, or as lengths. A number that isn't whole passes here: `labelAt` makes it a label that no class has. */
export function asLabels(fn: string, arg: string, { data, shape }: Read, fix = convertLabels(shape)): LabelArray {
  if (Array.isArray(data)) return { data, shape };
  if (!isFloat(data)) return { data: data as IntegerArray, shape };
  const whole = 'whole numbers in an Int32Array, another array of integers or an array of numbers';
  throw typeError(fn, arg, whole, data, fix);
}

const convertLabels = (shape: Read['shape']): string =>
  `convert them with Int32Array.from(${shape === null ? 'x)' : 'x.dataSync()), or of x.data where that is an array'}`;

/** tf.Tensor and jax-js arrays. */
function readSync(fn: string, arg: string, x: { readonly dtype?: unknown }, sizes: unknown, read: () => unknown): Read {
  // Shape and type first: `dataSync` may free the array.
  const { dtype } = x;
  if (dtype === 'complex64') throw typeError(fn, arg, 'a tensor of real numbers', dtype);
  const shape = checkShape(fn, arg, sizes);
  const raw = read();
  const data = typedArray(raw);
  if (data === null) throw typeError(fn, arg, 'a tensor of numbers', Array.isArray(raw) ? raw[0] : raw);
  checkSize(fn, arg, data, shape);
  return { data: bitsIf(dtype === 'float16', data), shape };
}

const isForeignBuffer = (x: unknown): boolean =>
  typeof (x as { free?: unknown } | null)?.free === 'function' && 'array' in (x as object);

function hint(x: unknown): string {
  if (typeof x === 'number') return 'wrap a single number in an array';
  if (x instanceof ArrayBuffer) return 'wrap it in a Float32Array';
  if (isLikeTyped(x)) {
    return 'it only looks like a typed array (a proxy, or an object with its prototype): pass the array itself';
  }
  if (isForeignBuffer(x))
    return "it was allocated by another copy or entry of losskit: pass this one's, or its `array`";
  if (x instanceof Set || x instanceof Map) return 'use Array.from(x.values())';
  if (typeof (x as { then?: unknown } | null)?.then === 'function') return 'await it first';
  return '';
}
