import { type ClassOptions, multiLabel } from '../../core/facade/loss.ts';
import type { SmoothLoss2 } from '../../core/facade/lossTypes.ts';
import { input } from '../../core/model/definition.ts';
import { ignoredTarget } from '../../core/model/ignored.ts';
import { nonNegative, optional, within } from '../../core/model/parameters.ts';
import { classVector, type PerClass } from '../../core/model/perClass.ts';
import { alphaOf, power, square, weigh } from '../formulas/math.ts';
import { kernels } from './kernels.ts';

/** Options of {@link binaryFocal}. */
export interface BinaryFocalOptions extends ClassOptions {
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
 * Focal loss of a binary classifier, from a probability. Where you have logits, use `binaryFocalWithLogits`.
 *
 * ```text
 * L = α_t q^γ s     t = p for y = 1, 1 − p for y = 0;  q = 1 − t,  s = −ln t,  ρ = s/q
 * ∂L/∂t = −α_t q^γ (γρ + 1/t)                  (∂L/∂p is this, or minus this for y = 0)
 * ∂²L/∂p² = α_t [γ q^(γ−1) ((γ−1)ρ + 2/t) + q^γ/t²]
 * ```
 * - Shapes: `p` and `target` of one shape; one loss per element.
 * - Domain: `p` in [0, 1]; `target` 0 or 1.
 * - Edges: ρ → 1 as q → 0, so nothing is NaN at t = 1; there the Hessian is +∞ for 0 < γ < 1. At t = 0 the loss is +∞.
 *   NaN stays in its element.
 * - Accuracy: within 4 ULP (float32) or 8 ULP (float64) times the condition of q^γ, 1 + γ(1 + |ln q|).
 * - PyTorch: none; `torchvision.ops.sigmoid_focal_loss` takes logits.
 *
 * @param p - Probabilities of the positive class.
 * @param target - Classes, 0 or 1.
 * @param options - {@link BinaryFocalOptions}, with `reduction`.
 * @returns The mean over the elements, the sum, or with `reduction: 'none'` one loss per element.
 * @throws {TypeError} On an argument of the wrong kind or an unknown option.
 * @throws {RangeError} On data or options outside their domain, lengths or shapes that don't agree, or a negative weight.
 * @see Lin, Goyal, Girshick, He, Dollár (2017), Focal Loss for Dense Object Detection, https://arxiv.org/abs/1708.02002
 * @example
 * ```ts
 * import { binaryFocal } from 'losskit';
 *
 * const { value, grad } = binaryFocal.valueAndGrad([0.5, 0.75], [1, 1], { reduction: 'none' });
 * console.log([...value].map((v) => v.toFixed(4)).join(', ')); // → 0.1733, 0.0180
 * console.log([...grad].map((g) => g.toFixed(4)).join(', ')); // → -1.1931, -0.2272
 * ```
 */
export const binaryFocal: SmoothLoss2<BinaryFocalOptions> = /* @__PURE__ */ multiLabel({
  name: 'binaryFocal',
  family: 'classification',
  kernels,
  inputs: [
    input('p', 'unit', 'binaryFocalWithLogits takes logits'),
    input('target', 'binary', 'binaryCrossEntropy takes soft targets'),
  ],
  parameters: {
    gamma: nonNegative(2),
    alpha: optional(within(0.5, '[0, 1]')),
    classWeight: classVector(),
    ignoreTarget: ignoredTarget(),
  },
  kernelParameters: ({ gamma, alpha }) => [gamma, alphaOf(1, alpha), alphaOf(0, alpha)],
  value: (p, y, { gamma, alpha }) => {
    const { q, s } = split(p, y);
    return weigh(alphaOf(y, alpha) * power(q, gamma), s);
  },
  grad: {
    p: (p, y, { gamma, alpha }) => {
      const { t, q, rho } = split(p, y);
      return (1 - 2 * y) * weigh(alphaOf(y, alpha), power(q, gamma) * (weigh(gamma, rho) + 1 / t));
    },
  },
  hess: {
    p: (p, y, { gamma, alpha }) => {
      const { t, q, rho } = split(p, y);
      // Where 1/t is infinite, so is the whole, though (γ−1)ρ may be −∞.
      const bend = t === 0 ? Infinity : weigh(gamma, power(q, gamma - 1) * ((gamma - 1) * rho + 2 / t));
      return weigh(alphaOf(y, alpha), bend + power(q, gamma) / square(t));
    },
  },
  loop: ({ value, grad, hess }, p, { a, b, da, ha, order, start, end, scale }) => {
    let sum = 0;
    for (let i = start; i < end; i++) {
      const x = a[i]!;
      const y = b[i]!;
      sum += value(x, y, p);
      if (order > 0) da[i] = scale * grad.p!(x, y, p);
      if (order > 1) ha[i] = scale * hess!.p!(x, y, p);
    }
    return sum;
  },
  smoothAt: (p) => p > 0 && p < 1,
  properties: {
    convex: true,
    lipschitz: null,
    kinks: '',
    torch: null,
    reference: 'Lin, Goyal, Girshick, He, Dollár (2017), Focal Loss for Dense Object Detection',
  },
});

/** t, the probability of the target's class; q = 1 − t; s = −ln t, from whichever of t and q has more digits; ρ = s/q. */
function split(p: number, y: number) {
  const t = y * p + (1 - y) * (1 - p);
  const q = y * (1 - p) + (1 - y) * p;
  const s = t < 0.5 ? -Math.log(t) : -Math.log1p(-q);
  return { t, q, s, rho: q === 0 ? 1 : s / q };
}
