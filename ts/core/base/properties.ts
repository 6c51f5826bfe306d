/** What a record of the caller's says, read once: whatever runs while it is read runs here, and nowhere later. */

/** The properties of a record, in its order. Own and inherited ones count; those that somebody gave to every object don't. */
export class Properties {
  readonly record: object;
  readonly names: string[] = [];
  readonly values: unknown[] = [];

  constructor(record: object) {
    this.record = record;
  }

  /** Reads all of a record, each property once. */
  static of(record: object): Properties {
    const read = new Properties(record);
    for (const name in record) {
      if (counts(record, name)) read.add(name, (record as { readonly [name: string]: unknown })[name]);
    }
    return read;
  }

  /** Takes a property over. */
  add(name: string, value: unknown): void {
    this.names.push(name);
    this.values.push(value);
  }

  /** Puts another value in the place of one. */
  put(name: string, value: unknown): void {
    this.values[this.names.indexOf(name)] = value;
  }

  /** The value of a name, undefined without one. */
  get(name: string): unknown {
    const i = this.names.indexOf(name);
    return i < 0 ? undefined : this.values[i];
  }
}

/** An object, and neither an array nor a view of memory: what may be a record of options or of arrays. */
export const isObject = (x: unknown): x is object =>
  typeof x === 'object' && x !== null && !Array.isArray(x) && !ArrayBuffer.isView(x);

function isPolluted(): boolean {
  for (const _ in Object.prototype) return true;
  return false;
}

/** False for what a record has only because somebody gave it to every object. */
export function counts(record: object, name: string): boolean {
  if (!isPolluted()) return true;
  for (let x: object | null = record; x !== null && x !== Object.prototype; x = Object.getPrototypeOf(x)) {
    if (Object.hasOwn(x, name)) return true;
  }
  return false;
}
