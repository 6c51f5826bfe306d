/** Per-sample losses as text: a row each, in a file or on standard output; or as the first member of a JSON object. */
import { write } from '../lib/output.ts';
import type { Sink } from './npyWriter.ts';
import { OutputFile } from './outputFile.ts';

type Numbers = Float32Array | Float64Array;

/** The shortest text that is this number again, in the precision of its array. */
const textOf = (x: number, isSingle: boolean): string => {
  if (!isSingle || !Number.isFinite(x)) return String(x);
  for (let digits = 6; digits < 9; digits++) {
    const rounded = Number(x.toPrecision(digits));
    if (Math.fround(rounded) === x) return String(rounded);
  }
  return String(Number(x.toPrecision(9)));
};

/** Numbers in rows of so many columns, across blocks. */
class Rows {
  readonly #columns: number;
  #at = 0;

  constructor(columns: number) {
    this.#columns = Math.max(1, columns);
  }

  text(numbers: Numbers): string {
    const isSingle = numbers instanceof Float32Array;
    let text = '';
    for (const x of numbers) {
      this.#at = this.#at + 1 === this.#columns ? 0 : this.#at + 1;
      text += textOf(x, isSingle) + (this.#at === 0 ? '\n' : ',');
    }
    return text;
  }
}

export class TextFile implements Sink {
  readonly #file: OutputFile;
  readonly #rows: Rows;

  constructor(path: string, columns: number) {
    this.#rows = new Rows(columns);
    this.#file = new OutputFile(path);
  }

  write(numbers: Numbers): void {
    this.#file.put(Buffer.from(this.#rows.text(numbers)), null);
  }

  end(): void {
    this.#file.end();
  }

  abandon(): void {
    this.#file.abandon();
  }
}

/** On standard output. */
export class TextOutput implements Sink {
  readonly #rows: Rows;

  constructor(columns: number) {
    this.#rows = new Rows(columns);
  }

  write(numbers: Numbers): Promise<void> | void {
    return write(this.#rows.text(numbers));
  }

  end(): void {}

  abandon(): void {}
}

/** The losses as `{"losses": [...],`, which the rest of the report completes. */
export class JsonOutput implements Sink {
  #separator = '{\n  "losses": [';

  write(numbers: Numbers): Promise<void> | void {
    const isSingle = numbers instanceof Float32Array;
    let text = '';
    for (const x of numbers) {
      const number = textOf(x, isSingle);
      text += this.#separator + (Number.isFinite(x) ? number : `"${number}"`);
      this.#separator = ', ';
    }
    return write(text);
  }

  end(): Promise<void> | void {
    return write(this.#separator === ', ' ? '],' : `${this.#separator}],`);
  }

  abandon(): void {}
}
