/** Careful JavaScript for more losses of two classes and of the order of two scores. */
import { compile, loop, pointwise } from './unroll.mjs';

/** A zero and a one, for `ONE[+(x < 0)]`: a number instead of a jump that is mispredicted half the time. */
const ONE = new Float64Array([0, 1]);

/** max(0, −u) + ln(1 + e^−|u|) with u = y z, slope −y σ(−u): one exponential for both */
export function softMargin({ pred: z, target: y, grad, n }) {
  const scale = 1 / n;
  let sum = 0;
  for (let i = 0; i < n; i++) grad[i] = Math.exp(-Math.abs(z[i]));
  for (let i = 0; i < n; i++) {
    const t = y[i];
    const u = t * z[i];
    const e = grad[i];
    const f = 1 + e;
    sum += 0.5 * (Math.abs(u) - u) + Math.log(f);
    grad[i] = (-t * scale * (1 + ONE[+(u > 0)] * (e - 1))) / f;
  }
  return sum / n;
}

/** x for y = 1, max(0, 1 − x) for y = −1 */
export const hingeEmbedding = pointwise(
  'x, target: y',
  'const scale = 1 / n',
  `const s = y[i];
   const v = x[i];
   const m = 1 - v;
   const alike = 0.5 * (1 + s);
   const on = +(m > 0);
   sum += alike * v + (1 - alike) * m * on;
   grad[i] = scale * (alike - (1 - alike) * on);`,
  'sum / n',
);

/** max(0, −y(a − b)) */
export const marginRanking = compile(
  'a, b, target: y, gradA, gradB, n',
  `const scale = 1 / n;
   ${loop(
     '0',
     'n',
     ['sum'],
     `const s = y[i];
      const h = s * (b[i] - a[i]);
      const on = +(h > 0);
      const slope = scale * s * on;
      sum += h * on;
      gradA[i] = -slope;
      gradB[i] = slope;`,
   )}
   return sum / n;`,
);

/** u l for y = 1, u⁴ l for y = 0, l = −ln(1 − u), u = σ(−z), or σ(z) − 0.05 where that is more than 0: the defaults */
export function asymmetric({ logits: z, target: y, grad, n }) {
  const scale = 1 / n;
  let sum = 0;
  for (let i = 0; i < n; i++) grad[i] = Math.exp(-Math.abs(z[i]));
  for (let i = 0; i < n; i++) {
    const t = y[i];
    const x = (1 - 2 * t) * z[i];
    const e = grad[i];
    const over = 1 / (1 + e);
    const p = (1 + ONE[+(x < 0)] * (e - 1)) * over;
    const c = 1 - p;
    const d = p - 0.05 * (1 - t);
    const u = 0.5 * (d + Math.abs(d));
    const w = 1 - u;
    const l = -Math.log(w);
    const u2 = u * u;
    const power = t * u + (1 - t) * u2 * u2;
    sum += power * l;
    const less = t + (1 - t) * 4 * u2 * u;
    grad[i] = (1 - 2 * t) * scale * p * c * (less * l + power / w);
  }
  return sum / n;
}
