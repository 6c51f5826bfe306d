import { pointwise, type SmoothOptions } from '../../core/facade/loss.ts';
import type { SmoothLoss2 } from '../../core/facade/lossTypes.ts';
import { input } from '../../core/model/definition.ts';
import { within } from '../../core/model/parameters.ts';
import { unlessNaN } from '../formulas/math.ts';
import { halfGap } from '../formulas/residual.ts';
import { kernels } from './kernels.ts';

/** Options of {@link expectile}. */
export interface ExpectileOptions extends SmoothOptions {
  /** τ, the expectile, in (0, 1); 0.5 gives half the squared error, and the mean. Default 0.5. */
  tau?: number | undefined;
}

/**
 * Expectile loss: squared error that weighs both sides differently. Its minimum is to the mean what a quantile is to the median.
 *
 * ```text
 * L = w e²,   e = pred − target,  w = 1−τ for e > 0, else τ
 * ∂L/∂pred = 2w e                 ∂²L/∂pred² = 2w
 * ```
 * - Shapes: `pred` and `target` of one shape; one loss per element.
 * - Domain: any numbers.
 * - Edges: the Hessian at e = 0 is 2τ. ±∞ gives +∞; NaN stays in its element.
 * - Accuracy: within 4 ULP (float32) or 8 ULP (float64).
 * - PyTorch: none. XGBoost's `reg:expectileerror` is the same.
 *
 * @param pred - Predictions.
 * @param target - True values.
 * @param options - {@link ExpectileOptions}, with `reduction`.
 * @returns The mean over the elements, the sum, or with `reduction: 'none'` one loss per element.
 * @throws {TypeError} On an argument of the wrong kind or an unknown option.
 * @throws {RangeError} On `tau` outside (0, 1), lengths or shapes that don't agree, or a negative weight.
 * @see Newey, Powell (1987), Asymmetric Least Squares Estimation and Testing, https://doi.org/10.2307/1911031
 * @example
 * ```ts
 * import { expectile } from 'losskit';
 *
 * const { value, grad } = expectile.valueAndGrad([3, 1], [1, 2], { tau: 0.75, reduction: 'sum' });
 * console.log(value); // → 1.75
 * console.log(grad.join(', ')); // → 1, -1.5
 * ```
 */
export const expectile: SmoothLoss2<ExpectileOptions> = /* @__PURE__ */ pointwise({
  name: 'expectile',
  family: 'regression',
  kernels,
  inputs: [input('pred'), input('target')],
  parameters: { tau: within(0.5, '(0, 1)') },
  value: (pred, target, { tau }) => {
    const e = pred - target;
    return weight(e, tau) * e * e;
  },
  grad: {
    pred: (pred, target, { tau }) => {
      const e = pred - target;
      // Where the residual overflows, the slope may not: from halves.
      return Math.abs(e) === Infinity ? 4 * weight(e, tau) * halfGap(pred, target) : 2 * weight(e, tau) * e;
    },
  },
  hess: { pred: (pred, target, { tau }) => unlessNaN(pred - target, 2 * weight(pred - target, tau)) },
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
  // The first derivative is continuous, the second jumps.
  smoothAt: (pred, target) => pred !== target,
  properties: {
    convex: true,
    lipschitz: null,
    kinks: '',
    torch: null,
    reference: 'Newey, Powell (1987), Asymmetric Least Squares Estimation and Testing',
  },
});

/** What errors weigh on the side of e. */
const weight = (e: number, tau: number): number => (e > 0 ? 1 - tau : tau);
