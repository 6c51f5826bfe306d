/** A CSV file: numbers in rows, with or without a heading, read from front to back. */
import type { Bytes } from '../files/bytes.ts';
import { InputError } from '../lib/errors.ts';
import { countOf, eachNumber, firstFields, numberOf, type Separator, separatorOf } from './csvFields.ts';
import { type Line, linesOf } from './csvLines.ts';
import type { Numbers } from './dtype.ts';
import type { Source } from './source.ts';

/** How CSV files are read. */
export interface CsvOptions {
  /** A first column without a heading, which pandas writes as its index, is left out. */
  readonly dropIndex?: boolean;
  /** Whether the first line names the columns, whatever stands in it; undefined where nobody says. */
  readonly header?: boolean | undefined;
}

/** Without a single number, or what was to be one, a first line names the columns. */
const isHeading = (fields: readonly string[]): boolean =>
  fields.every((field) => numberOf(field) === undefined && !/^\s*["']?[+-]?\.?\d/.test(field));

/** A first heading that is empty, before names or pandas' own 0, 1, 2, …: the column below it is an index. */
function isIndexed([first, ...others]: readonly string[]): boolean {
  if (others.length === 0 || !/^\s*(""|''|["']?Unnamed: 0["']?)?\s*$/.test(first!)) return false;
  return isHeading(others) || others.every((field, i) => numberOf(field) === i);
}

/** Whether a first line is what pandas writes for columns without names. */
const isNumbered = (fields: readonly string[]): boolean => fields.every((field, i) => field.trim() === String(i));

/** Numbers as pandas writes columns of floats, each of which has a point, an exponent or a word. */
const areFloats = (fields: readonly string[]): boolean => fields.every((field) => /[.en]/i.test(field));

export class CsvSource implements Source {
  readonly path: string;
  readonly shape: readonly number[];
  readonly size: number;
  readonly dtype = 'text';
  readonly kind = 'text';
  readonly unit: number;
  readonly bytes: number;
  readonly #file: Bytes;
  readonly #separator: Separator;
  readonly #hasHeading: boolean;
  /** Columns before those that are read. */
  readonly #dropped: number;
  readonly #columns: number;
  #lines: Generator<Line, void> | null = null;
  #next = 0;

  /** What is to be known where its length is odd. */
  readonly note: string;

  constructor(file: Bytes, { dropIndex = false, header }: CsvOptions = {}) {
    this.#file = file;
    this.path = file.path;
    this.bytes = file.size;
    let lines = 0;
    let first: Line | null = null;
    let second: Line | null = null;
    for (const line of linesOf(file)) {
      lines += 1;
      if (first === null) first = line;
      else second ??= line;
    }
    if (first === null) throw new InputError(`${file.path}: there are no numbers in it`);
    this.#separator = separatorOf(first.text);
    const fields = firstFields(first.text, this.#separator);
    if (header && lines === 1) throw new InputError(`${file.path}: ${ALONE}`);
    const hasIndex = lines > 1 && header !== false && isIndexed(fields);
    if (hasIndex && !dropIndex) throw new InputError(`${file.path}: ${INDEX}`);
    const numbered = lines > 1 && !hasIndex && isNumbered(fields);
    if (numbered && header === undefined && areFloats(firstFields(second!.text, this.#separator))) {
      throw new InputError(`${file.path}: its first line, ${short(first.text)}, ${HEADING}`);
    }
    this.#hasHeading = header ?? (hasIndex || (lines > 1 && isHeading(fields)));
    const isOdd = numbered || (header === true && !hasIndex && !isHeading(fields));
    this.note = isOdd ? `; its first line, ${short(first.text)}, is taken for ${header ? NAMES : NUMBERS}` : '';
    this.#dropped = hasIndex ? 1 : 0;
    this.#columns = countOf(first.text, this.#separator) - this.#dropped;
    // Before its shape is held against that of other files: what isn't numbers has none.
    this.#parse(this.#hasHeading ? second! : first, new Float64Array(this.#columns), 0);
    const rows = lines - (this.#hasHeading ? 1 : 0);
    this.shape = this.#columns === 1 ? [rows] : [rows, this.#columns];
    this.size = rows * this.#columns;
    this.unit = this.#columns;
  }

  read(start: number, into: Numbers): void {
    this.#goTo(start);
    for (let at = 0; at < into.length; at += this.#columns) {
      const line = this.#lines!.next();
      if (line.done) throw new InputError(`${this.path}: it ended early: something shortened it while it was read`);
      this.#parse(line.value, into, at);
    }
    this.#next = start + into.length;
  }

  /** To the line of an element: forward, or from the front again. */
  #goTo(start: number): void {
    let skipped = (start - this.#next) / this.#columns;
    if (this.#lines === null || skipped < 0) {
      this.#lines = linesOf(this.#file);
      skipped = start / this.#columns + (this.#hasHeading ? 1 : 0);
    }
    for (let i = 0; i < skipped; i++) this.#lines.next();
  }

  #parse({ text, number }: Line, into: Numbers, at: number): void {
    const from = at - this.#dropped;
    const count = eachNumber(text, this.#separator, (index, x, start, end) => {
      if (index < this.#dropped || index >= this.#dropped + this.#columns) return;
      if (x === undefined) throw this.#noNumber(number, index, text.slice(start, end).trim());
      into[from + index] = x;
    });
    if (count === this.#dropped + this.#columns) return;
    const all = this.#dropped + this.#columns;
    const expected = `${all} ${all === 1 ? 'column' : 'columns'} as above`;
    throw new InputError(`${this.path}: line ${number} has ${count} fields, not ${expected}`);
  }

  #noNumber(line: number, column: number, field: string): InputError {
    const shown = JSON.stringify(field.slice(0, 40));
    const isLabel = this.#columns === 1 && /^["']?\p{L}/u.test(field);
    return new InputError(
      `${this.path}: line ${line}, column ${column + 1}: ${shown} is no number${isLabel ? LABELS : ''}`,
    );
  }

  close(): void {
    this.#file.close();
  }
}

const INDEX =
  'its first column is an index, as its heading is empty: write it with to_csv(…, index=False), or leave it out with --drop-index';

const ALONE = 'its only line is data; leave --header out';

const LABELS = '; class labels are numbers from 0, in the order of the columns of the prediction, not text';

const HEADING =
  'may be names of columns, as pandas writes them, or numbers: say --header or --no-header, or write it with to_csv(…, header=False)';

const NAMES = 'names of columns: --no-header if it is not';
const NUMBERS = 'numbers: --header if it names columns';

/** A line as messages show it. */
const short = (line: string): string => (line.length > 20 ? `${line.slice(0, 17)}…` : line);
