import { type ClassOptions, labelled } from '../../core/facade/loss.ts';
import type { LabelLoss } from '../../core/facade/lossTypes.ts';
import { input } from '../../core/model/definition.ts';
import { type Ignored, ignoreLabel } from '../../core/model/ignored.ts';
import { within } from '../../core/model/parameters.ts';
import { classVector, type PerClass } from '../../core/model/perClass.ts';
import { largestWeight, weightOf } from '../formulas/math.ts';
import { Softmax } from '../formulas/softmax.ts';
import { kernels } from './kernels.ts';

/** Options of {@link generalizedCrossEntropy}. */
export interface GeneralizedCrossEntropyOptions extends ClassOptions {
  /** cw, one finite weight ≥ 0 per class. Default none: all 1. */
  classWeight?: PerClass | undefined;
  /** Rows with this label, or with one of these, are left out and never read. Default none. */
  ignoreIndex?: Ignored | undefined;
  /** q in (0, 1]: cross-entropy as q → 0, and 1 − p_y, which shrugs off wrong labels, for q = 1. Default 0.7. */
  q?: number | undefined;
}

/**
 * Generalized cross-entropy of a multi-class classifier, from logits: for labels of which some are wrong.
 *
 * ```text
 * L = cw_y (1 − p_y^q)/q      p = softmax(logits)
 * ∂L/∂z_k = cw_y p_y^q p_k             ∂²L/∂z_k² = cw_y p_y^q (p_k (1−p_k) − q p_k²)          for k ≠ y
 * ∂L/∂z_y = −cw_y p_y^q (1−p_y)        ∂²L/∂z_y² = cw_y p_y^q (1−p_y)(p_y − q (1−p_y))
 * ```
 * - Shapes: `logits` [n, K], `labels` [n]; one loss per row. The classes may be any `axis`: logits [N, C, H, W] with
 *   `axis: 1` take labels [N, H, W].
 * - Domain: any logits; labels integers in [0, K) or `ignoreIndex`.
 * - Edges: computed from −ln p_y, so that it is exact as q → 0. A label masked by −∞ gives 1/q with gradient 0. The Hessian may be
 *   negative. The mean divides by Σ w cw_y.
 * - Accuracy: that of `crossEntropy`, times the condition of p^q, 1 + q(1 + |ln p_y|).
 * - PyTorch: none. Keras: `CategoricalGeneralizedCrossEntropy`, whose q is 0.5 by default.
 *
 * @param logits - Unnormalised scores z.
 * @param labels - Classes y.
 * @param options - {@link GeneralizedCrossEntropyOptions}, with `reduction`.
 * @returns The weighted mean over the rows, the sum, or with `reduction: 'none'` one loss per row.
 * @throws {TypeError} On an argument of the wrong kind or an unknown option.
 * @throws {RangeError} On labels or options outside their domain, or lengths or shapes that don't agree.
 * @see Zhang, Sabuncu (2018), Generalized Cross Entropy Loss for Training Deep Neural Networks with Noisy Labels, https://arxiv.org/abs/1805.07836
 * @example
 * ```ts
 * import { generalizedCrossEntropy } from 'losskit';
 *
 * const { value, grad } = generalizedCrossEntropy.valueAndGrad([[2, 1, 0]], [0]);
 * console.log(value.toFixed(4)); // → 0.3546
 * console.log([...grad].map((g) => g.toFixed(4)).join(', ')); // → -0.2517, 0.1840, 0.0677
 * ```
 */
export const generalizedCrossEntropy: LabelLoss<GeneralizedCrossEntropyOptions> = /* @__PURE__ */ labelled({
  name: 'generalizedCrossEntropy',
  family: 'classification',
  kernels,
  inputs: [input('logits')],
  target: 'labels',
  vector: 'classWeight',
  parameters: { classWeight: classVector(), ignoreIndex: ignoreLabel(), q: within(0.7, '(0, 1]') },
  share: ({ logits }, _, last: Softmax = new Softmax(logits.length)) => last.of(logits),
  value: ({ shared: s, label }, { classWeight, q }) => weightOf(label, classWeight) * missing(s.nll(label), q),
  grad: ({ shared: s, label }, { classWeight, q }, out) => {
    const scale = weightOf(label, classWeight) * Math.exp(-q * s.nll(label));
    for (let k = 0; k < out.logits.length; k++) out.logits[k] = scale * s.p(k);
    out.logits[label] = -scale * s.rest(label);
  },
  hess: ({ shared: s, label: y }, { classWeight, q }, out) => {
    const scale = weightOf(y, classWeight) * Math.exp(-q * s.nll(y));
    for (let k = 0; k < out.logits.length; k++) out.logits[k] = scale * s.p(k) * (s.rest(k) - q * s.p(k));
    out.logits[y] = scale * s.rest(y) * (s.p(y) - q * s.rest(y));
  },
  properties: {
    convex: false,
    // √2 p^q (1−p), which is largest at p = q/(1+q).
    lipschitz: ({ classWeight, q }) => (Math.SQRT2 * largestWeight(classWeight) * (q / (1 + q)) ** q) / (1 + q),
    kinks: '',
    torch: null,
    reference:
      'Zhang, Sabuncu (2018), Generalized Cross Entropy Loss for Training Deep Neural Networks with Noisy Labels',
  },
});

/** (1 − e^{−qs})/q, s = −ln p: also where q is so small that q s loses its digits. */
const missing = (s: number, q: number): number => (q * s < 1e-17 ? s : -Math.expm1(-q * s) / q);
