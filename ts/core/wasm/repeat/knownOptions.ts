/** The options of a call that is remembered: known again without being kept alive, and read once. */

import { numbered, numberOf } from '../../base/identity.ts';
import { counts, Properties } from '../../base/properties.ts';

/** Stands for options that are the same as before. */
export const same: unique symbol = /* @__PURE__ */ Symbol('same');

type Given = { readonly [name: string]: unknown };

/** The properties of an options object, or of the record of arrays in it. */
export class KnownOptions {
  readonly #names: readonly string[] = [];
  /** For each the value, which may be a resident buffer, the known options that a record is, or a copy of a shape; nothing for an array. */
  readonly #values: unknown[] = [];
  /** The numbers of the arrays; 0 for all else. */
  readonly #numbers: number[] = [];
  /** The arrays, from when they are read until they're written. */
  readonly found: unknown[] = [];
  /** Whether there are arrays to be found, among these or in a record. */
  readonly #finds: boolean;
  /** The place of the shape among them; −1 if there is none. */
  readonly #shapeAt: number;
  /** What was read of a record, or a shape, that is another. */
  #other: unknown;
  #isReading = false;

  /** The shape among them is known by its lengths, as they were read. */
  constructor({ names, values }: Properties, shape: readonly number[] | null = null) {
    this.#names = names;
    this.#shapeAt = shape === null ? -1 : names.indexOf('shape');
    for (let i = 0; i < names.length; i++) {
      const value = values[i];
      const isShape = i === this.#shapeAt;
      const isArray = !isShape && ArrayBuffer.isView(value);
      this.#values.push(isArray ? undefined : isShape ? shape : inner(value));
      this.#numbers.push(isArray ? numbered(value) : 0);
      this.found.push(undefined);
    }
    this.#finds = this.#numbers.some((x) => x !== 0) || this.#values.some(isRecord);
  }

  get count(): number {
    return this.#names.length;
  }

  /**
   * Reads options, each property once. `same` if they have these properties and no others, in the same order; `found` then has the arrays.
   * Otherwise what was read, for the facade to go on with. A call that a getter among them makes isn't taken for this one.
   */
  read(given: unknown): unknown {
    if (typeof given !== 'object' || given === null) return given;
    if (!this.#finds) return this.#compare(given as Given);
    if (this.#isReading) return given;
    this.#isReading = true;
    try {
      return this.#compare(given as Given);
    } catch (error) {
      this.#drop();
      throw error;
    } finally {
      this.#isReading = false;
    }
  }

  #compare(given: Given): unknown {
    let count = 0;
    for (const name in given) {
      // What is its own counts: the common case is asked first.
      if (!Object.hasOwn(given, name) && !counts(given, name)) continue;
      const value = given[name];
      if (name !== this.#names[count] || !this.#isKnown(count, value)) return this.#readRest(given, count, name, value);
      count++;
    }
    return count > 0 && count === this.#names.length ? same : this.#end(given, count);
  }

  #isKnown(i: number, value: unknown): boolean {
    const number = this.#numbers[i]!;
    if (number === 0) {
      const known = this.#values[i];
      if (i === this.#shapeAt) return this.#isKnownShape(known as readonly number[], value);
      // Another list may have changed inside.
      return (value === known && !Array.isArray(known)) || this.#isKnownRecord(known, value);
    }
    if (numberOf(value) !== number) return false;
    this.found[i] = value;
    return true;
  }

  #isKnownRecord(known: unknown, value: unknown): boolean {
    if (!isRecord(known)) return false;
    this.#other = known.read(value);
    return this.#other === same;
  }

  /** Lengths are read once: where they are others, what was read goes on. */
  #isKnownShape(known: readonly number[], value: unknown): boolean {
    if (!Array.isArray(value) || value.length !== known.length) return false;
    const read = known.map((_, i) => value[i] as unknown);
    const isSame = read.every((length, i) => length === known[i]);
    this.#other = isSame ? undefined : read;
    return isSame;
  }

  /** Fewer options than these, or none. What has no properties at all may be something else than options. */
  #end(given: Given, count: number): unknown {
    if (count < this.#names.length) return this.take(given, count);
    return Object.getPrototypeOf(given) === Object.prototype ? same : given;
  }

  /** Options of which the first few are these, the next has another value, and the rest weren't read. */
  #readRest(given: Given, count: number, next: string, value: unknown): Properties {
    const read = this.take(given, count);
    const isRead = this.#other instanceof Properties || Array.isArray(this.#other);
    read.add(next, isRead ? this.#other : value);
    this.#other = undefined;
    let i = 0;
    for (const name in given) if (counts(given, name) && i++ > count) read.add(name, given[name]);
    return read;
  }

  /** The first so many properties as they were read, for the facade to go on with; none of them are held here any longer. */
  take(given: object, count: number = this.count): Properties {
    const read = new Properties(given);
    for (let i = 0; i < count; i++) {
      const known = this.#values[i];
      const value = this.#numbers[i] !== 0 ? this.found[i] : known;
      read.add(this.#names[i]!, isRecord(known) ? known.take(given) : value);
      this.found[i] = undefined;
    }
    return read;
  }

  /** Lets go of what was found, where a getter threw. */
  #drop(): void {
    this.found.fill(undefined);
    this.#other = undefined;
  }

  /** The list in which an array will be found, and its place there; null if it isn't among these. */
  whereIs(array: object): { readonly list: unknown[]; readonly place: number } | null {
    const number = numberOf(array);
    const place = number === 0 ? -1 : this.#numbers.indexOf(number);
    if (place >= 0) return { list: this.found, place };
    for (const value of this.#values) {
      const where = isRecord(value) ? value.whereIs(array) : null;
      if (where !== null) return where;
    }
    return null;
  }
}

/** True for the options that a record of arrays is. Apart from the class, which TypeScript emits so that bundlers can drop it. */
const isRecord = (x: unknown): x is KnownOptions => x instanceof KnownOptions;

/** What is kept of a value that is no array. */
const inner = (value: unknown): unknown => (value instanceof Properties ? new KnownOptions(value) : value);
