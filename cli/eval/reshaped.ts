/** `--shape`: the shape of the first input, where files don't say it. */
import { InputError } from '../lib/errors.ts';
import type { Numbers } from './dtype.ts';
import type { Source } from './source.ts';

/** A source under another shape. */
class Reshaped implements Source {
  readonly shape: readonly number[];
  readonly #source: Source;

  constructor(source: Source, shape: readonly number[]) {
    this.shape = shape;
    this.#source = source;
  }

  get path(): string {
    return this.#source.path;
  }
  get size(): number {
    return this.#source.size;
  }
  get dtype(): string {
    return this.#source.dtype;
  }
  get kind(): Source['kind'] {
    return this.#source.kind;
  }
  get unit(): number {
    return this.#source.unit;
  }
  get bytes(): number {
    return this.#source.bytes;
  }
  read(start: number, into: Numbers): void {
    this.#source.read(start, into);
  }
  close(): void {
    this.#source.close();
  }
}

/** The sources with the shape for the first, and for what is as large; -1 is whatever is left. */
export function reshaped(sources: readonly Source[], wanted: readonly number[]): readonly Source[] {
  const { path, size, shape: own } = sources[0]!;
  const known = wanted.reduce((n, length) => (length === -1 ? n : n * length), 1);
  const shape = wanted.map((length) => (length === -1 ? size / known : length));
  if (shape.reduce((a, b) => a * b, 1) !== size || !shape.every(Number.isInteger)) {
    throw new InputError(
      `${path}: its ${size} elements (shape [${own.join(', ')}]) aren't those of [${wanted.join(', ')}]`,
    );
  }
  return sources.map((source) => (source.size === size ? new Reshaped(source, shape) : source));
}
