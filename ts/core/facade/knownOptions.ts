/** The options of a call that is remembered: known again without being kept alive, and read once. */

import { numbered, numberOf } from '../base/identity.ts';
import { Properties } from '../base/properties.ts';
import type { TypedArray } from '../base/typed.ts';
import { ResidentBuffer } from '../memory/resident.ts';

/** An array among the options, to write into. */
class KnownArray {
  readonly #number: number;
  readonly #isBuffer: boolean;
  /** Its place in the list of what was found. */
  readonly place: number;

  constructor(array: TypedArray | ResidentBuffer, place: number) {
    this.#isBuffer = array instanceof ResidentBuffer;
    this.#number = array instanceof ResidentBuffer ? ResidentBuffer.numberOf(array) : numbered(array);
    this.place = place;
  }

  is(x: unknown): boolean {
    return (this.#isBuffer ? ResidentBuffer.numberOf(x) : numberOf(x)) === this.#number;
  }
}

/** Stands for options that are the same as before. */
export const same: unique symbol = /* @__PURE__ */ Symbol('same');

/** The properties of an options object, or of the record of arrays in it. */
export class KnownOptions {
  readonly #names: readonly string[];
  /** What may be anything but an object, arrays, and records of them. */
  readonly #values: unknown[] = [];

  /** Keeps what was read, of which the arrays are `arrays`, in order. */
  constructor({ names, values }: Properties, arrays: readonly unknown[]) {
    this.#names = names;
    for (const value of values) {
      const place = arrays.indexOf(value);
      if (place >= 0) this.#values.push(new KnownArray(value as TypedArray, place));
      else this.#values.push(value instanceof Properties ? new KnownOptions(value, arrays) : value);
    }
  }

  /**
   * Reads options, each property once. `same` if they have these properties and no others, in the same order; `found` then has the arrays.
   * Otherwise what was read, for the facade to go on with.
   */
  read(given: unknown, found: unknown[]): unknown {
    if (typeof given !== 'object' || given === null || Array.isArray(given)) return given;
    let count = 0;
    let read: Properties | null = null;
    for (const name in given) {
      const value = (given as { readonly [name: string]: unknown })[name];
      if (read === null && name === this.#names[count]) {
        const answer = readValue(this.#values[count], value, found);
        if (answer === same) {
          count++;
          continue;
        }
        read = this.firsts(given, count, found);
        read.add(name, answer);
      } else {
        read ??= this.firsts(given, count, found);
        read.add(name, value);
      }
    }
    if (read !== null) return read;
    return count === this.#names.length ? same : this.firsts(given, count, found);
  }

  /** The first so many properties, as they were read. */
  firsts(record: object, count: number, found: readonly unknown[]): Properties {
    const read = new Properties(record);
    for (let i = 0; i < count; i++) {
      const value = this.#values[i];
      if (value instanceof KnownArray) read.add(this.#names[i]!, found[value.place]);
      else read.add(this.#names[i]!, value instanceof KnownOptions ? value.all(record, found) : value);
    }
    return read;
  }

  /** All properties, as they were read. */
  all(record: object, found: readonly unknown[]): Properties {
    return this.firsts(record, this.#names.length, found);
  }
}

/** `same`, or what a value has to be taken for. */
function readValue(known: unknown, value: unknown, found: unknown[]): unknown {
  if (known === value) return same;
  if (known instanceof KnownArray && known.is(value)) {
    found[known.place] = value;
    return same;
  }
  return known instanceof KnownOptions ? known.read(value, found) : value;
}
