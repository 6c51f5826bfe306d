/** Blocks of a part's arrays, in the types that the losses take. */
import { InputError } from '../lib/errors.ts';
import type { Numbers } from './dtype.ts';
import type { Part, Slot } from './part.ts';
import { elementOf, isPiecewise, placeOf, type Runs } from './shift.ts';

export type Precision = 'float32' | 'float64';

/** The precision of a calculation: float32 if all numbers are, else float64, which holds them all. */
export function precisionOf(parts: readonly Part[]): Precision {
  const numbers = parts.flatMap(({ slots }) => slots.filter(({ role }) => role === 'numbers'));
  const floats = numbers.filter(({ source }) => source.kind !== 'int').map(({ source }) => source.dtype);
  return floats.length > 0 && floats.every((type) => type === 'float32' || type === 'float16') ? 'float32' : 'float64';
}

const WIDE = ['int32', 'uint32', 'int64', 'uint64', 'float64', 'text'];

/** Reads the blocks of one input, into the same memory each time. */
export class Reading {
  readonly #slot: Slot;
  readonly #single: boolean;
  #into: Numbers = new Float64Array(0);
  #wide = new Float64Array(0);

  constructor(slot: Slot, precision: Precision) {
    this.#slot = slot;
    this.#single = precision === 'float32';
  }

  get name(): string {
    return this.#slot.name;
  }

  /** The samples from `start` on, `count` of them. */
  read(start: number, count: number): Numbers {
    const { per, role, starts } = this.#slot;
    const length = starts === undefined ? count * per : starts[start + count]! - starts[start]!;
    if (this.#into.length < length) this.#into = this.#make(length);
    const into = this.#into.subarray(0, length) as Numbers;
    if (this.#fits()) {
      this.#fill(into, start, count);
      return into;
    }
    // What may not fit is read as float64 first.
    if (this.#wide.length < length) this.#wide = new Float64Array(length);
    const wide = this.#wide.subarray(0, length);
    this.#fill(wide, start, count);
    if (role !== 'numbers') this.#labels(wide, into, start);
    else this.#floats(wide, into, start);
    return into;
  }

  /** Reads samples as they lie in the file; of sequences of which a part counts, that part of each. */
  #fill(into: Numbers, start: number, count: number): void {
    const { source, per, runs, starts } = this.#slot;
    if (runs === undefined) source.read(starts === undefined ? start * per : starts[start]!, into);
    else if (isPiecewise(this.#slot)) this.#fillPieces(into, start, count, runs);
    else this.#fillWhole(into, start, count, runs);
  }

  #fillPieces(into: Numbers, start: number, count: number, runs: Runs): void {
    const { source, per } = this.#slot;
    for (let done = 0; done < count; ) {
      const sample = start + done;
      const length = Math.min(count - done, runs.length - (sample % runs.length));
      const piece = into.subarray(done * per, (done + length) * per) as Numbers;
      source.read(placeOf(this.#slot, sample) * per, piece);
      done += length;
    }
  }

  /** By whole sequences, which are drawn together then. */
  #fillWhole(into: Numbers, start: number, count: number, { period, length, first }: Runs): void {
    const { source, per } = this.#slot;
    const sequences = count / length;
    const all = new (into.constructor as Float64ArrayConstructor)(sequences * period * per);
    source.read((start / length) * period * per, all);
    for (let k = 0; k < sequences; k++) {
      const from = (k * period + first) * per;
      into.set(all.subarray(from, from + length * per), k * length * per);
    }
  }

  /** Whether every number of the file has a place in the type. */
  #fits(): boolean {
    const { source, role } = this.#slot;
    if (role !== 'numbers')
      return source.kind === 'int' && !['uint32', 'int64', 'uint64', 'float64'].includes(source.dtype);
    return !this.#single || source.dtype === 'float32' || !WIDE.includes(source.dtype);
  }

  #make(length: number): Numbers {
    try {
      if (this.#slot.role !== 'numbers') return new Int32Array(length);
      return this.#single ? new Float32Array(length) : new Float64Array(length);
    } catch {
      const { path } = this.#slot.source;
      throw new InputError(`${path}: a block of it has ${length} numbers, for which there isn't the memory`);
    }
  }

  #labels(wide: Float64Array, into: Numbers, start: number): void {
    for (let i = 0; i < wide.length; i++) {
      const x = wide[i]!;
      into[i] = x;
      if (into[i] === x) continue;
      const { source, role } = this.#slot;
      const what = role === 'labels' ? 'class label' : 'length';
      throw new InputError(`${source.path}: ${this.name}[${elementOf(this.#slot, start, i)}] = ${x} is no ${what}`);
    }
  }

  #floats(wide: Float64Array, into: Numbers, start: number): void {
    const isWhole = this.#slot.source.kind === 'int';
    for (let i = 0; i < wide.length; i++) {
      const x = wide[i]!;
      into[i] = x;
      if (isWhole && into[i] !== x) {
        const where = `${this.name}[${elementOf(this.#slot, start, i)}] = ${x}`;
        throw new InputError(`${this.#slot.source.path}: ${where} is no float32; calculate with --dtype float64`);
      }
    }
  }
}
