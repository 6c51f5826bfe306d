/** Careful JavaScript for the regularizers; the sign as in mae. */
import { compile, loop, pointwise } from './unroll.mjs';

/** Σ|θ| */
export const l1 = pointwise(
  'theta',
  '',
  'const t = theta[i]; const a = Math.abs(t); sum += a; grad[i] = t / (a + 1e-300);',
  'sum',
);

/** Σθ² */
export const l2 = pointwise('theta', '', 'const t = theta[i]; sum += t * t; grad[i] = 2 * t;', 'sum');

/** ½Σ|θ| + ¼Σθ²: l1Ratio = 0.5, the default */
export const elasticNet = compile(
  'theta, grad, n',
  `${loop(
    '0',
    'n',
    ['sum', 'squares'],
    `const t = theta[i]; const a = Math.abs(t); sum += a; squares += t * t;
     grad[i] = 0.5 * (t / (a + 1e-300) + t);`,
    4,
  )} return 0.5 * sum + 0.25 * squares;`,
);
