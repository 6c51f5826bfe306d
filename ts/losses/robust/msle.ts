import { pointwise, type SmoothOptions } from '../../core/facade/loss.ts';
import type { SmoothLoss2 } from '../../core/facade/lossTypes.ts';
import { input } from '../../core/model/definition.ts';
import { square } from '../formulas/math.ts';
import { kernels } from './kernels.ts';

const HINT = 'for numbers of any size, mse or huber';

/** Options of {@link msle}. */
export interface MsleOptions extends SmoothOptions {}

/**
 * Squared error of logarithms: regression of amounts that span orders of magnitude, where a factor counts and not a difference.
 *
 * ```text
 * L = d²,  d = ln(1 + pred) − ln(1 + target)
 * ∂L/∂pred = 2d/(1 + pred)    ∂²L/∂pred² = 2(1 − d)/(1 + pred)²
 * ```
 * - Shapes: `pred` and `target` of one shape; one loss per element.
 * - Domain: `pred` and `target` > −1.
 * - Edges: d is computed from (pred − target)/(1 + the smaller), so that nothing cancels where both are close. The Hessian is negative
 *   for d > 1. NaN stays in its element.
 * - Accuracy: within 4 ULP (float32) or 8 ULP (float64); of the Hessian, relative to the larger of both terms.
 * - PyTorch: none. Keras's `MeanSquaredLogarithmicError` clamps negative numbers at 0, and the gradient with them; XGBoost's
 *   `reg:squaredlogerror` has ½ before it.
 *
 * @param pred - Predictions.
 * @param target - True values.
 * @param options - `reduction`, `sampleWeight`, `out`, `hessOut`.
 * @returns The mean over the elements, the sum, or with `reduction: 'none'` one loss per element.
 * @throws {TypeError} On an argument of the wrong kind or an unknown option.
 * @throws {RangeError} On a number ≤ −1, lengths or shapes that don't agree, or a negative weight.
 * @see Törnqvist, Vartia, Vartia (1985), How Should Relative Changes Be Measured?, https://doi.org/10.1080/00031305.1985.10479385
 * @example
 * ```ts
 * import { msle } from 'losskit';
 *
 * const { value, grad } = msle.valueAndGrad([3, 0], [1, 0], { reduction: 'sum' });
 * console.log(value.toFixed(4)); // → 0.4805
 * console.log([...grad].map((g) => g.toFixed(4)).join(', ')); // → 0.3466, 0.0000
 * ```
 */
export const msle: SmoothLoss2<MsleOptions> = /* @__PURE__ */ pointwise({
  name: 'msle',
  family: 'regression',
  kernels,
  inputs: [input('pred', 'aboveMinusOne', HINT), input('target', 'aboveMinusOne', HINT)],
  parameters: {},
  value: (pred, target) => square(logRatio(pred, target)),
  // An infinite prediction has the limits.
  grad: { pred: (pred, target) => (pred === Infinity ? 0 : (2 * logRatio(pred, target)) / (1 + pred)) },
  hess: {
    pred: (pred, target) => (pred === Infinity ? 0 : (2 * (1 - logRatio(pred, target))) / (1 + pred) / (1 + pred)),
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
    convex: false,
    lipschitz: null,
    kinks: '',
    torch: null,
    reference: 'Törnqvist, Vartia, Vartia (1985), How Should Relative Changes Be Measured?',
  },
});

/** ln((1 + x)/(1 + y)), accurate where x is close to y. */
function logRatio(x: number, y: number): number {
  const ratio = Math.abs(x - y) / (1 + Math.min(x, y));
  const size = ratio < Infinity ? Math.log1p(ratio) : Math.abs(Math.log1p(x) - Math.log1p(y));
  return x < y ? -size : size;
}
