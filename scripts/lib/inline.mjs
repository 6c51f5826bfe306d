/**
 * What the package carries of a module: its bytes packed with LZMA, which finds repetitions all over it, where gzip looks back 32 kB only
 * and needs a quarter more. As base64, so that it can stand in a source file whatever charset that is served with: what base64 adds, a
 * server's gzip takes away again, since its codes for 64 symbols have six bits.
 */

/** The header of a packed stream: a byte for the parameters, the size of the dictionary and that of the content. */
const HEADER = 1 + 4 + 8;
/** lc = 3, lp = 0, pb = 2, as crate/unpack has it. */
const PARAMETERS = 3 + 9 * (0 + 5 * 2);
const STRONGEST = 9;

/** Bytes packed, without a header. */
export async function packed(bytes) {
  // Not at the top: scripts that set up what is missing read this file before there are packages.
  const { compress } = await import('lzma1');
  const stream = compress(bytes, STRONGEST);
  if (stream[0] !== PARAMETERS) throw new Error(`packed with parameters ${stream[0]}, not ${PARAMETERS}`);
  return stream.subarray(HEADER);
}

/** Base64 without padding. */
export const base64 = (bytes) => Buffer.from(bytes).toString('base64').replace(/=+$/, '');
