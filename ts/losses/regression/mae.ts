import { pointwise, type SmoothOptions } from '../../core/facade/loss.ts';
import type { SmoothLoss2 } from '../../core/facade/lossTypes.ts';
import { input } from '../../core/model/definition.ts';
import { sign, unlessNaN } from '../formulas/math.ts';
import { kernels } from './kernels.ts';

/** Options of {@link mae}. */
export interface MaeOptions extends SmoothOptions {}

/**
 * Absolute error: regression that outliers don't pull about; its minimum is the median.
 *
 * ```text
 * L = |e|,  e = pred − target
 * ∂L/∂pred = sign e    ∂²L/∂pred² = 0
 * ```
 * - Shapes: `pred` and `target` of one shape; one loss per element.
 * - Domain: any numbers.
 * - Edges: the subgradient at e = 0 is 0; NaN stays in its element.
 * - Accuracy: e is rounded once, the rest is exact.
 * - PyTorch: `torch.nn.functional.l1_loss`, the same; that one broadcasts shapes that differ, this one throws.
 *
 * @param pred - Predictions.
 * @param target - True values.
 * @param options - `reduction`, `sampleWeight`, `out`, `hessOut`.
 * @returns The mean over the elements, the sum, or with `reduction: 'none'` one loss per element.
 * @throws {TypeError} On an argument of the wrong kind or an unknown option.
 * @throws {RangeError} On lengths or shapes that don't agree, or a negative weight.
 * @see Hastie, Tibshirani, Friedman (2009), The Elements of Statistical Learning, section 10.6, https://hastie.su.domains/ElemStatLearn/
 * @example
 * ```ts
 * import { mae } from 'losskit';
 *
 * const { value, grad } = mae.valueAndGrad([1, 2, 4], [1, 3, 2], { reduction: 'sum' });
 * console.log(value); // → 3
 * console.log(grad.join(', ')); // → 0, -1, 1
 * ```
 */
export const mae: SmoothLoss2<MaeOptions> = /* @__PURE__ */ pointwise({
  name: 'mae',
  family: 'regression',
  kernels,
  inputs: [input('pred'), input('target')],
  parameters: {},
  value: (pred, target) => Math.abs(pred - target),
  grad: { pred: (pred, target) => sign(pred - target) },
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
    lipschitz: 1,
    kinks: 'pred = target',
    torch: 'torch.nn.functional.l1_loss',
    reference: 'Hastie, Tibshirani, Friedman (2009), The Elements of Statistical Learning, section 10.6',
  },
});
