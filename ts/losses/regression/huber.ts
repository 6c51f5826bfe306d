import { pointwise, type SmoothOptions } from '../../core/facade/loss.ts';
import type { SmoothLoss2 } from '../../core/facade/lossTypes.ts';
import { input } from '../../core/model/definition.ts';
import { positive } from '../../core/model/parameters.ts';
import { clamp, unlessNaN } from '../formulas/math.ts';
import { kernels } from './kernels.ts';

/** Options of {@link huber}. */
export interface HuberOptions extends SmoothOptions {
  /** δ, where the linear tails begin; finite and > 0. Default 1. */
  delta?: number | undefined;
}

/**
 * Huber's loss: quadratic near zero like the squared error, linear in the tails so that outliers can't dominate.
 *
 * ```text
 * L = ½e²          if |e| ≤ δ,     e = pred − target
 *     δ(|e| − ½δ)  otherwise;      together c(e − ½c),  c = e clamped to [−δ, δ]
 * ∂L/∂pred = c     ∂²L/∂pred² = 1 if |e| ≤ δ, else 0
 * ```
 * - Shapes: `pred` and `target` of one shape; one loss per element.
 * - Domain: any numbers.
 * - Edges: the Hessian at |e| = δ is 1; NaN stays in its element.
 * - Accuracy: within 4 ULP (float32) or 8 ULP (float64), also where e overflows and the loss doesn't.
 * - PyTorch: `torch.nn.functional.huber_loss`, the same. `smoothL1` is this divided by δ.
 *
 * @param pred - Predictions.
 * @param target - True values.
 * @param options - {@link HuberOptions}, with `reduction`.
 * @returns The mean over the elements, the sum, or with `reduction: 'none'` one loss per element.
 * @throws {TypeError} On an argument of the wrong kind or an unknown option.
 * @throws {RangeError} On `delta` ≤ 0, lengths or shapes that don't agree, or a negative weight.
 * @see Huber (1964), Robust Estimation of a Location Parameter, https://doi.org/10.1214/aoms/1177703732
 * @example
 * ```ts
 * import { huber } from 'losskit';
 *
 * const { value, grad } = huber.valueAndGrad([0.5, 4], [0, 0], { delta: 2, reduction: 'sum' });
 * console.log(value); // → 6.125
 * console.log(grad.join(', ')); // → 0.5, 2
 * ```
 */
export const huber: SmoothLoss2<HuberOptions> = /* @__PURE__ */ pointwise({
  name: 'huber',
  family: 'regression',
  kernels,
  inputs: [input('pred'), input('target')],
  parameters: { delta: positive(1) },
  value: (pred, target, { delta }) => {
    const e = pred - target;
    const c = clamp(e, delta);
    // Where the residual overflows, the loss may not: from halves.
    if (Math.abs(e) === Infinity) return 2 * delta * (Math.abs(0.5 * pred - 0.5 * target) - 0.25 * delta);
    return c * (e - 0.5 * c);
  },
  grad: { pred: (pred, target, { delta }) => clamp(pred - target, delta) },
  hess: { pred: (pred, target, { delta }) => unlessNaN(pred - target, Math.abs(pred - target) <= delta ? 1 : 0) },
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
  smoothAt: (pred, target, { delta }) => Math.abs(pred - target) !== delta,
  properties: {
    convex: true,
    lipschitz: ({ delta }) => delta,
    kinks: '',
    torch: 'torch.nn.functional.huber_loss',
    reference: 'Huber (1964), Robust Estimation of a Location Parameter',
  },
});
