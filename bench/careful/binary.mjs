/** Careful JavaScript for the losses of two classes. Exponential and logarithm are the engine's own; exponentials have a loop of their own. */

/** A zero and a one, for `ONE[+(x < 0)]`: a number instead of a jump that is mispredicted half the time. */
const ONE = new Float64Array([0, 1]);

/** −[y ln p + (1−y) ln(1−p)] with y in [0, 1]; where y is 0 or 1 one logarithm is enough */
export function binaryCrossEntropy({ p, target: y, grad, n }) {
  const scale = 1 / n;
  let sum = 0;
  for (let i = 0; i < n; i++) {
    const q = p[i];
    const t = y[i];
    const rest = 1 - q;
    if (t === 0 || t === 1) sum -= Math.log(t * q + (1 - t) * rest);
    else sum -= t * Math.log(q) + (1 - t) * Math.log(rest);
    grad[i] = (scale * (q - t)) / (q * rest);
  }
  return sum / n;
}

/** max(z, 0) − y z + ln(1 + e^−|z|), gradient σ(z) − y: one exponential for both */
export function binaryCrossEntropyWithLogits({ logits: z, target: y, grad, n, scale = 1 / n }) {
  let sum = 0;
  for (let i = 0; i < n; i++) grad[i] = Math.exp(-Math.abs(z[i]));
  for (let i = 0; i < n; i++) {
    const x = z[i];
    const t = y[i];
    const e = grad[i];
    const f = 1 + e;
    sum += 0.5 * (x + Math.abs(x)) - t * x + Math.log(f);
    grad[i] = ((1 + ONE[+(x < 0)] * (e - 1)) / f - t) * scale;
  }
  return sum * scale;
}

/** −(1−p_t)² ln p_t, p_t the probability of what happened: γ = 2 and no α, the defaults */
export function binaryFocal({ p, target: y, grad, n }) {
  const scale = 1 / n;
  let sum = 0;
  for (let i = 0; i < n; i++) {
    const sign = 2 * y[i] - 1;
    const pt = 1 - y[i] + sign * p[i];
    const q = 1 - pt;
    const log = Math.log(pt);
    sum -= q * q * log;
    grad[i] = sign * scale * q * (2 * log - q / pt);
  }
  return sum / n;
}

/** The same with p = σ(z): u = z towards the right answer, q = σ(−u), ln p_t = −ln(1 + e^−u) */
export function binaryFocalWithLogits({ logits: z, target: y, grad, n }) {
  const scale = 1 / n;
  let sum = 0;
  for (let i = 0; i < n; i++) grad[i] = Math.exp(-Math.abs(z[i]));
  for (let i = 0; i < n; i++) {
    const sign = 2 * y[i] - 1;
    const u = sign * z[i];
    const e = grad[i];
    const f = 1 + e;
    const q = (1 + ONE[+(u > 0)] * (e - 1)) / f;
    const minusLog = 0.5 * (Math.abs(u) - u) + Math.log(f);
    sum += q * q * minusLog;
    grad[i] = -sign * scale * q * q * (2 * (1 - q) * minusLog + q);
  }
  return sum / n;
}
