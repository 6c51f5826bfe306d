/** Columns: Apache Arrow vectors, of numbers or of lists of one length. */
import { typeError } from '../base/errors.ts';
import { decodeHalf } from '../base/half.ts';
import { typedArray } from '../base/typed.ts';
import { readArray } from './nested.ts';
import { attempt, type Read } from './read.ts';

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

/** A list as a row. The fields of a record (a table has them, and a struct) are no vector: they may mean and measure anything. */
function readRow(fn: string, arg: string, row: Column) {
  if (row.nullCount !== undefined) return readColumn(fn, arg, row).data;
  throw typeError(fn, arg, 'a number or a list of numbers', row, "pass one column, table.getChild('name')");
}

/** A column's numbers, or its lists as rows. */
export function readColumn(fn: string, arg: string, x: Column): Read {
  // `toArray` would give 0 for each null.
  const nulls = attempt(fn, arg, () => x.nullCount);
  if (typeof nulls === 'number' && nulls > 0) {
    const got = `${nulls} null${nulls === 1 ? '' : 's'}`;
    throw new RangeError(`${fn}: ${arg} must be a column without nulls, got ${got}; fill or drop them first`);
  }
  const raw = attempt(fn, arg, () => x.toArray());
  if (Array.isArray(raw)) {
    const rows = raw.map((row, i) => (isRecord(row) ? readRow(fn, `${arg}[${i}]`, row) : row));
    return readArray(fn, arg, rows);
  }
  const data = typedArray(raw);
  if (data === null) throw typeError(fn, arg, 'a column of numbers', raw);
  const isHalf = x.type?.typeId === floatType && x.type.precision === halfPrecision;
  return { data: isHalf && data instanceof Uint16Array ? decodeHalf(data) : data, shape: null };
}
