/** Careful JavaScript for a step of gradient boosting: no value, which boosting doesn't need. */

/** Binary cross-entropy of logits, weighted: gradient w (p − y) and second derivative w p (1 − p) with p = σ(z) */
export function weightedBinary({ z, y, weight, grad, hess, n }) {
  for (let i = 0; i < n; i++) grad[i] = Math.exp(-z[i]);
  for (let i = 0; i < n; i++) {
    const p = 1 / (1 + grad[i]);
    const w = weight[i];
    grad[i] = w * (p - y[i]);
    hess[i] = w * p * (1 - p);
  }
}
