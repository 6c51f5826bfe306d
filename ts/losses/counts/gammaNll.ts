import { pointwise, type SmoothOptions } from '../../core/facade/loss.ts';
import type { SmoothLoss2 } from '../../core/facade/lossTypes.ts';
import { input } from '../../core/model/definition.ts';
import { timesExp } from '../formulas/math.ts';
import { kernels } from './kernels.ts';

/** Options of {@link gammaNll}. */
export interface GammaNllOptions extends SmoothOptions {}

/**
 * Negative log-likelihood of the gamma distribution from the logarithm of its mean: regression of positive amounts whose spread grows
 * with their size, such as claims and waiting times.
 *
 * ```text
 * L = f + y e^−f,   f = pred = ln mean,  y = target      (for shape 1, less what hangs on y alone)
 * ∂L/∂f = 1 − y e^−f     ∂²L/∂f² = y e^−f
 * ```
 * - Shapes: `pred` and `target` of one shape; one loss per element.
 * - Domain: any `pred`; `target` ≥ 0.
 * - Edges: y = 0 leaves f. At f = −∞ the loss is +∞ for y > 0, −∞ for y = 0. NaN stays in its element.
 * - Accuracy: within 4 ULP (float32) or 8 ULP (float64) of the largest term; also where e^−f alone overflows.
 * - PyTorch: none. Gradient and Hessian are those of XGBoost's `reg:gamma` and LightGBM's `gamma`.
 *
 * @param pred - Logarithms of means.
 * @param target - Amounts.
 * @param options - `reduction`, `sampleWeight`, `out`, `hessOut`.
 * @returns The mean over the elements, the sum, or with `reduction: 'none'` one loss per element.
 * @throws {TypeError} On an argument of the wrong kind or an unknown option.
 * @throws {RangeError} On a negative target, lengths or shapes that don't agree, or a negative weight.
 * @see McCullagh, Nelder (1989), Generalized Linear Models, chapter 8, https://doi.org/10.1201/9780203753736
 * @example
 * ```ts
 * import { gammaNll } from 'losskit';
 *
 * const { value, grad } = gammaNll.valueAndGrad([0, 0], [3, 0.5], { reduction: 'sum' });
 * console.log(value); // → 3.5
 * console.log(grad.join(', ')); // → -2, 0.5
 * ```
 */
export const gammaNll: SmoothLoss2<GammaNllOptions> = /* @__PURE__ */ pointwise({
  name: 'gammaNll',
  family: 'probabilistic',
  kernels,
  inputs: [input('pred'), input('target', 'nonNegative', 'an amount is 0 or more')],
  parameters: {},
  value: (f, y) => {
    const ratio = timesExp(y, -f);
    // Where f = −∞, y e^−f outgrows it.
    return ratio === Infinity ? ratio : f + ratio;
  },
  grad: { pred: (f, y) => 1 - timesExp(y, -f) },
  hess: { pred: (f, y) => timesExp(y, -f) },
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
    torch: null,
    reference: 'McCullagh, Nelder (1989), Generalized Linear Models, chapter 8',
  },
});
