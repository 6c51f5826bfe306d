import { binary, type SmoothOptions } from '../../core/facade/loss.ts';
import type { SmoothLoss2 } from '../../core/facade/lossTypes.ts';
import { input } from '../../core/model/definition.ts';
import { ignoredTarget } from '../../core/model/ignored.ts';
import { nonNegative } from '../../core/model/parameters.ts';
import { indicator, unlessNaN } from '../formulas/math.ts';
import { kernels } from './kernels.ts';

/** Options of {@link hinge}. */
export interface HingeOptions extends SmoothOptions {
  /** m, how far beyond 0 a score must be on the right side; finite and ≥ 0. Default 1. */
  margin?: number | undefined;
  /** Elements with this target (NaN too) are left out and never read. Default none. */
  ignoreTarget?: number | null | undefined;
}

/**
 * Hinge loss of a binary classifier: the loss of the support vector machine. Scores beyond the margin cost nothing.
 *
 * ```text
 * L = max(0, h),  h = m − y f,  f = pred, y = target
 * ∂L/∂f = −y if h > 0, else 0     ∂²L/∂f² = 0
 * ```
 * - Shapes: `pred` and `target` of one shape; one loss per element.
 * - Domain: `target` −1 or +1 (not 0/1).
 * - Edges: at the margin itself (h = 0) the subgradient is 0. NaN stays in its element.
 * - Accuracy: h is rounded once, the rest is exact.
 * - PyTorch: none (`hinge_embedding_loss` is another function).
 *
 * @param pred - Scores.
 * @param target - Classes, −1 or +1.
 * @param options - {@link HingeOptions}, with `reduction`.
 * @returns The mean over the elements, the sum, or with `reduction: 'none'` one loss per element.
 * @throws {TypeError} On an argument of the wrong kind or an unknown option.
 * @throws {RangeError} On a target other than ±1, `margin` < 0, lengths or shapes that don't agree, or a negative weight.
 * @see Cortes, Vapnik (1995), Support-Vector Networks, https://doi.org/10.1007/BF00994018
 * @example
 * ```ts
 * import { hinge } from 'losskit';
 *
 * const { value, grad } = hinge.valueAndGrad([2, 0.5, -1], [1, 1, 1], { reduction: 'sum' });
 * console.log(value); // → 2.5
 * console.log(grad.join(', ')); // → 0, -1, -1
 * ```
 */
export const hinge: SmoothLoss2<HingeOptions> = /* @__PURE__ */ binary({
  name: 'hinge',
  family: 'classification',
  kernels,
  inputs: [input('pred'), input('target', 'sign', 'for targets y of 0 and 1 give 2 * y - 1')],
  parameters: { margin: nonNegative(1), ignoreTarget: ignoredTarget() },
  value: (f, y, { margin }) => Math.max(0, margin - y * f),
  grad: {
    pred: (f, y, { margin }) => {
      const h = margin - y * f;
      return unlessNaN(h, 0 - indicator(h > 0) * y);
    },
  },
  hess: { pred: (f, y) => unlessNaN(y * f, 0) },
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
  smoothAt: (f, y, { margin }) => y * f !== margin,
  properties: {
    convex: true,
    lipschitz: 1,
    kinks: 'y f = margin',
    torch: null,
    reference: 'Cortes, Vapnik (1995), Support-Vector Networks',
  },
});
