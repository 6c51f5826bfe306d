/** Arrays of numbers, and arrays of rows: plain arrays nested as deep as the shape, or typed arrays in the innermost place. */
import { rangeError, typeError } from '../base/errors.ts';
import { type TypedArray, typedArray } from '../base/typed.ts';
import { type Read, sizeOf } from './read.ts';

/** Deeper than any tensor; an array that holds itself would never end. */
const deepest = 32;

/** Throws unless all of a flat array are numbers. */
export function checkNumbers(fn: string, arg: string, x: readonly unknown[]): asserts x is number[] {
  // A loop over indices, not forEach: holes have to be seen.
  for (let i = 0; i < x.length; i++) {
    if (isRow(x[i])) throw ragged(fn, `${arg}[${i}]`, x[i], null, arg);
    if (typeof x[i] !== 'number') throw notANumber(fn, `${arg}[${i}]`, x[i]);
  }
}

/** A plain array, flat (shape null: the options say) or nested. */
export function readArray(fn: string, arg: string, x: readonly unknown[]): Read {
  if (!isRow(x[0])) {
    checkNumbers(fn, arg, x);
    return { data: x, shape: null };
  }
  const shape = shapeOf(fn, arg, x);
  const size = sizeOf(shape);
  const precision = new Set<string>();
  const data: number[] = new Array(size);
  let next = 0;

  const fill = (row: unknown, path: string, depth: number): void => {
    const expected = shape[depth]!;
    const held = Array.isArray(row) ? row : typedArray(row);
    if (held === null && typeof row !== 'number') throw notANumber(fn, path, row);
    if (held?.length !== expected) throw ragged(fn, path, row, expected, arg);
    if (depth + 1 < shape.length) {
      // Only plain arrays hold rows.
      for (let i = 0; i < expected; i++) fill(held[i], `${path}[${i}]`, depth + 1);
      return;
    }
    if (!Array.isArray(held)) precision.add(precisionOf(fn, path, held));
    for (let i = 0; i < expected; i++) {
      const value: unknown = held[i];
      if (isRow(value)) throw ragged(fn, `${path}[${i}]`, value, null, arg);
      if (typeof value !== 'number') throw notANumber(fn, `${path}[${i}]`, value);
      data[next++] = value;
    }
  };
  fill(x, arg, 0);

  if (precision.has('float32') && precision.has('float64')) {
    throw typeError(fn, arg, 'rows of one precision', x, 'its rows are Float32Array and Float64Array mixed');
  }
  if (precision.has('float32')) return { data: Float32Array.from(data), shape };
  return { data: precision.has('float64') ? Float64Array.from(data) : data, shape };
}

/** The lengths along the first elements; `fill` holds all others to them. */
function shapeOf(fn: string, arg: string, x: readonly unknown[]): number[] {
  const shape: number[] = [];
  let row: unknown = x;
  while (Array.isArray(row)) {
    shape.push(row.length);
    if (shape.length > deepest) throw rangeError(fn, arg, `nested at most ${deepest} deep`, x, 'does it hold itself?');
    row = row[0];
  }
  const innermost = typedArray(row);
  return innermost === null ? shape : [...shape, innermost.length];
}

const isRow = (x: unknown): boolean => Array.isArray(x) || ArrayBuffer.isView(x);

function precisionOf(fn: string, path: string, row: TypedArray): string {
  if (row instanceof Float32Array) return 'float32';
  if (row instanceof Float64Array) return 'float64';
  if (row instanceof BigInt64Array || row instanceof BigUint64Array || row instanceof Uint16Array) {
    throw typeError(fn, path, 'a row of numbers', row, 'use an array, a Float32Array or a Float64Array');
  }
  return 'integer';
}

function ragged(fn: string, path: string, row: unknown, length: number | null, arg: string): RangeError {
  const expected = length === null ? 'a number' : `a row of length ${length}`;
  return rangeError(fn, path, expected, row, `the rows of ${arg} must all have one length`);
}

function notANumber(fn: string, path: string, value: unknown): TypeError {
  const fix = typeof value === 'boolean' ? 'map true to 1 and false to 0' : '';
  return typeError(fn, path, 'a number', value, fix);
}
