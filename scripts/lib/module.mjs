/** What a WebAssembly module says of the memory that it shares with others. */

const IMPORTS = 2;
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

/** The content of a section, or nothing. */
function section(bytes, wanted) {
  const reader = new Reader(bytes);
  reader.skip(8);
  while (reader.at < bytes.length) {
    const [id, length] = [reader.byte(), reader.number()];
    if (id === wanted) return new Reader(bytes.subarray(reader.at, reader.at + length));
    reader.skip(length);
  }
  return new Reader(Uint8Array.of(0));
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

/** Where the functions of a module begin and end in the table. */
export function functions(bytes) {
  const reader = section(bytes, ELEMENTS);
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
