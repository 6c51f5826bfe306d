import { pointwise, type SmoothOptions } from '../../core/facade/loss.ts';
import type { SmoothLoss2 } from '../../core/facade/lossTypes.ts';
import { input } from '../../core/model/definition.ts';
import { positive } from '../../core/model/parameters.ts';
import { sign, unlessNaN } from '../formulas/math.ts';
import { halfGap } from '../formulas/residual.ts';
import { kernels } from './kernels.ts';

/** Options of {@link mape}. */
export interface MapeOptions extends SmoothOptions {
  /** ε, what the size of a target counts as at least; finite and > 0. Default 1e-7. */
  eps?: number | undefined;
}

/**
 * Absolute percentage error, as a fraction: every error relative to its target.
 *
 * ```text
 * L = |e|/m,  e = pred − target,  m = max(|target|, ε)
 * ∂L/∂pred = sign(e)/m    ∂²L/∂pred² = 0
 * ```
 * - Shapes: `pred` and `target` of one shape; one loss per element.
 * - Domain: any numbers. Targets near 0 give huge losses: raise `eps` to the size below which they count alike.
 * - Edges: the subgradient at e = 0 is 0; NaN stays in its element.
 * - Accuracy: within 4 ULP (float32) or 8 ULP (float64), also where e overflows and the loss doesn't.
 * - PyTorch: none. Keras's `MeanAbsolutePercentageError` is 100 times this; scikit-learn's is the same, with another ε; LightGBM's `mape`
 *   takes 1 for ε.
 *
 * @param pred - Predictions.
 * @param target - True values.
 * @param options - {@link MapeOptions}, with `reduction`.
 * @returns The mean over the elements, the sum, or with `reduction: 'none'` one loss per element.
 * @throws {TypeError} On an argument of the wrong kind or an unknown option.
 * @throws {RangeError} On `eps` ≤ 0, lengths or shapes that don't agree, or a negative weight.
 * @see Makridakis (1993), Accuracy Measures: Theoretical and Practical Concerns, https://doi.org/10.1016/0169-2070(93)90079-3
 * @example
 * ```ts
 * import { mape } from 'losskit';
 *
 * const { value, grad } = mape.valueAndGrad([110, 90], [100, 100]);
 * console.log(value); // → 0.1
 * console.log(grad.join(', ')); // → 0.005, -0.005
 * ```
 */
export const mape: SmoothLoss2<MapeOptions> = /* @__PURE__ */ pointwise({
  name: 'mape',
  family: 'regression',
  kernels,
  inputs: [input('pred'), input('target')],
  parameters: { eps: positive(1e-7) },
  value: (pred, target, { eps }) => {
    const [size, m] = [Math.abs(pred - target), most(target, eps)];
    // Where the residual overflows, the loss may not: from halves.
    return size === Infinity ? 2 * (Math.abs(halfGap(pred, target)) / m) : size / m;
  },
  grad: { pred: (pred, target, { eps }) => sign(pred - target) / most(target, eps) },
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
    lipschitz: ({ eps }) => 1 / eps,
    kinks: 'pred = target',
    torch: null,
    reference: 'Makridakis (1993), Accuracy Measures: Theoretical and Practical Concerns',
  },
});

/** max(|target|, ε), of which a NaN stays. */
const most = (target: number, eps: number): number => Math.max(Math.abs(target), eps);
