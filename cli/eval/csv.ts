/** A CSV file: numbers in rows, with or without a heading, read from front to back. */
import { InputError } from '../lib/errors.ts';
import { type Line, linesOf } from './csvLines.ts';
import type { Numbers } from './dtype.ts';
import type { InputFile } from './file.ts';
import type { Source } from './source.ts';

const NUMBER = /^[+-]?(\d+\.?\d*(e[+-]?\d+)?|\.\d+(e[+-]?\d+)?|inf(inity)?|nan)$/i;

/** The number that a field holds; undefined if it is none. */
function numberOf(field: string): number | undefined {
  if (isPlain(field)) {
    const plain = Number(field);
    if (!Number.isNaN(plain)) return plain;
  }
  const text = field.trim().replace(/^(["'])(.*)\1$/, '$2');
  const x = Number(text);
  if (text !== '' && !Number.isNaN(x) && NUMBER.test(text)) return x;
  if (/^true$/i.test(text)) return 1;
  if (/^false$/i.test(text)) return 0;
  if (!NUMBER.test(text)) return undefined;
  if (/nan/i.test(text)) return Number.NaN;
  return text.startsWith('-') ? -Infinity : Infinity;
}

/** Begins as a decimal number does, and not as a hexadecimal one: the common case, and the quick one. */
const isPlain = (field: string): boolean => {
  const first = field.charCodeAt(0);
  const second = field.charCodeAt(1);
  return first >= 43 && first <= 57 && !(second > 57);
};

/** Without a single number, or what was to be one, a first line names the columns. */
const isHeading = (fields: readonly string[]): boolean =>
  fields.every((field) => numberOf(field) === undefined && !/^\s*["']?[+-]?\.?\d/.test(field));

/** What parts the fields of a line: commas, semicolons or tabs, and else spaces. */
const separatorOf = (text: string): string | RegExp => [',', ';', '\t'].find((mark) => text.includes(mark)) ?? /\s+/;

export class CsvSource implements Source {
  readonly path: string;
  readonly shape: readonly number[];
  readonly size: number;
  readonly dtype = 'text';
  readonly kind = 'text';
  readonly unit: number;
  readonly bytes: number;
  readonly #file: InputFile;
  readonly #separator: string | RegExp;
  readonly #hasHeading: boolean;
  readonly #columns: number;
  #lines: Generator<Line, void> | null = null;
  #next = 0;

  constructor(file: InputFile) {
    this.#file = file;
    this.path = file.path;
    this.bytes = file.size;
    let lines = 0;
    let first: Line | null = null;
    for (const line of linesOf(file)) {
      lines += 1;
      first ??= line;
    }
    if (first === null) throw new InputError(`${file.path}: there are no numbers in it`);
    this.#separator = separatorOf(first.text);
    const fields = first.text.split(this.#separator);
    this.#columns = fields.length;
    this.#hasHeading = lines > 1 && isHeading(fields);
    // Before its shape is held against that of other files: what isn't numbers has none.
    if (!this.#hasHeading) this.#parse(first, new Float64Array(this.#columns), 0);
    const rows = lines - (this.#hasHeading ? 1 : 0);
    this.shape = this.#columns === 1 ? [rows] : [rows, this.#columns];
    this.size = rows * this.#columns;
    this.unit = this.#columns;
  }

  read(start: number, into: Numbers): void {
    if (this.#lines === null || start !== this.#next) this.#rewind(start);
    for (let at = 0; at < into.length; at += this.#columns) {
      const line = this.#lines!.next();
      if (line.done) throw new InputError(`${this.path}: it ended early: something shortened it while it was read`);
      this.#parse(line.value, into, at);
    }
    this.#next = start + into.length;
  }

  #rewind(start: number): void {
    this.#lines = linesOf(this.#file);
    const skipped = start / this.#columns + (this.#hasHeading ? 1 : 0);
    for (let i = 0; i < skipped; i++) this.#lines.next();
  }

  #parse({ text, number }: Line, into: Numbers, at: number): void {
    const fields = text.split(this.#separator);
    if (fields.length !== this.#columns) {
      const expected = `${this.#columns} ${this.#columns === 1 ? 'column' : 'columns'} as above`;
      throw new InputError(`${this.path}: line ${number} has ${fields.length} fields, not ${expected}`);
    }
    for (let c = 0; c < fields.length; c++) {
      const x = numberOf(fields[c]!);
      if (x === undefined) {
        const field = JSON.stringify(fields[c]!.trim().slice(0, 40));
        throw new InputError(`${this.path}: line ${number}, column ${c + 1}: ${field} is no number`);
      }
      into[at + c] = x;
    }
  }

  close(): void {
    this.#file.close();
  }
}
