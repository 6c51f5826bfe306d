/** What every reader gives, and the careful reading of foreign objects. */
import { rangeError, readError, typeError, wrong } from '../base/errors.ts';
import { countOf, type Numbers, typedArray } from '../base/typed.ts';
import type { View } from '../model/slot.ts';

/** Numbers as they came, and their shape: null for flat arrays, whose row width comes from the options. */
export interface Read {
  readonly data: Numbers;
  readonly shape: readonly number[] | null;
  /** Where the numbers lie in `data`, of a tensor that was read as it lies. */
  readonly view?: View;
}

/** Deeper than any tensor; what holds itself would never end. */
export const deepest = 32;

/**
 * More numbers than this may only be read from something that holds about as many: rows that stand in an array thousands of times,
 * and strides of 0, make endless arrays of a few bytes.
 */
export const manyNumbers = 2 ** 24;

/** The error for what is nested too deep. */
export const selfHeld = (fn: string, arg: string, x: unknown): RangeError =>
  rangeError(fn, arg, `nested at most ${deepest} deep`, x, 'does it hold itself?');

/** True for arrays of either kind: what may be a shape, or a row. */
export const isShape = (x: unknown): x is ArrayLike<unknown> => Array.isArray(x) || ArrayBuffer.isView(x);

/** The sizes of a tensor's dimensions. */
export const checkShape = (fn: string, arg: string, x: unknown): readonly number[] => checkSizes(fn, `${arg}.shape`, x);

/** Sizes under any name. */
export function checkSizes(fn: string, arg: string, x: unknown): readonly number[] {
  const shape = wholeNumbers(fn, arg, x);
  for (const n of shape) if (n < 0) throw rangeError(fn, arg, 'whole numbers >= 0', n);
  return shape;
}

/** A few whole numbers, one a dimension: sizes or strides. */
export function wholeNumbers(fn: string, arg: string, x: unknown): readonly number[] {
  const held = Array.isArray(x) ? x : typedArray(x);
  if (held === null) throw typeError(fn, arg, 'an array of whole numbers', x);
  const length = countOf(held);
  if (length > deepest) throw rangeError(fn, arg, `of at most ${deepest} dimensions`, length);
  const numbers: number[] = [];
  for (let d = 0; d < length; d++) numbers.push(wholeNumber(fn, `${arg}[${d}]`, held[d]));
  return numbers;
}

/** A whole number, of either sign. */
export function wholeNumber(fn: string, arg: string, x: unknown): number {
  if (!Number.isInteger(x)) throw wrong(fn, arg, 'a whole number', x, 'number');
  return x as number;
}

/** The error for what was thrown while an argument was read. */
export const unreadable = (fn: string, arg: string, cause: unknown): unknown =>
  readError(fn, cause, `${arg} could not be read: `);

/** Throws unless there is one element for each place of the shape. */
export function checkSize(fn: string, arg: string, data: Numbers, shape: readonly number[]): void {
  const size = sizeOf(shape);
  if (countOf(data) !== size) throw rangeError(fn, arg, `${size} elements, of shape [${shape.join(', ')}]`, data);
}

/** The number of elements of a shape. */
export const sizeOf = (shape: readonly number[]): number => shape.reduce((product, n) => product * n, 1);
