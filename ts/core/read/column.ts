/** Columns: Apache Arrow vectors, of numbers or of lists of one length. */
import { rangeError, typeError } from '../base/errors.ts';
import { decodeHalf } from '../base/half.ts';
import { type TypedArray, typedArray } from '../base/typed.ts';
import { readArray } from './nested.ts';
import { deepest, type Read } from './read.ts';

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
  const held = new Columns(fn).held(arg, x, 1);
  return Array.isArray(held) ? readArray(fn, arg, held) : { data: held as TypedArray, shape: null };
}

/** Reads a column and the lists in it, each once, however often it comes. */
class Columns {
  readonly #fn: string;
  /** What was read; null while it is being read. */
  readonly #known = new Map<Column, Held | null>();

  constructor(fn: string) {
    this.#fn = fn;
  }

  held(arg: string, x: Column, depth: number): Held {
    const known = this.#known.get(x);
    if (known === null || depth > deepest) {
      throw rangeError(this.#fn, arg, `nested at most ${deepest} deep`, x, 'does it hold itself?');
    }
    if (known !== undefined) return known;
    this.#known.set(x, null);
    const held = this.#read(arg, x, depth);
    this.#known.set(x, held);
    return held;
  }

  #read(arg: string, x: Column, depth: number): Held {
    // `toArray` would give 0 for each null.
    const nulls = x.nullCount;
    if (typeof nulls === 'number' && nulls > 0) {
      const got = `${nulls} null${nulls === 1 ? '' : 's'}`;
      throw new RangeError(`${this.#fn}: ${arg} must be a column without nulls, got ${got}; fill or drop them first`);
    }
    const raw = x.toArray();
    if (Array.isArray(raw)) {
      return raw.map((row, i) => (isRecord(row) ? this.#list(`${arg}[${i}]`, row, depth + 1) : row));
    }
    const data = typedArray(raw);
    if (data === null) throw typeError(this.#fn, arg, 'a column of numbers', raw);
    const isHalf = x.type?.typeId === floatType && x.type.precision === halfPrecision;
    return isHalf && data instanceof Uint16Array ? decodeHalf(data) : data;
  }

  /** A list as a row. The fields of a record (a table has them, and a struct) are no vector: they may mean and measure anything. */
  #list(arg: string, row: Column, depth: number): Held {
    if (row.nullCount !== undefined) return this.held(arg, row, depth);
    throw typeError(this.#fn, arg, 'a number or a list of numbers', row, "pass one column, table.getChild('name')");
  }
}
