import { pointwise, type SmoothOptions } from '../../core/facade/loss.ts';
import type { SmoothLoss2 } from '../../core/facade/lossTypes.ts';
import { input } from '../../core/model/definition.ts';
import { nonNegative } from '../../core/model/parameters.ts';
import { clamp, sign, unlessNaN } from '../formulas/math.ts';
import { kernels } from './kernels.ts';

/** Options of {@link smoothL1}. */
export interface SmoothL1Options extends SmoothOptions {
  /** β, the half width of the rounded bottom; finite and ≥ 0, 0 being `mae`. Default 1. */
  beta?: number | undefined;
}

/**
 * Smooth L1: the absolute error with its kink rounded off over |e| ≤ β. Huber's loss divided by its threshold.
 *
 * ```text
 * L = ½e²/β     if |e| ≤ β,     e = pred − target
 *     |e| − ½β  otherwise;   together s(e − ½c),  c = e clamped to [−β, β],  s = c/β, for β = 0 the sign of e
 * ∂L/∂pred = s     ∂²L/∂pred² = 1/β if |e| ≤ β, else 0
 * ```
 * - Shapes: `pred` and `target` of one shape; one loss per element.
 * - Domain: any numbers.
 * - Edges: with β = 0 the subgradient at e = 0 and the Hessian are 0. The Hessian at |e| = β is 1/β.
 * - Accuracy: within 4 ULP (float32) or 8 ULP (float64).
 * - PyTorch: `torch.nn.functional.smooth_l1_loss`, the same.
 *
 * @param pred - Predictions.
 * @param target - True values.
 * @param options - {@link SmoothL1Options}, with `reduction`.
 * @returns The mean over the elements, the sum, or with `reduction: 'none'` one loss per element.
 * @throws {TypeError} On an argument of the wrong kind or an unknown option.
 * @throws {RangeError} On `beta` < 0, lengths or shapes that don't agree, or a negative weight.
 * @see Girshick (2015), Fast R-CNN, equation 3, https://arxiv.org/abs/1504.08083
 * @example
 * ```ts
 * import { smoothL1 } from 'losskit';
 *
 * const { value, grad } = smoothL1.valueAndGrad([0.5, 4], [0, 0], { beta: 2, reduction: 'sum' });
 * console.log(value); // → 3.0625
 * console.log(grad.join(', ')); // → 0.25, 1
 * ```
 */
export const smoothL1: SmoothLoss2<SmoothL1Options> = /* @__PURE__ */ pointwise({
  name: 'smoothL1',
  family: 'regression',
  kernels,
  inputs: [input('pred'), input('target')],
  parameters: { beta: nonNegative(1) },
  value: (pred, target, { beta }) => {
    const e = pred - target;
    return slope(e, beta) * (e - 0.5 * clamp(e, beta));
  },
  grad: { pred: (pred, target, { beta }) => slope(pred - target, beta) },
  hess: {
    pred: (pred, target, { beta }) => {
      const e = pred - target;
      return unlessNaN(e, Math.abs(e) <= beta && beta > 0 ? 1 / beta : 0);
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
  smoothAt: (pred, target, { beta }) => Math.abs(pred - target) !== beta,
  properties: {
    convex: true,
    lipschitz: 1,
    kinks: 'pred = target, for beta = 0',
    torch: 'torch.nn.functional.smooth_l1_loss',
    reference: 'Girshick (2015), Fast R-CNN',
  },
});

/** e/β clamped to [−1, 1]; the sign of e for β = 0. */
const slope = (e: number, beta: number): number => (beta === 0 ? sign(e) : clamp(e, beta) / beta);
