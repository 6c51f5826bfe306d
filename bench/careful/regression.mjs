/** Careful JavaScript for the regression losses: no data-dependent jumps, whose mispredictions would cost more than the arithmetic. */
import { pointwise } from './unroll.mjs';

/** (ŷ−y)² */
export const mse = pointwise(
  'pred, target',
  'const scale = 2 / n',
  'const d = pred[i] - target[i]; sum += d * d; grad[i] = d * scale;',
  'sum / n',
);

/** |ŷ−y|; the sign is d / |d|, with a divisor that can't be 0: faster than comparisons */
export const mae = pointwise(
  'pred, target',
  'const scale = 1 / n',
  'const d = pred[i] - target[i]; const a = Math.abs(d); sum += a; grad[i] = d * (scale / (a + 1e-300));',
  'sum / n',
);

/** c (d − c/2) with c = d clamped to ±δ, as ½(|d+δ| − |d−δ|): Math.min and Math.max jump */
export const huber = pointwise(
  'pred, target, delta = 1',
  'const scale = 1 / n',
  `const d = pred[i] - target[i];
   const c = 0.5 * (Math.abs(d + delta) - Math.abs(d - delta));
   sum += c * (d - 0.5 * c);
   grad[i] = c * scale;`,
  'sum / n',
);

/** huber / β */
export const smoothL1 = pointwise(
  'pred, target, beta = 1',
  'const scale = 1 / (n * beta)',
  `const d = pred[i] - target[i];
   const c = 0.5 * (Math.abs(d + beta) - Math.abs(d - beta));
   sum += c * (d - 0.5 * c);
   grad[i] = c * scale;`,
  'sum * scale',
);

/**
 * |d| + ln(1 + e^−2|d|) − ln 2, gradient tanh d = (1 − e^−2|d|) / (1 + e^−2|d|): one exponential for both. The exponentials have a
 * loop of their own, so that the calls in it don't push everything else out of the registers.
 */
export function logCosh({ pred, target, grad, n }) {
  const scale = 1 / n;
  let sum = 0;
  for (let i = 0; i < n; i++) grad[i] = Math.exp(-2 * Math.abs(pred[i] - target[i]));
  for (let i = 0; i < n; i++) {
    const d = pred[i] - target[i];
    const a = Math.abs(d);
    const e = grad[i];
    const f = 1 + e;
    sum += a + Math.log(f);
    grad[i] = (d / (a + 1e-300)) * ((scale * (1 - e)) / f);
  }
  return sum / n - Math.LN2;
}
