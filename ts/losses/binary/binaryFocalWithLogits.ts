import { type ClassOptions, multiLabel } from '../../core/facade/loss.ts';
import type { SmoothLoss2 } from '../../core/facade/lossTypes.ts';
import { input } from '../../core/model/definition.ts';
import { ignoredTarget } from '../../core/model/ignored.ts';
import { nonNegative, optional, within } from '../../core/model/parameters.ts';
import { classVector, type PerClass } from '../../core/model/perClass.ts';
import { alphaOf, largestWeight, power, sigmoid, softplus, timesSigmoid, unlessZero, weigh } from '../formulas/math.ts';
import { kernels } from './kernels.ts';

/** Options of {@link binaryFocalWithLogits}. */
export interface BinaryFocalWithLogitsOptions extends ClassOptions {
  /** γ, how strongly well-classified examples are played down; finite and ≥ 0, 0 being cross-entropy. Default 2. */
  gamma?: number | undefined;
  /** α in [0, 1], the weight of y = 1, with 1 − α for y = 0. Default none: weight 1 for both. */
  alpha?: number | null | undefined;
  /** cw, one finite weight ≥ 0 per class of multi-label rows: it multiplies the weights, and so the denominator. Default none. */
  classWeight?: PerClass | undefined;
  /** Elements with this target (NaN too) are left out and never read. Default none. */
  ignoreTarget?: number | null | undefined;
}

/**
 * Focal loss of a binary classifier, from a logit: cross-entropy that the many easy examples don't drown.
 *
 * ```text
 * L = α_t q^γ s     z = logit for y = 1, −logit for y = 0
 *                   p = σ(z),  q = σ(−z) = 1 − p,  s = −ln p
 * ∂L/∂z = −α_t q^γ (γ p s + q)
 * ∂²L/∂z² = α_t q^γ p [q(1 + 2γ) + γ s(γ p − q)]
 * ```
 * - Shapes: `logits` and `target` of one shape; one loss per element.
 * - Domain: any logits; `target` 0 or 1.
 * - Edges: no negative powers, so no NaN at p = 1 for any γ ≥ 0. Infinite logits give the limits. The Hessian may be negative.
 *   NaN stays in its element.
 * - Accuracy: within 4 ULP (float32) or 8 ULP (float64) times the condition of q^γ, 1 + γ(1 + |ln q|).
 * - PyTorch: `torchvision.ops.sigmoid_focal_loss`; its `alpha` is 0.25 by default (−1: none), its gradient is NaN at p = 1 for
 *   γ < 1, and it takes soft targets.
 *
 * @param logits - Logits.
 * @param target - Classes, 0 or 1.
 * @param options - {@link BinaryFocalWithLogitsOptions}, with `reduction`.
 * @returns The mean over the elements, the sum, or with `reduction: 'none'` one loss per element.
 * @throws {TypeError} On an argument of the wrong kind or an unknown option.
 * @throws {RangeError} On targets or options outside their domain, lengths or shapes that don't agree, or a negative weight.
 * @see Lin, Goyal, Girshick, He, Dollár (2017), Focal Loss for Dense Object Detection, https://arxiv.org/abs/1708.02002
 * @example
 * ```ts
 * import { binaryFocalWithLogits } from 'losskit';
 *
 * const { value, grad } = binaryFocalWithLogits.valueAndGrad([0, 2, -2], [1, 1, 1], { reduction: 'none' });
 * console.log([...value].map((v) => v.toFixed(4)).join(', ')); // → 0.1733, 0.0018, 1.6501
 * console.log([...grad].map((g) => g.toFixed(4)).join(', ')); // → -0.2983, -0.0049, -1.0767
 * ```
 */
export const binaryFocalWithLogits: SmoothLoss2<BinaryFocalWithLogitsOptions> = /* @__PURE__ */ multiLabel({
  name: 'binaryFocalWithLogits',
  family: 'classification',
  kernels,
  inputs: [input('logits'), input('target', 'binary', 'binaryCrossEntropyWithLogits takes soft targets')],
  parameters: {
    gamma: nonNegative(2),
    alpha: optional(within(0.5, '[0, 1]')),
    classWeight: classVector(),
    ignoreTarget: ignoredTarget(),
  },
  kernelParameters: ({ gamma, alpha }) => [gamma, alphaOf(1, alpha), alphaOf(0, alpha)],
  value: (x, y, { gamma, alpha }) => {
    const z = (2 * y - 1) * x;
    return weigh(alphaOf(y, alpha) * power(sigmoid(-z), gamma), softplus(-z));
  },
  grad: {
    logits: (x, y, { gamma, alpha }) => {
      const sign = 2 * y - 1;
      const z = sign * x;
      const [p, q, s] = [sigmoid(z), sigmoid(-z), softplus(-z)];
      return -sign * alphaOf(y, alpha) * power(q, gamma) * (gamma * weigh(p, s) + q);
    },
  },
  hess: {
    logits: (x, y, { gamma, alpha }) => {
      const z = (2 * y - 1) * x;
      const [p, q, s] = [sigmoid(z), sigmoid(-z), softplus(-z)];
      // p s → 0 as z → −∞; before that, p is below the normal range where the product isn't.
      if (z < -3000) return 0;
      const factor = alphaOf(y, alpha) * power(q, gamma);
      return unlessZero(factor, factor * timesSigmoid(q * (1 + 2 * gamma) + gamma * s * (gamma * p - q), z));
    },
  },
  loop: ({ value, grad, hess }, p, { a, b, da, ha, order, start, end, scale }) => {
    let sum = 0;
    for (let i = start; i < end; i++) {
      const x = a[i]!;
      const y = b[i]!;
      sum += value(x, y, p);
      if (order > 0) da[i] = scale * grad.logits!(x, y, p);
      if (order > 1) ha[i] = scale * hess!.logits!(x, y, p);
    }
    return sum;
  },
  properties: {
    convex: false,
    // p s ≤ 1/e
    lipschitz: ({ gamma, alpha, classWeight }) =>
      Math.max(alphaOf(1, alpha), alphaOf(0, alpha)) * (1 + gamma / Math.E) * largestWeight(classWeight),
    kinks: '',
    torch: 'torchvision.ops.sigmoid_focal_loss',
    reference: 'Lin, Goyal, Girshick, He, Dollár (2017), Focal Loss for Dense Object Detection',
  },
});
