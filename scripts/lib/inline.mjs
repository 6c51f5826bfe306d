/**
 * Bytes as printable ASCII, so that a module can stand in a source file whatever charset that is served with. Each byte keeps a
 * symbol of its own, unlike in base64, so that gzip finds the repetitions: the text packs about as small as the bytes themselves.
 */

/** Printable characters that need no escape in a string of any quotes, nor in HTML. */
const SYMBOLS = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i))
  .filter((symbol) => !`'"\`\\$<`.includes(symbol))
  .join('');

/** How many of the symbols stand for a byte; the last ones start a pair. */
const SINGLES = SYMBOLS.length - 2;

/** The symbols and how many of them are single, all 256 bytes in hexadecimal with the most frequent first, and the text: one symbol for the first bytes, two for the others. */
export function inlined(bytes) {
  const counts = new Uint32Array(256);
  for (const byte of bytes) counts[byte]++;
  const order = Array.from(counts.keys()).sort((a, b) => counts[b] - counts[a] || a - b);
  const codes = [];
  order.forEach((byte, rank) => {
    codes[byte] = code(rank);
  });
  return {
    symbols: SYMBOLS,
    singles: SINGLES,
    order: Buffer.from(order).toString('hex'),
    text: Array.from(bytes, (byte) => codes[byte]).join(''),
  };
}

function code(rank) {
  if (rank < SINGLES) return SYMBOLS[rank];
  const rest = rank - SINGLES;
  return SYMBOLS[SINGLES + Math.floor(rest / SYMBOLS.length)] + SYMBOLS[rest % SYMBOLS.length];
}
