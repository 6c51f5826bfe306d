/** What losses of counts and amounts share: ln y!, and exponentials that don't overflow on their way. */

import { timesExp, unlessNaN, weigh } from './math.ts';

/** ln Γ(1 + u)/(u (u − 1)) in t = u − ½ for 0 ≤ u ≤ 1: scripts/coefficients.py derives it. */
const NEAR = /* @__PURE__ */ Float64Array.of(
  0.4831289505409809,
  -0.14595989591430594,
  0.06291140107456433,
  -0.031308487501054263,
  0.01679709863128166,
  -0.009425622444759243,
  0.005446457838732946,
  -0.0032120742228735977,
  0.0019229163232466187,
  -0.001164411337727217,
  0.0007115189079135268,
  -0.0004380355654346931,
  0.00027131522056110454,
  -0.00016856929596328608,
  0.00010534661417199857,
  -6.794650872898592e-5,
  4.30571998784587e-5,
  -2.1469267056971952e-5,
  1.3129366751524403e-5,
  -1.8543392299838744e-5,
  1.2186195829669776e-5,
);

/** Stirling's series in 1/y², less its factor 1/y. */
const STIRLING = /* @__PURE__ */ Float64Array.of(
  1 / 12,
  -1 / 360,
  1 / 1260,
  -1 / 1680,
  1 / 1188,
  -691 / 360360,
  1 / 156,
  -3617 / 122400,
);

const HALF_LN_2PI = 0.9189385332046727;

/** c₀ + c₁x + c₂x² + … */
const horner = (x: number, c: Float64Array): number => c.reduceRight((sum, coefficient) => sum * x + coefficient, 0);

/** ln Γ(1 + y) = ln y! for y ≥ 0, accurate relative to itself, also near its zeros 0 and 1. */
export function lnFactorial(y: number): number {
  if (y >= 8) {
    const log = Math.log(y);
    return y * (log - 1) + (0.5 * log + (HALF_LN_2PI + horner(1 / (y * y), STIRLING) / y));
  }
  // y! = y (y − 1) … (u + 1)·u!, 0 ≤ u < 1
  let u = y;
  let product = 1;
  for (; u >= 1; u--) product *= u;
  return unlessNaN(y, Math.log(product) + u * (u - 1) * horner(u - 0.5, NEAR));
}

/** w e^(c x): with what rounding the product c x lost (Dekker's exact product), as a large one's last digits count. */
export function timesExpOf(w: number, c: number, x: number): number {
  const product = c * x;
  const result = timesExp(w, product);
  if (!(Math.abs(product) < 3000) || !Number.isFinite(result)) return result;
  const [a, b] = [high(c), high(x)];
  const lost = a * b - product + a * (x - b) + (c - a) * b + (c - a) * (x - b);
  return result + result * lost;
}

/** The first 26 bits of x. */
function high(x: number): number {
  const t = x * 134217729;
  return t - (t - x);
}

/** e^f − y x, also where a term overflows and the difference doesn't: then from numbers 2⁶⁴ times smaller. */
export function expLess(f: number, y: number, x: number): number {
  const rate = Math.exp(f);
  const less = weigh(y, x);
  if (f === Infinity) return unlessNaN(y, Infinity);
  if (rate < Infinity && Math.abs(less) < Infinity) return rate - less;
  const root = Math.exp(0.5 * f);
  const scaled = root * 2 ** -64 * root;
  return scaled < Infinity ? (scaled - weigh(y * 2 ** -64, x)) * 2 ** 64 : unlessNaN(f, Infinity);
}
