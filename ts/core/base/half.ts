/** IEEE 754 half precision: 16 bits, which a `Float16Array` holds, or the `Uint16Array` of a float16 tensor. */

/** Half-precision numbers by their bits: a view of the caller's memory that says what they are. */
export class Halves extends Uint16Array {
  /** What messages call them. */
  static override readonly name = 'Float16Array';
}

/** The number of a half-precision bit pattern; exact. */
export function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : Number.NaN;
  // Subnormals have no leading one.
  return sign * (exponent === 0 ? fraction : 1024 + fraction) * units[exponent]!;
}

/** What the last bit of a fraction is worth, by the exponent. */
const units = /* @__PURE__ */ Float64Array.from({ length: 31 }, (_, exponent) => 2 ** (Math.max(exponent, 1) - 25));

/** The float32 value of each bit pattern. */
export const decodeHalf = (bits: Uint16Array): Float32Array => Float32Array.from(bits, halfToNumber);
