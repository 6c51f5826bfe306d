import { pointwise, type SmoothOptions } from '../../core/facade/loss.ts';
import type { SmoothLoss2 } from '../../core/facade/lossTypes.ts';
import { input } from '../../core/model/definition.ts';
import { square, unlessNaN } from '../formulas/math.ts';
import { kernels } from './kernels.ts';

/** Options of {@link mse}. */
export interface MseOptions extends SmoothOptions {}

/**
 * Squared error: the classic of regression, and what a Gaussian of constant variance asks for. Outliers weigh in squared.
 *
 * ```text
 * L = e²,  e = pred − target
 * ∂L/∂pred = 2e        ∂²L/∂pred² = 2
 * ```
 * - Shapes: `pred` and `target` of one shape; one loss per element.
 * - Domain: any numbers.
 * - Edges: ±∞ gives +∞; NaN stays in its element.
 * - Accuracy: within 4 ULP (float32) or 8 ULP (float64).
 * - PyTorch: `torch.nn.functional.mse_loss`, the same; that one broadcasts shapes that differ, this one throws.
 *
 * @param pred - Predictions.
 * @param target - True values.
 * @param options - `reduction`, `sampleWeight`, `out`, `hessOut`.
 * @returns The mean over the elements, the sum, or with `reduction: 'none'` one loss per element.
 * @throws {TypeError} On an argument of the wrong kind or an unknown option.
 * @throws {RangeError} On lengths or shapes that don't agree, or a negative weight.
 * @see Hastie, Tibshirani, Friedman (2009), The Elements of Statistical Learning, section 2.4, https://hastie.su.domains/ElemStatLearn/
 * @example
 * ```ts
 * import { mse } from 'losskit';
 *
 * const { value, grad } = mse.valueAndGrad([1, 2, 4], [1, 3, 2], { reduction: 'sum' });
 * console.log(value); // → 5
 * console.log(grad.join(', ')); // → 0, -2, 4
 * ```
 */
export const mse: SmoothLoss2<MseOptions> = /* @__PURE__ */ pointwise({
  name: 'mse',
  family: 'regression',
  kernels,
  inputs: [input('pred'), input('target')],
  parameters: {},
  value: (pred, target) => square(pred - target),
  grad: { pred: (pred, target) => 2 * (pred - target) },
  hess: { pred: (pred, target) => unlessNaN(pred - target, 2) },
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
    torch: 'torch.nn.functional.mse_loss',
    reference: 'Hastie, Tibshirani, Friedman (2009), The Elements of Statistical Learning, section 2.4',
  },
});
