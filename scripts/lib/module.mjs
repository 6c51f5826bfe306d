/** What a WebAssembly module says of the memory that it shares with others. */

const IMPORTS = 2;
const GLOBALS = 6;
const EXPORTS = 7;
const ELEMENTS = 9;
const DATA = 11;

/** Reads bytes, names and numbers (LEB128) one after another. */
class Reader {
  constructor(bytes) {
    this.bytes = bytes;
    this.at = 0;
  }
  byte() {
    return this.bytes[this.at++];
  }
  number() {
    let [value, unit, byte] = [0, 1, 0];
    do {
      byte = this.byte();
      value += (byte & 127) * unit;
      unit *= 128;
    } while (byte & 128);
    return value;
  }
  skip(count) {
    this.at += count;
  }
}

/** The sections: what each is, where it begins, and its content. */
function* sections(bytes) {
  const reader = new Reader(bytes);
  reader.skip(8);
  while (reader.at < bytes.length) {
    const start = reader.at;
    const [id, length] = [reader.byte(), reader.number()];
    yield { id, start, content: bytes.subarray(reader.at, reader.at + length) };
    reader.skip(length);
  }
}

/** The content of a section, or nothing. */
function section(bytes, wanted) {
  const found = [...sections(bytes)].find(({ id }) => id === wanted);
  return new Reader(found?.content ?? Uint8Array.of(0));
}

/** The limits of the imported memory (in pages) and table, and where the flags of the memory's are. */
export function imports(bytes) {
  const reader = section(bytes, IMPORTS);
  const found = {};
  for (let left = reader.number(); left > 0; left--) {
    for (const _ of ['module', 'name']) reader.skip(reader.number());
    const kind = { 1: 'table', 2: 'memory' }[reader.byte()];
    if (kind === undefined) throw new Error('a module imports something else than its memory and its table');
    if (kind === 'table') reader.skip(1);
    const place = reader.bytes.byteOffset - bytes.byteOffset + reader.at;
    const flags = reader.byte();
    found[kind] = { place, initial: reader.number(), maximum: flags & 1 ? reader.number() : undefined };
  }
  return found;
}

/** Where the functions of a module begin and end in the table; at 0 for one without. */
export function functions(bytes) {
  const reader = section(bytes, ELEMENTS);
  if (reader.bytes.length === 1) return { start: 0, end: 0 };
  // One active segment: how many there are, flags, `i32.const`, the place, `end`, and the number of functions.
  reader.skip(3);
  const start = reader.number();
  reader.skip(1);
  return { start, end: start + reader.number() };
}

/** Where the data of a module begins and ends. */
export function extent(bytes) {
  const reader = section(bytes, DATA);
  let [start, end] = [Infinity, 0];
  for (let left = reader.number(); left > 0; left--) {
    // An active segment of the one memory: flags, `i32.const`, the address, `end`, and the bytes.
    reader.skip(2);
    const address = reader.number();
    reader.skip(1);
    const length = reader.number();
    reader.skip(length);
    start = Math.min(start, address);
    end = Math.max(end, address + length);
  }
  return { start, end };
}

/** The stack pointer's place among the globals, and where the stack begins: of those that change, the one that isn't 0 at first. */
export function stackPointer(bytes) {
  const reader = section(bytes, GLOBALS);
  const found = [];
  for (let i = 0, count = reader.number(); i < count; i++) {
    const [type, mutable, op] = [reader.byte(), reader.byte(), reader.byte()];
    if (type !== 0x7f || op !== 0x41) throw new Error('a global is no number of 32 bits');
    const value = reader.number();
    if (value > 0 && mutable === 1) found.push({ place: i, value });
    reader.skip(1);
  }
  if (found.length !== 1) throw new Error(`${found.length} globals may be the stack pointer`);
  return found[0];
}

/** A number as LEB128. */
const digits = (x) => (x < 128 ? [x] : [(x & 127) | 128, ...digits(x >> 7)]);

/** The module with its stack pointer exported, so that each instance can be given a stack of its own. */
export function withStackPointer(bytes) {
  const { start, content } = [...sections(bytes)].find(({ id }) => id === EXPORTS);
  const reader = new Reader(content);
  const count = reader.number();
  const name = [...Buffer.from('__stack_pointer')];
  const entry = [...digits(name.length), ...name, 3, ...digits(stackPointer(bytes).place)];
  const next = [...digits(count + 1), ...content.subarray(reader.at), ...entry];
  const end = content.byteOffset - bytes.byteOffset + content.length;
  const section = Uint8Array.of(EXPORTS, ...digits(next.length), ...next);
  return Buffer.concat([bytes.subarray(0, start), section, bytes.subarray(end)]);
}
