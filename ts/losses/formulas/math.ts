/** Scalar functions that the losses share: each is accurate where the obvious formula isn't. */

import { Sum } from '../../core/base/sum.ts';

/** w·x where a weight of 0 removes the term: 0·∞ = 0. NaN stays NaN. */
export const weigh = (w: number, x: number): number => (w === 0 ? unlessNaN(x, 0) : w * x);

/** w/x where a weight of 0 removes the term: 0/0 = 0. For x ≥ 0; −0 counts as 0. */
export const over = (w: number, x: number): number => (w === 0 ? unlessNaN(x, 0) : w / Math.abs(x));

/** y, but 0 if w is: for terms that aren't read where they weigh nothing. */
export const unlessZero = (w: number, y: number): number => (w === 0 ? 0 : y);

/** y, but NaN if x is: for derivatives that don't depend on x, so that NaN never disappears. */
export const unlessNaN = (x: number, y: number): number => (Number.isNaN(x) ? Number.NaN : y);

/** Σ_{k<n} term(k), compensated: its error doesn't grow with n. */
export function sum(n: number, term: (k: number) => number): number {
  const total = new Sum();
  for (let k = 0; k < n; k++) total.add(term(k));
  return total.value();
}

/** The largest of one or a few numbers ≥ 0, or 1 without any: for Lipschitz constants of weighted losses. */
export const largestWeight = (weights: ArrayLike<number> | number | null): number =>
  weights === null ? 1 : typeof weights === 'number' ? weights : Math.max(0, ...Array.from(weights));

/** The weight of a class; 1 without weights. */
export const weightOf = (y: number, weights: Float64Array | null): number => (weights === null ? 1 : weights[y]!);

/** A zero and a one. */
const BITS = /* @__PURE__ */ Float64Array.of(0, 1);

/** 1 if a condition holds, else 0: looked up, as a jump is mispredicted half the time where the data is random. */
export const indicator = (holds: boolean): number => BITS[+holds]!;

/** −1, 0 or 1; NaN stays. */
export const sign = (x: number): number => unlessNaN(x, indicator(x > 0) - indicator(x < 0));

/** x clamped to [−limit, limit]. */
export function clamp(x: number, limit: number): number {
  if (Math.abs(x) === Infinity) return x > 0 ? limit : -limit;
  const above = indicator(x > limit);
  const below = indicator(x < -limit);
  return (1 - above - below) * x + (above - below) * limit;
}

/** x². */
export const square = (x: number): number => x * x;

/** q^γ. Engines turn some constant powers into products when they optimise: doing it here keeps the bits the same. */
export const power = (q: number, gamma: number): number =>
  gamma === 2 ? q * q : gamma === 0.5 ? Math.sqrt(q) : q ** gamma;

/** σ(x) = 1/(1 + e⁻ˣ). 1 − σ(x) is σ(−x), to full accuracy. */
export function sigmoid(x: number): number {
  const e = Math.exp(-Math.abs(x));
  return x < 0 ? e / (1 + e) : 1 / (1 + e);
}

/** ln(1 + eˣ), which is −ln σ(−x). */
export const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

/** ln cosh x = ½ ln(1 + sinh² x) = |x| − ln 2 + ln(1 + e^{−2|x|}): the first form near 0, the second doesn't overflow. */
export function logCosh(x: number): number {
  const a = Math.abs(x);
  return a < 1 ? 0.5 * Math.log1p(square(Math.sinh(a))) : a - Math.LN2 + Math.log1p(Math.exp(-2 * a));
}

/** 1/cosh² x = 4e/(1 + e)², e = e^{−2|x|}. */
export function sech2(x: number): number {
  const e = Math.exp(-2 * Math.abs(x));
  return (4 * e) / square(1 + e);
}

/** ½eˣ, also where eˣ itself overflows. */
export const halfExp = (x: number): number =>
  x > 709 ? 0.5 * Math.exp(0.5 * x) * Math.exp(0.5 * x) : 0.5 * Math.exp(x);

/** ½(eˣ − 1), also where eˣ itself overflows. */
export const halfExpm1 = (x: number): number => (x > 709 ? halfExp(x) : 0.5 * Math.expm1(x));

/** ½(eˣ − 1 − x) ≥ 0. Near 0, where that cancels, its series ½(x²/2! + x³/3! + …). */
export function halfExpm1Minus(x: number): number {
  if (x > 50) return halfExp(x); // the rest is lost in rounding
  if (Math.abs(x) > 1) return 0.5 * (Math.expm1(x) - x);
  let series = 1;
  for (let n = 20; n > 2; n--) series = 1 + (x / n) * series;
  return 0.25 * x * x * series;
}

/** x·eʸ: in steps where eʸ would leave the range of doubles though the product doesn't. 0·e^∞ = 0. */
export function timesExp(x: number, y: number): number {
  if (x === 0) return unlessNaN(y, 0);
  const steps = Math.abs(y) > 700 && Math.abs(y) < 3000;
  return steps ? timesExp(timesExp(x, 0.5 * y), 0.5 * y) : x * Math.exp(y);
}

/** (a − b)eʸ, also where a − b would overflow: from halves. */
export function gapTimesExp(a: number, b: number, y: number): number {
  const gap = a - b;
  return Math.abs(gap) < Infinity ? timesExp(gap, y) : 2 * timesExp(0.5 * a - 0.5 * b, y);
}

/** w·σ(x), also where σ(x) itself is below the normal range. */
export const timesSigmoid = (w: number, x: number): number => (x < -700 ? timesExp(w, x) : w * sigmoid(x));

/** w·ln(1 + eˣ) for x ≤ 0, also where eˣ is below the normal range. */
export const timesLog1pExp = (w: number, x: number): number =>
  x < -700 ? timesExp(w, x) : w * Math.log1p(Math.exp(x));

/** c ỹ, the weight of −ln p, for the target smoothed: ỹ = y(1−s) + s/2. */
export const positiveSide = (y: number, c: number, s: number): number => c * (y * (1 - s) + s / 2);

/** 1 − ỹ, the weight of −ln(1−p). */
export const negativeSide = (y: number, s: number): number => (1 - y) * (1 - s) + s / 2;

/** α_t: α for y = 1, 1 − α for y = 0; 1 without α. */
export const alphaOf = (y: number, alpha: number | null): number => (alpha === null ? 1 : y === 1 ? alpha : 1 - alpha);
