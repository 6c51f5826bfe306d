/** Columns: Apache Arrow vectors, of numbers or of lists of one length. */
import { typeError } from '../base/errors.ts';
import { bitsIf, type TypedArray, typedArray } from '../base/typed.ts';
import { readArray } from './nested.ts';
import { deepest, type Read, selfHeld } from './read.ts';

/** What is looked at. */
export interface Column {
  readonly nullCount?: unknown;
  readonly type?: { readonly typeId?: unknown; readonly precision?: unknown } | null;
  toArray(): unknown;
}

/** Arrow's numbers for the type Float and its half precision. */
const floatType = 3;
const halfPrecision = 0;

/** True for anything with `toArray`. */
export const isColumn = (x: object): x is Column => typeof (x as Partial<Column>).toArray === 'function';

/** True for a row that isn't a number: a list, or the record of a table. */
const isRecord = (row: unknown): row is Column => typeof row === 'object' && row !== null && isColumn(row);

/** What a column holds: numbers, or rows as `readArray` takes them. */
type Held = TypedArray | readonly unknown[];

/** A column's numbers, or its lists as rows. */
export function readColumn(fn: string, arg: string, x: Column): Read {
  const known = new Map<Column, Held | null>();

  /** What a column or a list in it holds: each is read once, however often it comes, and is null in `known` meanwhile. */
  const held = (path: string, list: Column, depth: number): Held => {
    let read = known.get(list);
    if (read === null || depth > deepest) throw selfHeld(fn, path, list);
    if (read !== undefined) return read;
    known.set(list, null);
    read = readOne(fn, path, list, (row, i) => (isRecord(row) ? inner(`${path}[${i}]`, row, depth + 1) : row));
    known.set(list, read);
    return read;
  };

  /** A list as a row. The fields of a record (a table has them, and a struct) are no vector: they may mean and measure anything. */
  const inner = (path: string, row: Column, depth: number): Held => {
    if (row.nullCount !== undefined) return held(path, row, depth);
    throw typeError(fn, path, 'a number or a list of numbers', row, "pass one column, table.getChild('name')");
  };

  const all = held(arg, x, 1);
  return Array.isArray(all) ? readArray(fn, arg, all) : { data: all as TypedArray, shape: null };
}

/** What a column holds, with what `rowOf` makes of each of its lists. */
function readOne(fn: string, arg: string, x: Column, rowOf: (row: unknown, i: number) => unknown): Held {
  // `toArray` would give 0 for each null.
  const nulls = x.nullCount;
  if (typeof nulls === 'number' && nulls > 0) {
    const got = `${nulls} null${nulls === 1 ? '' : 's'}`;
    throw new RangeError(`${fn}: ${arg} must be a column without nulls, got ${got}; fill or drop them first`);
  }
  const raw = x.toArray();
  if (Array.isArray(raw)) return raw.map(rowOf);
  const data = typedArray(raw);
  if (data === null) throw typeError(fn, arg, 'a column of numbers', raw);
  const { type } = x;
  const isHalf = type?.typeId === floatType && type.precision === halfPrecision;
  return bitsIf(isHalf, data);
}
