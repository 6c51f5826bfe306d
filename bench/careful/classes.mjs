/** Careful JavaScript for the softmax family: the exponentials are kept in the gradient buffer, so there is one an element. */
import { compile, loop, softmaxRows, variant } from './unroll.mjs';

const scaled = loop('start', 'end', [], 'grad[i] *= factor;', 4);

/** ln Σ e^z − z_y, gradient softmax(z) − [k = y] */
export const crossEntropy = compile(
  'logits: z, labels, grad, rows, width',
  softmaxRows(
    'z',
    [],
    '',
    `const right = start + labels[r];
    total += max + Math.log(s) - z[right];
    const factor = scale / s;
    ${scaled}
    grad[right] -= scale;`,
  ),
);

/** The same with target (1−ε)[k = y] + ε/K: its loss needs only Σ z besides */
export const crossEntropySmoothed = variant(
  { options: { labelSmoothing: 0.1 } },
  compile(
    'logits: z, labels, grad, rows, width, labelSmoothing',
    `const uniform = labelSmoothing / width;
  const shift = uniform / rows;
  ${softmaxRows(
    'z',
    ['all'],
    'all += d;',
    `const right = start + labels[r];
    total += Math.log(s) - (1 - labelSmoothing) * (z[right] - max) - uniform * all;
    const factor = scale / s;
    ${loop('start', 'end', [], 'grad[i] = grad[i] * factor - shift;', 4)}
    grad[right] -= scale * (1 - labelSmoothing);`,
  )}`,
  ),
);

/** Σ_k t_k (ln Σ e^z − z_k), gradient T softmax(z) − t with T = Σ t */
export const crossEntropyDense = variant(
  { dense: true },
  compile(
    'logits: z, target, grad, rows, width',
    softmaxRows(
      'z',
      ['t', 'dot'],
      'const y = target[i]; t += y; dot += y * d;',
      `total += t * Math.log(s) - dot;
    const factor = (scale * t) / s;
    ${loop('start', 'end', [], 'grad[i] = grad[i] * factor - target[i] * scale;', 4)}`,
    ),
  ),
);

/** −(1−p_y)² ln p_y: γ = 2 and no α, the defaults; ∂/∂z_k = c (p_k − [k = y]) with c = q² − 2 q p ln p, q = 1 − p */
export const focal = compile(
  'logits: z, labels, grad, rows, width',
  softmaxRows(
    'z',
    [],
    '',
    `const right = start + labels[r];
    const log = z[right] - max - Math.log(s);
    const p = grad[right] / s;
    const q = 1 - p;
    total -= q * q * log;
    const c = scale * (q * q - 2 * q * p * log);
    const factor = c / s;
    ${scaled}
    grad[right] -= c;`,
  ),
);

/** (1 − p_y^q)/q with q = 0.7, the default; ∂/∂z_k = p_y^q (p_k − [k = y]) */
export const generalizedCrossEntropy = compile(
  'logits: z, labels, grad, rows, width',
  softmaxRows(
    'z',
    [],
    '',
    `const right = start + labels[r];
    const power = Math.exp(0.7 * (z[right] - max - Math.log(s)));
    total += (1 - power) / 0.7;
    const factor = (scale * power) / s;
    ${scaled}
    grad[right] -= scale * power;`,
  ),
);

/** −ln p_y + (1 − p_y): ε = 1, the default; ∂/∂z_k = (1 + p_y)(p_k − [k = y]) */
export const poly1 = compile(
  'logits: z, labels, grad, rows, width',
  softmaxRows(
    'z',
    [],
    '',
    `const right = start + labels[r];
    const p = grad[right] / s;
    total += max + Math.log(s) - z[right] + 1 - p;
    const factor = (scale * (1 + p)) / s;
    ${scaled}
    grad[right] -= scale * (1 + p);`,
  ),
);

/** −ln p_y with p = softmax(z/2.5) */
export const crossEntropyTemperature = variant(
  { options: { temperature: 2.5 } },
  compile(
    'logits: z, labels, grad, rows, width',
    softmaxRows(
      'z',
      [],
      '',
      `const right = start + labels[r];
    total += Math.log(s) - (z[right] - max) / 2.5;
    const factor = scale / (2.5 * s);
    ${scaled}
    grad[right] -= scale / 2.5;`,
      'Math.exp(d / 2.5)',
    ),
  ),
);

/** −ln p_y */
export function categoricalCrossEntropy({ p, labels, grad, rows, width }) {
  let sum = 0;
  grad.fill(0);
  for (let r = 0; r < rows; r++) {
    const right = r * width + labels[r];
    sum -= Math.log(p[right]);
    grad[right] = -1 / (p[right] * rows);
  }
  return sum / rows;
}

/** −ln p_y, given ln p */
export function nll({ logp, labels, grad, rows, width }) {
  let sum = 0;
  grad.fill(0);
  for (let r = 0; r < rows; r++) {
    const right = r * width + labels[r];
    sum -= logp[right];
    grad[right] = -1 / rows;
  }
  return sum / rows;
}
