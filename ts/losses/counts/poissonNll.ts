import { pointwise, type SmoothOptions } from '../../core/facade/loss.ts';
import type { SmoothLoss2 } from '../../core/facade/lossTypes.ts';
import { input } from '../../core/model/definition.ts';
import { choice, flag } from '../../core/model/parameters.ts';
import { expLess, lnFactorial } from '../formulas/counts.ts';
import { over, unlessNaN, weigh } from '../formulas/math.ts';
import { kernels } from './kernels.ts';

/** Options of {@link poissonNll}. */
export interface PoissonNllOptions extends SmoothOptions {
  /** What the prediction is: the logarithm of the rate, or the rate itself. Default 'log'. */
  input?: 'log' | 'rate' | undefined;
  /** Adds ln Γ(target + 1), which makes it a true negative log-likelihood, and hangs on no prediction. Default false. */
  full?: boolean | undefined;
}

/**
 * Negative log-likelihood of Poisson's distribution: regression of counts.
 *
 * ```text
 * log:   L = e^f − y f [+ ln Γ(y+1)],    f = pred = ln rate,  y = target
 *        ∂L/∂f = e^f − y      ∂²L/∂f² = e^f
 * rate:  L = r − y ln r [+ ln Γ(y+1)],   r = pred = rate
 *        ∂L/∂r = 1 − y/r      ∂²L/∂r² = y/r²
 * ```
 * - Shapes: `pred` and `target` of one shape; one loss per element.
 * - Domain: `target` ≥ 0, whole or not; a rate ≥ 0, its logarithm any number.
 * - Edges: 0·ln 0 = 0; a rate of 0 costs +∞ where y > 0. Infinite predictions give the limits. NaN stays in its element.
 * - Accuracy: within 4 ULP (float32) or 8 ULP (float64) of the largest term; also where e^f or y f alone overflows. ln Γ is computed in
 *   double precision; `full` is meant for targets below 10³⁶ (float32) or 10³⁰⁵ (float64), where ln Γ doesn't overflow.
 * - PyTorch: `torch.nn.functional.poisson_nll_loss`; that one adds `eps` = 1e-8 within the logarithm of a rate, and its `full` is
 *   Stirling's formula, for targets above 1. Keras's `Poisson` takes rates, and adds 1e-7. Gradient and Hessian of `'log'` are
 *   those of XGBoost's `count:poisson` and LightGBM's `poisson`, whose Hessian has a further factor, e to the `max_delta_step`.
 *
 * @param pred - Logarithms of rates, or rates.
 * @param target - Counts.
 * @param options - {@link PoissonNllOptions}, with `reduction`.
 * @returns The mean over the elements, the sum, or with `reduction: 'none'` one loss per element.
 * @throws {TypeError} On an argument of the wrong kind or an unknown option.
 * @throws {RangeError} On a negative target or rate, lengths or shapes that don't agree, or a negative weight.
 * @see Cameron, Trivedi (2013), Regression Analysis of Count Data, https://doi.org/10.1017/CBO9781139013567
 * @example
 * ```ts
 * import { poissonNll } from 'losskit';
 *
 * const { value, grad } = poissonNll.valueAndGrad([0, 0], [2, 0]);
 * console.log(value); // → 1
 * console.log(grad.join(', ')); // → -0.5, 0.5
 * console.log(poissonNll([2], [3], { input: 'rate', full: true }).toFixed(4)); // → 1.7123
 * ```
 */
export const poissonNll: SmoothLoss2<PoissonNllOptions> = /* @__PURE__ */ pointwise({
  name: 'poissonNll',
  family: 'probabilistic',
  kernels,
  inputs: [input('pred'), input('target', 'nonNegative', 'a count is 0 or more')],
  domains: ({ input }) => (input === 'rate' ? { pred: 'nonNegative' } : {}),
  parameters: { input: choice(['log', 'rate']), full: flag(false) },
  value: (x, y, { input, full }) => {
    const loss = input === 'log' ? expLess(x, y, x) : x === Infinity ? x : x - weigh(y, Math.log(x));
    return full ? loss + lnFactorial(y) : loss;
  },
  grad: { pred: (x, y, { input }) => (input === 'log' ? expLess(x, y, 1) : unlessNaN(x, 1 - over(y, x))) },
  hess: {
    pred: (x, y, { input }) => (input === 'log' ? unlessNaN(y, Math.exp(x)) : y === 0 ? 0 : over(y, x) / Math.abs(x)),
  },
  loop: ({ value, grad, hess }, p, { a, b, da, ha, order, single, start, end, scale }) => {
    let sum = 0;
    for (let i = start; i < end; i++) {
      const x = a[i]!;
      const y = b[i]!;
      const loss = value(x, y, p);
      sum += single ? Math.fround(loss) : loss;
      if (order > 0) da[i] = scale * grad.pred!(x, y, p);
      if (order > 1) ha[i] = scale * hess!.pred!(x, y, p);
    }
    return sum;
  },
  properties: {
    convex: true,
    lipschitz: null,
    kinks: '',
    torch: 'torch.nn.functional.poisson_nll_loss',
    reference: 'Cameron, Trivedi (2013), Regression Analysis of Count Data',
  },
});
