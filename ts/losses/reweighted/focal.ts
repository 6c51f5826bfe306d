import { type ClassOptions, labelled } from '../../core/facade/loss.ts';
import type { LabelLoss } from '../../core/facade/lossTypes.ts';
import { input } from '../../core/model/definition.ts';
import { type Ignored, ignoreLabel } from '../../core/model/ignored.ts';
import { nonNegative } from '../../core/model/parameters.ts';
import { classVectorOrNumber, type PerClass } from '../../core/model/perClass.ts';
import { largestWeight, power, square, weightOf } from '../formulas/math.ts';
import { Softmax } from '../formulas/softmax.ts';
import { kernels } from './kernels.ts';

/** Options of {@link focal}. */
export interface FocalOptions extends ClassOptions {
  /** α, a finite weight ≥ 0: one number, or one per class. Default none: 1. */
  alpha?: number | PerClass | undefined;
  /** Rows with this label, or with one of these, are left out and never read. Default none. */
  ignoreIndex?: Ignored | undefined;
  /** γ, how strongly well-classified examples are played down; finite and ≥ 0, 0 being cross-entropy. Default 2. */
  gamma?: number | undefined;
}

/**
 * Focal loss of a multi-class classifier, from logits: cross-entropy that the many easy examples don't drown.
 *
 * ```text
 * L = α_y q^γ s      p = softmax(logits),  q = 1 − p_y = Σ_{k≠y} p_k,  s = −ln p_y
 * ∂L/∂z_y = −α_y q^γ (γ p_y s + q)
 * ∂L/∂z_k = p_k h,   h = α_y q^γ (1 + γ p_y s/q)                                    for k ≠ y
 * ∂²L/∂z_y² = α_y q^γ p_y [q(1 + 2γ) + γ s(γ p_y − q)]
 * ∂²L/∂z_k² = p_k (1−p_k) h + α_y q^γ (p_k/q)² γ p_y [(γ−1) p_y s + 2q − q s]       for k ≠ y
 * ```
 * - Shapes: `logits` [n, K], `labels` [n]; one loss per row. The classes may be any `axis`: logits [N, C, H, W] with
 *   `axis: 1` take labels [N, H, W].
 * - Domain: any logits; labels integers in [0, K) or `ignoreIndex`.
 * - Edges: no negative powers, so no NaN at p_y = 1 for any γ ≥ 0. Masked (−∞) classes get gradient 0. The Hessian may be
 *   negative. α scales the loss, not the denominator of the mean.
 * - Accuracy: that of `crossEntropy` times the condition of q^γ, 1 + γ(1 + |ln q|).
 * - PyTorch: none.
 *
 * @param logits - Unnormalised scores z.
 * @param labels - Classes y.
 * @param options - {@link FocalOptions}, with `reduction`.
 * @returns The mean over the rows, the sum, or with `reduction: 'none'` one loss per row.
 * @throws {TypeError} On an argument of the wrong kind or an unknown option.
 * @throws {RangeError} On labels or options outside their domain, or lengths or shapes that don't agree.
 * @see Lin, Goyal, Girshick, He, Dollár (2017), Focal Loss for Dense Object Detection, https://arxiv.org/abs/1708.02002
 * @example
 * ```ts
 * import { focal } from 'losskit';
 *
 * const { value, grad } = focal.valueAndGrad([[2, 1, 0]], [0]);
 * console.log(value.toFixed(4)); // → 0.0457
 * console.log([...grad].map((g) => g.toFixed(4)).join(', ')); // → -0.0983, 0.0719, 0.0264
 * ```
 */
export const focal: LabelLoss<FocalOptions> = /* @__PURE__ */ labelled({
  name: 'focal',
  family: 'classification',
  kernels,
  inputs: [input('logits')],
  target: 'labels',
  vector: 'alpha',
  parameters: { alpha: classVectorOrNumber(), ignoreIndex: ignoreLabel(), gamma: nonNegative(2) },
  share: ({ logits }, _, last: Softmax = new Softmax(logits.length)) => last.of(logits),
  value: ({ shared: s, label }, { alpha, gamma }) => s.nll(label, weightOf(label, alpha) * power(s.rest(label), gamma)),
  grad: ({ shared: s, label }, { alpha, gamma }, out) => {
    const { q, ps } = sides(s, label);
    // q = 0: one class alone, where the loss is constant.
    const scale = q === 0 ? 0 : weightOf(label, alpha) * power(q, gamma);
    const h = scale * (1 + gamma * slope(ps, q));
    for (let k = 0; k < out.logits.length; k++) out.logits[k] = s.p(k) * h;
    out.logits[label] = -scale * (gamma * ps + q);
  },
  hess: ({ shared: s, label }, { alpha, gamma }, out) => {
    const { q, ps } = sides(s, label);
    const scale = q === 0 ? 0 : weightOf(label, alpha) * power(q, gamma);
    const h = scale * (1 + gamma * slope(ps, q));
    const py = s.p(label);
    // p_y is multiplied in: p_y s → 0 as p_y → 0.
    const curl = scale * gamma * ((gamma - 1) * py * ps + 2 * py * q - q * ps);
    for (let k = 0; k < out.logits.length; k++) {
      out.logits[k] = s.p(k) * s.rest(k) * h + curl * square(slope(s.p(k), q));
    }
    out.logits[label] = scale * (py * q * (1 + 2 * gamma) + gamma * ps * (gamma * py - q));
  },
  properties: {
    convex: false,
    // p s ≤ 1/e
    lipschitz: ({ gamma, alpha }) => Math.SQRT2 * largestWeight(alpha) * (1 + gamma / Math.E),
    kinks: '',
    torch: null,
    reference: 'Lin, Goyal, Girshick, He, Dollár (2017), Focal Loss for Dense Object Detection',
  },
});

/** q = 1 − p_y and p_y s, s = −ln p_y. */
const sides = (s: Softmax, y: number) => ({ q: s.rest(y), ps: s.nll(y, s.p(y)) });

/** x/q, and 0 where q is: x is 0 there as well. */
const slope = (x: number, q: number): number => (q === 0 ? 0 : x / q);
