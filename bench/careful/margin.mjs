/** Careful JavaScript for the hinges: the comparison becomes a number, not a jump that is mispredicted half the time. */
import { pointwise } from './unroll.mjs';

/** max(0, 1 − y f) */
export const hinge = pointwise(
  'pred: f, target: y',
  'const scale = -1 / n',
  `const s = y[i];
   const m = 1 - s * f[i];
   const on = +(m > 0);
   sum += m * on;
   grad[i] = s * scale * on;`,
  'sum / n',
);

/** max(0, 1 − y f)² */
export const squaredHinge = pointwise(
  'pred: f, target: y',
  'const scale = -2 / n',
  `const s = y[i];
   const m = 1 - s * f[i];
   const short = 0.5 * (m + Math.abs(m));
   sum += short * short;
   grad[i] = s * scale * short;`,
  'sum / n',
);

/** Index of the largest of z[from, to), first of equals. */
function runnerUp(z, from, to, at) {
  let best = at < 0 ? -Infinity : z[at];
  let where = at;
  for (let k = from; k < to; k++) {
    if (z[k] > best) {
      best = z[k];
      where = k;
    }
  }
  return where;
}

/** max(0, 1 − z_y + max_{j≠y} z_j): one pass for the runner-up, two stores for the gradient */
export function multiclassHinge({ logits: z, labels, grad, rows, width }) {
  const scale = 1 / rows;
  let sum = 0;
  grad.fill(0);
  for (let r = 0; r < rows; r++) {
    const start = r * width;
    const right = start + labels[r];
    const at = runnerUp(z, right + 1, start + width, runnerUp(z, start, right, -1));
    const m = 1 - z[right] + z[at];
    if (m > 0) {
      sum += m;
      grad[right] = -scale;
      grad[at] = scale;
    }
  }
  return sum / rows;
}
