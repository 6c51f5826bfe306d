/** The WebAssembly module that the package carries, packed; `scripts/lib/inline.mjs` says how. */
import { PACKED, SIZE, UNPACKER } from '../../generated/wasm.ts';
import { compileSync } from './start.ts';

/** A module of crate/unpack, with a memory of its own. */
interface Unpacker {
  readonly memory: WebAssembly.Memory;
  unpack(packed: number, length: number, size: number): void;
}

const pageBytes = 65536;

/** The bytes of the module. */
export const wasmBytes = (): Uint8Array<ArrayBuffer> => unpacked(ofBase64(PACKED), SIZE);

/** Unpacks so many bytes, in WebAssembly: JavaScript would take four times as long, as it would have to warm up first. */
export function unpacked(packed: Uint8Array, size: number): Uint8Array<ArrayBuffer> {
  const module = compileSync(ofHex(UNPACKER));
  const { memory, unpack } = new WebAssembly.Instance(module).exports as unknown as Unpacker;
  const start = pageBytes * memory.grow(Math.ceil((packed.length + size) / pageBytes));
  const bytes = new Uint8Array(memory.buffer, start);
  bytes.set(packed);
  unpack(start, packed.length, size);
  // A copy: who keeps it doesn't keep all of that memory.
  return bytes.slice(packed.length, packed.length + size);
}

/** What hexadecimal digits stand for. */
const ofHex = (digits: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from({ length: digits.length / 2 }, (_, i) => Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16));

/** What base64 without padding stands for. By hand, since worklets have no `atob`. */
function ofBase64(base64: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(Math.floor((base64.length * 3) / 4));
  for (let i = 0, at = 0, bits = 0; i < base64.length; i++) {
    bits = (bits << 6) | sextet(base64.charCodeAt(i));
    if (i % 4 > 0) bytes[at++] = bits >> (6 - 2 * (i % 4));
  }
  return bytes;
}

/** The six bits of a symbol, out of A–Z, a–z, 0–9, + and /. */
function sextet(code: number): number {
  if (code >= 97) return code - 71;
  if (code >= 65) return code - 65;
  if (code >= 48) return code + 4;
  return code === 43 ? 62 : 63;
}
