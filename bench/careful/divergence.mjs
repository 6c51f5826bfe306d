/** Careful JavaScript for divergences and entropy. */
import { binaryCrossEntropyWithLogits } from './binary.mjs';
import { compile, loop, softmaxRows, variant } from './unroll.mjs';

/** Σ p ln(p/q): one logarithm for the two of the formula. A term with p = 0 is 0, which the added number takes care of. */
export function klDivergence({ q, p, grad, n, rows }) {
  let sum = 0;
  for (let i = 0; i < n; i++) {
    const ratio = p[i] / q[i];
    sum += p[i] * Math.log(ratio + 1e-300);
    grad[i] = -ratio / rows;
  }
  return sum / rows;
}

/** Σ p (ln p − z) + P ln Σ e^z with P = Σ p, gradient P softmax(z) − p */
export const klDivergenceLogits = variant(
  { options: { input: 'logits' } },
  compile(
    'q, p, grad, rows, width',
    softmaxRows(
      'q',
      [],
      '',
      `${loop('start', 'end', ['all', 'cross'], 'const t = p[i]; all += t; cross += t * (Math.log(t + 1e-300) - q[i] + max);', 2)}
    total += cross + all * Math.log(s);
    const factor = (scale * all) / s;
    ${loop('start', 'end', [], 'grad[i] = grad[i] * factor - p[i] * scale;', 4)}`,
    ),
  ),
);

/** ½ Σ p ln(p/m) + q ln(q/m) with m = ½(p + q), gradient ½ ln(q/m) */
export function jensenShannon({ q, p, grad, n, rows }) {
  let sum = 0;
  for (let i = 0; i < n; i++) {
    const m = 0.5 * (p[i] + q[i]);
    const log = Math.log(q[i] / m);
    sum += p[i] * Math.log(p[i] / m + 1e-300) + q[i] * log;
    grad[i] = (0.5 * log) / rows;
  }
  return (0.5 * sum) / rows;
}

/** −Σ p ln p, gradient −(1 + ln p) */
export function entropy({ p, grad, n, rows }) {
  const scale = 1 / rows;
  let sum = 0;
  for (let i = 0; i < n; i++) {
    const log = Math.log(p[i]);
    sum -= p[i] * log;
    grad[i] = -(1 + log) * scale;
  }
  return sum * scale;
}

/** ½ (μ² + e^v − 1 − v) summed over each row */
export function gaussianKl({ mu, logVar, gradMu, gradLogVar, n, rows }) {
  const scale = 1 / rows;
  let sum = 0;
  for (let i = 0; i < n; i++) {
    const m = mu[i];
    const v = logVar[i];
    const less = Math.exp(v) - 1;
    sum += m * m + less - v;
    gradMu[i] = m * scale;
    gradLogVar[i] = 0.5 * less * scale;
  }
  return 0.5 * sum * scale;
}

/** ½ (v + (y−μ)² e^−v) */
export function gaussianNll({ mean, target, logVar, gradMean, gradLogVar, n }) {
  const scale = 1 / n;
  let sum = 0;
  for (let i = 0; i < n; i++) {
    const d = mean[i] - target[i];
    const precision = Math.exp(-logVar[i]);
    const square = d * d * precision;
    sum += logVar[i] + square;
    gradMean[i] = d * precision * scale;
    gradLogVar[i] = 0.5 * (1 - square) * scale;
  }
  return 0.5 * sum * scale;
}

/** Σ binary cross-entropy of logits + gaussianKl, a row each: the negative ELBO with its Bernoulli default */
export function elbo({ recon, target, mu, logVar, gradRecon, gradMu, gradLogVar, n, rows }) {
  const data = binaryCrossEntropyWithLogits({ logits: recon, target, grad: gradRecon, n, scale: 1 / rows });
  return data + gaussianKl({ mu, logVar, gradMu, gradLogVar, n, rows });
}
