/** Comparison of floating-point results: in units in the last place, and to the bit. */

const bits = new DataView(new ArrayBuffer(8));

/** The distance from |x| to the next number of that precision: the smallest normal number's for all below it. */
export function ulp(x: number, single: boolean): number {
  bits.setFloat64(0, Math.abs(x));
  const exponent = ((bits.getUint32(0) >>> 20) & 0x7ff) - 1023;
  return single ? 2 ** (Math.max(exponent, -126) - 23) : 2 ** (Math.max(exponent, -1022) - 52);
}

/** The smallest normal number: what is below may be flushed to 0. */
export const tiny = (single: boolean): number => (single ? 2 ** -126 : 2 ** -1022);

/** How far apart two results are, in ULP of the second or of a larger term that went into it; 0 for the same special value. */
export function ulps(got: number, want: number, single: boolean, term = 0): number {
  if (Object.is(got, want) || got === want) return 0;
  if (!Number.isFinite(got) || !Number.isFinite(want)) return Infinity;
  const distance = Math.abs(got - want);
  return distance <= tiny(single) ? 0 : distance / ulp(Math.max(Math.abs(want), term), single);
}

/** Numbers, however nested in arrays and records: flat, to compare results of any form. */
export function flat(x: unknown): number[] {
  if (typeof x === 'number') return [x];
  if (ArrayBuffer.isView(x)) return Array.from(x as Float64Array);
  return Object.values(x as object).flatMap(flat);
}

/** The first place where two results differ in a bit (NaN has but one here, and −0 isn't 0), in words; null if none. */
export function difference(got: unknown, want: unknown): string | null {
  // Typed arrays as they are: some are long.
  const [a, b] = [got, want].map((x) => (ArrayBuffer.isView(x) ? (x as Float64Array) : flat(x)));
  if (a!.length !== b!.length) return `${a!.length} numbers, not ${b!.length}`;
  for (let i = 0; i < a!.length; i++) {
    if (!Object.is(a![i], b![i])) return `[${i}] is ${a![i]}, not ${b![i]}`;
  }
  return null;
}
