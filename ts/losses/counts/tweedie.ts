import { pointwise, type SmoothOptions } from '../../core/facade/loss.ts';
import type { SmoothLoss2 } from '../../core/facade/lossTypes.ts';
import { input } from '../../core/model/definition.ts';
import { within } from '../../core/model/parameters.ts';
import { timesExpOf } from '../formulas/counts.ts';
import { kernels } from './kernels.ts';

/** Options of {@link tweedie}. */
export interface TweedieOptions extends SmoothOptions {
  /** p, the power of the mean that the variance goes by, in (1, 2): near 1 like counts, near 2 like amounts. Default 1.5. */
  power?: number | undefined;
}

/**
 * Negative log-likelihood of Tweedie's compound Poisson-gamma distributions, from the logarithm of the mean: amounts that are often
 * exactly 0, such as the claims of a year or the rain of a day.
 *
 * ```text
 * L = −y e^((1−p)f)/(1−p) + e^((2−p)f)/(2−p),   f = pred = ln mean,  y = target
 * ∂L/∂f = −y e^((1−p)f) + e^((2−p)f)
 * ∂²L/∂f² = −(1−p) y e^((1−p)f) + (2−p) e^((2−p)f)
 * ```
 * - Shapes: `pred` and `target` of one shape; one loss per element.
 * - Domain: any `pred`; `target` ≥ 0.
 * - Edges: infinite predictions give the limits: 0 at f = −∞ for y = 0, else +∞. NaN stays in its element.
 * - Accuracy: within 4 ULP (float32) or 8 ULP (float64), of the gradient relative to its larger term: value and Hessian are sums of
 *   nothing negative. The products in the exponents are exact, and no power overflows on its way.
 * - PyTorch: none. Gradient and Hessian are those of XGBoost's `reg:tweedie` and LightGBM's `tweedie` (`tweedie_variance_power`);
 *   scikit-learn's `mean_tweedie_deviance` is twice the value, less what hangs on y alone.
 *
 * @param pred - Logarithms of means.
 * @param target - Amounts.
 * @param options - {@link TweedieOptions}, with `reduction`.
 * @returns The mean over the elements, the sum, or with `reduction: 'none'` one loss per element.
 * @throws {TypeError} On an argument of the wrong kind or an unknown option.
 * @throws {RangeError} On a negative target, `power` outside (1, 2), lengths or shapes that don't agree, or a negative weight.
 * @see Jørgensen (1987), Exponential Dispersion Models, https://doi.org/10.1111/j.2517-6161.1987.tb01685.x
 * @example
 * ```ts
 * import { tweedie } from 'losskit';
 *
 * const { value, grad } = tweedie.valueAndGrad([0, 0], [3, 0], { reduction: 'sum' });
 * console.log(value); // → 10
 * console.log(grad.join(', ')); // → -2, 1
 * ```
 */
export const tweedie: SmoothLoss2<TweedieOptions> = /* @__PURE__ */ pointwise({
  name: 'tweedie',
  family: 'probabilistic',
  kernels,
  inputs: [input('pred'), input('target', 'nonNegative', 'an amount is 0 or more')],
  parameters: { power: within(1.5, '(1, 2)') },
  value: (f, y, { power }) => {
    const [a, b] = [power - 1, 2 - power];
    return past(y, a, f, 1 / a) + timesExpOf(1 / b, b, f);
  },
  grad: { pred: (f, y, { power }) => timesExpOf(1, 2 - power, f) - timesExpOf(y, 1 - power, f) },
  hess: {
    pred: (f, y, { power }) => {
      const [a, b] = [power - 1, 2 - power];
      return past(y, a, f, a) + timesExpOf(b, b, f);
    },
  },
  loop: ({ value, grad, hess }, p, { a, b, da, ha, order, start, end, scale }) => {
    let sum = 0;
    for (let i = start; i < end; i++) {
      const x = a[i]!;
      const y = b[i]!;
      sum += value(x, y, p);
      if (order > 0) da[i] = scale * grad.pred!(x, y, p);
      if (order > 1) ha[i] = scale * hess!.pred!(x, y, p);
    }
    return sum;
  },
  properties: {
    convex: true,
    lipschitz: null,
    kinks: '',
    torch: null,
    reference: 'Jørgensen (1987), Exponential Dispersion Models',
  },
});

/** factor·y e^−af: the product of the factor and a target of extreme size may leave the range of doubles. */
const past = (y: number, a: number, f: number, factor: number): number =>
  y > 2 ** 900 || y < 2 ** -900 ? factor * timesExpOf(y, -a, f) : timesExpOf(factor * y, -a, f);
