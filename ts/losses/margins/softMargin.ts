import { binary, type SmoothOptions } from '../../core/facade/loss.ts';
import type { SmoothLoss2 } from '../../core/facade/lossTypes.ts';
import { input } from '../../core/model/definition.ts';
import { ignoredTarget } from '../../core/model/ignored.ts';
import { sigmoid, softplus } from '../formulas/math.ts';
import { kernels } from './kernels.ts';

/** Options of {@link softMargin}. */
export interface SoftMarginOptions extends SmoothOptions {
  /** Elements with this target (NaN too) are left out and never read. Default none. */
  ignoreTarget?: number | null | undefined;
}

/**
 * Logistic loss of a margin: binary cross-entropy of a logit, for classes −1 and 1.
 *
 * ```text
 * L = ln(1 + e^−yz),  z = pred, y = target
 * ∂L/∂z = −y σ(−y z)     ∂²L/∂z² = σ(z) σ(−z)
 * ```
 * - Shapes: `pred` and `target` of one shape; one loss per element.
 * - Domain: any logits; `target` −1 or 1.
 * - Edges: infinite logits give the limits, 0 where they are right and +∞ where they are wrong. NaN stays in its element.
 * - Accuracy: within 4 ULP (float32) or 8 ULP (float64), in the tails too.
 * - PyTorch: `torch.nn.functional.soft_margin_loss`; that one overflows to +∞ below −88 in float32. For a preference loss such as DPO
 *   give it β times the difference of log-ratios, and 1 for y.
 *
 * @param pred - Logits.
 * @param target - Classes, −1 or 1.
 * @param options - {@link SoftMarginOptions}, with `reduction`.
 * @returns The mean over the elements, the sum, or with `reduction: 'none'` one loss per element.
 * @throws {TypeError} On an argument of the wrong kind or an unknown option.
 * @throws {RangeError} On a target other than ±1, lengths or shapes that don't agree, or a negative weight.
 * @see Friedman, Hastie, Tibshirani (2000), Additive Logistic Regression, https://doi.org/10.1214/aos/1016218223
 * @example
 * ```ts
 * import { softMargin } from 'losskit';
 *
 * const { value, grad } = softMargin.valueAndGrad([0, -1000], [1, 1], { reduction: 'none' });
 * console.log([...value].map((v) => v.toFixed(4)).join(', ')); // → 0.6931, 1000.0000
 * console.log(grad.join(', ')); // → -0.5, -1
 * ```
 */
export const softMargin: SmoothLoss2<SoftMarginOptions> = /* @__PURE__ */ binary({
  name: 'softMargin',
  family: 'classification',
  kernels,
  inputs: [input('pred'), input('target', 'sign', 'for targets y of 0 and 1 give 2 * y - 1')],
  parameters: { ignoreTarget: ignoredTarget() },
  value: (z, y) => softplus(-y * z),
  grad: { pred: (z, y) => -y * sigmoid(-y * z) },
  hess: { pred: (z) => sigmoid(z) * sigmoid(-z) },
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
    lipschitz: 1,
    kinks: '',
    torch: 'torch.nn.functional.soft_margin_loss',
    reference: 'Friedman, Hastie, Tibshirani (2000), Additive Logistic Regression',
  },
});
