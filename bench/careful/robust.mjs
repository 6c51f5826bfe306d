/** Careful JavaScript for more losses of numbers: without jumps that hang on data. Square roots and divisions are the engine's own. */
import { pointwise } from './unroll.mjs';

/** w |d| with w = 1 − q for d > 0, else q: (½ − q) d + ½ |d|, whose slope is (½ − q) + ½ d/|d| */
export const quantile = pointwise(
  'pred, target, q = 0.5',
  'const scale = 1 / n; const tilt = 0.5 - q; const half = 0.5 * scale; const tilted = tilt * scale',
  `const d = pred[i] - target[i];
   const a = Math.abs(d);
   const s = d / (a + 1e-300);
   sum += tilt * d + 0.5 * a;
   grad[i] = tilted * s * s + half * s;`,
  'sum / n',
);

/** w d² with w = ½ + (½ − τ) d/|d| */
export const expectile = pointwise(
  'pred, target, tau = 0.5',
  'const scale = 2 / n; const tilt = 0.5 - tau',
  `const d = pred[i] - target[i];
   const t = 0.5 * d + tilt * Math.abs(d);
   sum += t * d;
   grad[i] = t * scale;`,
  'sum / n',
);

/** d² δ/(δ + k) with k = √(δ² + d²), slope d δ/k: one division for both */
export const pseudoHuber = pointwise(
  'pred, target, delta = 1',
  'const scale = 1 / n; const square = delta * delta',
  `const d = pred[i] - target[i];
   const k = Math.sqrt(square + d * d);
   const m = delta + k;
   const t = (d * delta) / (k * m);
   sum += t * d * k;
   grad[i] = t * m * scale;`,
  'sum / n',
);

/** c²(a − ln(1 + a)) with a = |d|/c, slope d/(1 + a) */
export const fair = pointwise(
  'pred, target, c = 1',
  'const scale = 1 / n; const over = 1 / c',
  `const d = pred[i] - target[i];
   const a = Math.abs(d) * over;
   const u = 1 + a;
   sum += a - Math.log(u);
   grad[i] = (d * scale) / u;`,
  'c * c * sum / n',
);

/** d² with d = ln((1 + ŷ)/(1 + y)), one logarithm of a quotient; slope 2 d/(1 + ŷ) */
export const msle = pointwise(
  'pred, target',
  'const scale = 2 / n',
  `const u = 1 + pred[i];
   const v = 1 + target[i];
   const over = 1 / (u * v);
   const d = Math.log(u * u * over);
   sum += d * d;
   grad[i] = d * scale * v * over;`,
  'sum / n',
);

/** |d|/m with m = max(|y|, ε), as ½(|y| + ε + ||y| − ε|): Math.max jumps */
export const mape = pointwise(
  'pred, target, eps = 1e-7',
  'const scale = 1 / n',
  `const y = Math.abs(target[i]);
   const d = pred[i] - target[i];
   const m = 0.5 * (y + eps + Math.abs(y - eps));
   const a = Math.abs(d);
   const t = 1 / ((a + 1e-300) * m);
   sum += a * a * t;
   grad[i] = d * t * scale;`,
  'sum / n',
);
