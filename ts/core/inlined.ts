/** The WebAssembly module that the package carries as text; `scripts/lib/inline.mjs` writes the text and says why it is as it is. */
import { ORDER, SINGLES, SIZE, SYMBOLS, TEXT } from '../generated/wasm.ts';

/** The bytes of the module. */
export function wasmBytes(): Uint8Array<ArrayBuffer> {
  const ranks = new Uint8Array(128);
  for (let i = 0; i < SYMBOLS.length; i++) ranks[SYMBOLS.charCodeAt(i)] = i;
  const order = Array.from({ length: 256 }, (_, i) => Number.parseInt(ORDER.slice(2 * i, 2 * i + 2), 16));
  const bytes = new Uint8Array(SIZE);
  for (let i = 0, at = 0; at < SIZE; at++) {
    let rank = ranks[TEXT.charCodeAt(i++)]!;
    // The last symbols start a pair.
    if (rank >= SINGLES) rank = SINGLES + (rank - SINGLES) * SYMBOLS.length + ranks[TEXT.charCodeAt(i++)]!;
    bytes[at] = order[rank]!;
  }
  return bytes;
}
