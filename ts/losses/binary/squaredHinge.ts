import { binary, type SmoothOptions } from '../../core/facade/loss.ts';
import type { SmoothLoss2 } from '../../core/facade/lossTypes.ts';
import { input } from '../../core/model/definition.ts';
import { ignoredTarget } from '../../core/model/ignored.ts';
import { nonNegative } from '../../core/model/parameters.ts';
import { square, unlessNaN } from '../formulas/math.ts';
import { kernels } from './kernels.ts';

/** Options of {@link squaredHinge}. */
export interface SquaredHingeOptions extends SmoothOptions {
  /** m, how far beyond 0 a score must be on the right side; finite and ≥ 0. Default 1. */
  margin?: number | undefined;
  /** Elements with this target (NaN too) are left out and never read. Default none. */
  ignoreTarget?: number | null | undefined;
}

/**
 * Squared hinge loss of a binary classifier: no kink at the margin, and violations weigh in squared.
 *
 * ```text
 * L = max(0, h)²,  h = m − y f,  f = pred, y = target
 * ∂L/∂f = −2y h if h > 0, else 0     ∂²L/∂f² = 2 if h > 0, else 0
 * ```
 * - Shapes: `pred` and `target` of one shape; one loss per element.
 * - Domain: `target` −1 or +1 (not 0/1).
 * - Edges: at the margin itself (h = 0) value, gradient and Hessian are 0. NaN stays in its element.
 * - Accuracy: within 4 ULP (float32) or 8 ULP (float64).
 * - PyTorch: none.
 *
 * @param pred - Scores.
 * @param target - Classes, −1 or +1.
 * @param options - {@link SquaredHingeOptions}, with `reduction`.
 * @returns The mean over the elements, the sum, or with `reduction: 'none'` one loss per element.
 * @throws {TypeError} On an argument of the wrong kind or an unknown option.
 * @throws {RangeError} On a target other than ±1, `margin` < 0, lengths or shapes that don't agree, or a negative weight.
 * @see Tang (2013), Deep Learning using Linear Support Vector Machines, https://arxiv.org/abs/1306.0239
 * @example
 * ```ts
 * import { squaredHinge } from 'losskit';
 *
 * const { value, grad } = squaredHinge.valueAndGrad([2, 0.5, -1], [1, 1, 1], { reduction: 'sum' });
 * console.log(value); // → 4.25
 * console.log(grad.join(', ')); // → 0, -1, -4
 * ```
 */
export const squaredHinge: SmoothLoss2<SquaredHingeOptions> = /* @__PURE__ */ binary({
  name: 'squaredHinge',
  family: 'classification',
  kernels,
  inputs: [input('pred'), input('target', 'sign', 'for targets y of 0 and 1 give 2 * y - 1')],
  parameters: { margin: nonNegative(1), ignoreTarget: ignoredTarget() },
  value: (f, y, { margin }) => square(Math.max(0, margin - y * f)),
  grad: {
    pred: (f, y, { margin }) => {
      const h = margin - y * f;
      return h > 0 ? -2 * y * h : unlessNaN(h, 0);
    },
  },
  hess: {
    pred: (f, y, { margin }) => {
      const h = margin - y * f;
      return h > 0 ? 2 : unlessNaN(h, 0);
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
  // The first derivative is continuous, the second jumps.
  smoothAt: (f, y, { margin }) => y * f !== margin,
  properties: {
    convex: true,
    lipschitz: null,
    kinks: '',
    torch: null,
    reference: 'Tang (2013), Deep Learning using Linear Support Vector Machines',
  },
});
