/** Arrays of numbers, and arrays of rows: plain arrays nested as deep as the shape, or typed arrays in the innermost place. */
import { rangeError, typeError, words } from '../base/errors.ts';
import {
  bufferOf,
  countOf,
  elementBytes,
  Flags,
  isSingle,
  lengthOf,
  type Numbers,
  type TypedArray,
  typedArray,
} from '../base/typed.ts';
import { numberAt } from '../base/widen.ts';
import { deepest, isShape, manyNumbers, type Read, selfHeld, sizeOf } from './read.ts';

/** Numbers in nested plain arrays at most: an engine's arrays grow no further. */
const mostNested = 2 ** 26;

const giveFlat = 'give a flat Float32Array or Float64Array, and the row width as an option';

/** More rows than this, as `manyNumbers`, may only come from an array that holds about as many. */
const manyRows = 2 ** 21;

/** A copy of what is in a flat array: all of it numbers, or all of it true or false. */
export function flatNumbers(fn: string, arg: string, x: readonly unknown[]): Numbers {
  const { length } = x;
  if (typeof x[0] === 'boolean') {
    const flags = new Flags(length);
    return copyFlags(x, length, flags, 0) ? flags : numbersOf(fn, arg, [x], [length]);
  }
  const numbers: number[] = [];
  // A loop over indices, not forEach: holes have to be seen.
  for (let i = 0; i < length; i++) {
    const number: unknown = x[i];
    if (typeof number !== 'number') throw notANumber(fn, `${arg}[${i}]`, number, arg);
    numbers.push(number);
  }
  return numbers;
}

/**
 * Copies n flags to place `at`; false if one of them is neither true nor false. Four at a time, for V8 doesn't unroll loops, and without
 * asking which they are: a processor can't guess it.
 */
function copyFlags(x: readonly unknown[], n: number, into: Flags, at: number): boolean {
  let others = 0;
  let i = 0;
  for (; i + 3 < n; i += 4) {
    const a = x[i];
    const b = x[i + 1];
    const c = x[i + 2];
    const d = x[i + 3];
    const isA = Number(a === true);
    const isB = Number(b === true);
    const isC = Number(c === true);
    const isD = Number(d === true);
    into[at + i] = isA;
    into[at + i + 1] = isB;
    into[at + i + 2] = isC;
    into[at + i + 3] = isD;
    others |= (isA ^ Number(a !== false)) | (isB ^ Number(b !== false));
    others |= (isC ^ Number(c !== false)) | (isD ^ Number(d !== false));
  }
  for (; i < n; i++) {
    const a = x[i];
    into[at + i] = Number(a === true);
    others |= Number(a === true) ^ Number(a !== false);
  }
  return others === 0;
}

/** A plain array, flat (shape null: the options say) or nested. */
export function readArray(fn: string, arg: string, x: readonly unknown[]): Read {
  if (!isShape(x[0])) return { data: flatNumbers(fn, arg, x), shape: null };
  const shape = shapeOf(fn, arg, x);
  // Level by level, each row checked before those in it are looked at, and all before room is made for the numbers.
  let rows: readonly Row[] = [x];
  for (let depth = 0; depth + 1 < shape.length; depth++) {
    checkRepeats(fn, arg, rows, shape[depth]!, manyRows, shape);
    rows = rowsIn(fn, arg, rows, shape, depth);
  }
  checkRepeats(fn, arg, rows, Math.max(1, shape.at(-1)!), manyNumbers, shape);
  return { data: numbersOf(fn, arg, rows, shape), shape };
}

/** A plain array, of rows or of numbers, or a row of typed numbers. */
type Row = readonly unknown[] | TypedArray;

/** The lengths along the first elements; all others are held to them. */
function shapeOf(fn: string, arg: string, x: readonly unknown[]): number[] {
  const shape: number[] = [];
  let row: unknown = x;
  while (Array.isArray(row)) {
    shape.push(row.length);
    if (shape.length > deepest) throw selfHeld(fn, arg, x);
    row = row[0];
  }
  const innermost = typedArray(row);
  return innermost === null ? shape : [...shape, lengthOf(innermost)];
}

/** The rows in the rows of one depth, each as long as the shape says. */
function rowsIn(fn: string, arg: string, rows: readonly Row[], shape: readonly number[], depth: number): Row[] {
  const length = shape[depth + 1]!;
  const inner: Row[] = [];
  for (const row of rows) {
    for (let i = 0; i < shape[depth]!; i++) {
      const x: unknown = row[i];
      const held = Array.isArray(x) ? x : typedArray(x);
      if (held === null || countOf(held) !== length) {
        const path = pathOf(arg, shape, depth, inner.length);
        if (held === null && typeof x !== 'number') throw notANumber(fn, path, x, arg);
        throw rangeError(fn, path, `a row of length ${length}`, x, oneLength(arg));
      }
      inner.push(held);
    }
  }
  return inner;
}

/** The numbers of the innermost rows, in one array: of their precision where they have one, and where they are true and false flags. */
function numbersOf(fn: string, arg: string, rows: readonly Row[], shape: readonly number[]): Numbers {
  const size = sizeOf(shape);
  const precision = precisionOf(fn, arg, rows);
  if (precision === null && size > mostNested) {
    throw rangeError(fn, arg, `at most ${mostNested} numbers in nested arrays`, size, giveFlat);
  }
  // Longer arrays are dictionaries if they are made with their length.
  const isFlags = precision === null && typeof rows[0]?.[0] === 'boolean';
  const plain = isFlags ? new Flags(size) : new Array<number>(size <= 2 ** 25 ? size : 0);
  const data = precision === null ? plain : new precision(size);
  const type = isFlags ? 'boolean' : 'number';
  const width = shape.at(-1)!;
  let next = 0;
  for (const row of rows) {
    if (isFlags && Array.isArray(row) && copyFlags(row, width, plain as Flags, next)) {
      next += width;
      continue;
    }
    for (let i = 0; i < width; i++) {
      const x: unknown = Array.isArray(row) ? row[i] : numberAt(row as TypedArray, i);
      if (typeof x !== type) throw notANumber(fn, pathOf(arg, shape, shape.length - 1, next), x, arg, isFlags);
      data[next++] = Number(x);
    }
  }
  return data;
}

/** The type of the innermost rows that are typed floats; null if none are. */
function precisionOf(fn: string, arg: string, rows: readonly Row[]) {
  let single = false;
  let double = false;
  rows.forEach((row) => {
    if (isSingle(row)) single = true;
    else if (row instanceof Float64Array) double = true;
  });
  if (single && double) {
    throw typeError(fn, arg, 'rows of one precision', words('Float32Array and Float64Array mixed'));
  }
  return single ? Float32Array : double ? Float64Array : null;
}

/** Throws for more than `many` places that are the same few rows again and again. */
function checkRepeats(
  fn: string,
  arg: string,
  rows: readonly Row[],
  width: number,
  many: number,
  shape: readonly number[],
): void {
  const places = rows.length * width;
  if (places <= many) return;
  const seen = new Set<unknown>();
  let held = 0;
  for (const row of rows) {
    // Rows of one buffer are as real as the buffer is long.
    const buffer = Array.isArray(row) ? null : bufferOf(row as TypedArray);
    if (seen.has(buffer ?? row)) continue;
    seen.add(buffer ?? row);
    held += buffer === null ? width : buffer.byteLength / elementBytes(row as TypedArray);
    if (16 * held >= places) return;
  }
  const most = `at most ${many} long where the same rows come again and again`;
  throw rangeError(fn, arg, most, words(`shape [${shape.join(', ')}]`), giveFlat);
}

/** `pred[2][0]` for the place of that number among all of its depth, in order. */
function pathOf(arg: string, shape: readonly number[], depth: number, place: number): string {
  let path = '';
  let rest = place;
  for (let d = depth; d >= 0; d--) {
    path = `[${rest % shape[d]!}]${path}`;
    rest = Math.floor(rest / shape[d]!);
  }
  return arg + path;
}

const oneLength = (arg: string): string => `the rows of ${arg} must all have one length`;

/** The error for something else where a number should be. */
function notANumber(fn: string, path: string, x: unknown, arg: string, isFlag = false): Error {
  if (isShape(x)) return rangeError(fn, path, 'a number', x, oneLength(arg));
  if (isFlag) return typeError(fn, path, 'true or false, as the first', x, 'map true to 1 and false to 0');
  return typeError(fn, path, 'a number', x, typeof x === 'boolean' ? 'map true to 1 and false to 0' : '');
}
