/** What losses of a residual share: differences that overflow or are rounded, and a − ln(1 + a). */

/** ½(x − y), also where x − y overflows. */
export const halfGap = (x: number, y: number): number => 0.5 * x - 0.5 * y;

/** What rounding x − y to e lost (Knuth's exact sum); 0 where e isn't finite. */
export function lost(x: number, y: number, e: number): number {
  const t = e - x;
  const rest = x - (e - t) - (y + t);
  return Number.isFinite(e) ? rest : 0;
}

/** c²(a − ln(1 + a)) for a = size/c ≥ 0, accurate relative to itself: near 0 it is ½size². */
export function lessLog1p(size: number, c: number): number {
  const a = size / c;
  if (a > 2 ** 70) return c * size; // the logarithm is lost in rounding
  if (a > 1) return c * (c * (a - Math.log1p(a)));
  // With s = a/(2 + a): a − ln(1 + a) = s (a − 2(s²/3 + s⁴/5 + …)), and c s = size/(2 + a).
  const s = a / (2 + a);
  const z = s * s;
  let series = 0;
  for (let n = 37; n > 1; n -= 2) series = z * (1 / n + series);
  return (size / (2 + a)) * (size - 2 * c * series);
}
