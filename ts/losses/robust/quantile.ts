import { pointwise, type SmoothOptions } from '../../core/facade/loss.ts';
import type { SmoothLoss2 } from '../../core/facade/lossTypes.ts';
import { input } from '../../core/model/definition.ts';
import { within } from '../../core/model/parameters.ts';
import { sign, unlessNaN } from '../formulas/math.ts';
import { halfGap } from '../formulas/residual.ts';
import { kernels } from './kernels.ts';

/** Options of {@link quantile}. */
export interface QuantileOptions extends SmoothOptions {
  /** q, the quantile, in (0, 1); 0.5 gives half the absolute error, and the median. Default 0.5. */
  q?: number | undefined;
}

/**
 * Quantile loss, also called pinball loss: regression whose minimum is a quantile, for intervals and for costs that differ between too
 * much and too little.
 *
 * ```text
 * L = max(−q e, (1−q) e) = w |e|,   e = pred − target,  w = 1−q for e > 0, else q
 * ∂L/∂pred = w sign e               ∂²L/∂pred² = 0
 * ```
 * - Shapes: `pred` and `target` of one shape; one loss per element.
 * - Domain: any numbers.
 * - Edges: the subgradient at e = 0 is 0; NaN stays in its element. The Hessian is 0: boosting libraries put 1 in its place, which
 *   `hessianFloor: 1` does.
 * - Accuracy: within 4 ULP (float32) or 8 ULP (float64), also where e overflows and the loss doesn't.
 * - PyTorch: none. scikit-learn's `mean_pinball_loss` is the same with `alpha` for q; LightGBM and XGBoost have it as an objective.
 *
 * @param pred - Predictions.
 * @param target - True values.
 * @param options - {@link QuantileOptions}, with `reduction`.
 * @returns The mean over the elements, the sum, or with `reduction: 'none'` one loss per element.
 * @throws {TypeError} On an argument of the wrong kind or an unknown option.
 * @throws {RangeError} On `q` outside (0, 1), lengths or shapes that don't agree, or a negative weight.
 * @see Koenker, Bassett (1978), Regression Quantiles, https://doi.org/10.2307/1913643
 * @example
 * ```ts
 * import { quantile } from 'losskit';
 *
 * const { value, grad } = quantile.valueAndGrad([3, 1], [1, 2], { q: 0.75, reduction: 'sum' });
 * console.log(value); // → 1.25
 * console.log(grad.join(', ')); // → 0.25, -0.75
 * ```
 */
export const quantile: SmoothLoss2<QuantileOptions> = /* @__PURE__ */ pointwise({
  name: 'quantile',
  family: 'regression',
  kernels,
  inputs: [input('pred'), input('target')],
  parameters: { q: within(0.5, '(0, 1)') },
  value: (pred, target, { q }) => {
    const e = pred - target;
    const w = weight(e, q);
    // Where the residual overflows, the loss may not: from halves.
    return Math.abs(e) === Infinity ? 2 * w * Math.abs(halfGap(pred, target)) : w * Math.abs(e);
  },
  grad: { pred: (pred, target, { q }) => weight(pred - target, q) * sign(pred - target) },
  hess: { pred: (pred, target) => unlessNaN(pred - target, 0) },
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
  smoothAt: (pred, target) => pred !== target,
  properties: {
    convex: true,
    lipschitz: ({ q }) => Math.max(q, 1 - q),
    kinks: 'pred = target',
    torch: null,
    reference: 'Koenker, Bassett (1978), Regression Quantiles',
  },
});

/** What errors weigh on the side of e. */
const weight = (e: number, q: number): number => (e > 0 ? 1 - q : q);
