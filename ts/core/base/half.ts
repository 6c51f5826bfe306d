/** IEEE 754 half precision: 16 bits that some tensors carry in a `Uint16Array`. */

/** The float32 value of each half-precision bit pattern; exact. */
export function decodeHalf(bits: Uint16Array): Float32Array {
  return Float32Array.from(bits, halfToNumber);
}

function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : Number.NaN;
  // Subnormals have no leading one.
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25);
}
