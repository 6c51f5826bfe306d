import { type ClassOptions, classes } from '../../core/facade/loss.ts';
import type { ClassLoss } from '../../core/facade/lossTypes.ts';
import { input } from '../../core/model/definition.ts';
import { type Ignored, ignoreLabel } from '../../core/model/ignored.ts';
import { nonNegative } from '../../core/model/parameters.ts';
import { classVector, type PerClass } from '../../core/model/perClass.ts';
import { largestWeight, sum } from '../formulas/math.ts';
import { Softmax, softmaxGrad, softmaxHess, softmaxLoss } from '../formulas/softmax.ts';
import { kernels } from './kernels.ts';

/** Options of {@link poly1}. */
export interface Poly1Options extends ClassOptions {
  /** cw, one finite weight ≥ 0 per class. Default none: all 1. */
  classWeight?: PerClass | undefined;
  /** Rows with this label, or with one of these, are left out and never read. Default none. */
  ignoreIndex?: Ignored | undefined;
  /** ε ≥ 0, how much 1 − p_y counts on top of cross-entropy. Default 1. */
  epsilon?: number | undefined;
}

/**
 * Poly-1 loss of a multi-class classifier, from logits: cross-entropy, whose expansion in 1 − p_y begins with 1 − p_y itself, with more
 * of that first term.
 *
 * ```text
 * L = Σ_k t_k (−ln p_k + ε (1 − p_k)),  p = softmax(logits),  t_k = y_k cw_k,  T = Σ_k t_k,  a = Σ_k t_k p_k
 * ∂L/∂z_k = p_k (T + ε (a − t_k)) − t_k
 * ∂²L/∂z_k² = T p_k (1 − p_k) + ε p_k (a − t_k)(1 − 2p_k)
 * ```
 * - Shapes: `logits` [n, K]; `target` labels [n] or dense [n, K]; one loss per row. Flat logits with dense targets need
 *   `classes`, `batch` or `shape`. The classes may be any `axis`: logits [N, C, H, W] with `axis: 1` take labels [N, H, W].
 * - Domain: any logits; labels integers in [0, K) or `ignoreIndex`; dense targets in [0, 1], which need not sum to 1.
 * - Edges: those of `crossEntropy`, which is ε = 0. Convex for ε ≤ 1; beyond, the Hessian may be negative.
 * - Accuracy: that of `crossEntropy`; 1 − p_k and a − t_k are sums over the other classes where the prediction is right.
 * - PyTorch: none. Optax: `poly_loss_cross_entropy`, whose ε is 2 by default.
 *
 * @param logits - Unnormalised scores z.
 * @param target - Labels, or dense targets y.
 * @param options - {@link Poly1Options}, with `reduction`.
 * @returns The weighted mean over the rows, the sum, or with `reduction: 'none'` one loss per row.
 * @throws {TypeError} On an argument of the wrong kind or an unknown option.
 * @throws {RangeError} On labels, targets or options outside their domain, or lengths or shapes that don't agree.
 * @see Leng et al. (2022), PolyLoss: A Polynomial Expansion Perspective of Classification Loss Functions, https://arxiv.org/abs/2204.12511
 * @example
 * ```ts
 * import { poly1 } from 'losskit';
 *
 * const { value, grad } = poly1.valueAndGrad([[2, 1, 0]], [0]);
 * console.log(value.toFixed(4)); // → 0.7424
 * console.log([...grad].map((g) => g.toFixed(4)).join(', ')); // → -0.5575, 0.4075, 0.1499
 * ```
 */
export const poly1: ClassLoss<Poly1Options> = /* @__PURE__ */ classes({
  name: 'poly1',
  family: 'classification',
  kernels,
  inputs: [input('logits')],
  target: 'classes',
  targetDomain: 'unit',
  vector: 'classWeight',
  parameters: { classWeight: classVector(), ignoreIndex: ignoreLabel(), epsilon: nonNegative(1) },
  share: ({ logits }, _, last: Softmax = new Softmax(logits.length)) => last.of(logits),
  value: ({ target: t, shared: s }, { epsilon }) =>
    softmaxLoss(s, t) + epsilon * sum(t.length, (k) => t[k]! * s.rest(k)),
  grad: ({ target: t, shared: s }, { epsilon }, out) => {
    softmaxGrad(s, t, out.logits);
    const rise = riseOf(s, t);
    for (let k = 0; k < t.length; k++) out.logits[k] = out.logits[k]! + epsilon * s.p(k) * rise(k);
  },
  hess: ({ target: t, shared: s }, { epsilon }, out) => {
    softmaxHess(s, t, out.logits);
    const rise = riseOf(s, t);
    for (let k = 0; k < t.length; k++) {
      out.logits[k] = out.logits[k]! + epsilon * s.p(k) * rise(k) * (s.rest(k) - s.p(k));
    }
  },
  properties: {
    // For ε ≤ 1.
    convex: true,
    // √2 (1 + ε p)(1 − p), whose largest value is at p = 0 for ε ≤ 1.
    lipschitz: ({ classWeight, epsilon }) =>
      Math.SQRT2 * largestWeight(classWeight) * (epsilon <= 1 ? 1 : (1 + epsilon) ** 2 / (4 * epsilon)),
    kinks: '',
    torch: null,
    reference: 'Leng et al. (2022), PolyLoss: A Polynomial Expansion Perspective of Classification Loss Functions',
  },
});

/** a − t_k of each class, a = Σ t_j p_j: where p_k → 1, as a sum over the others. */
function riseOf(s: Softmax, t: Float64Array): (k: number) => number {
  const all = sum(t.length, (k) => t[k]! * s.p(k));
  return (k) => (s.p(k) > 0.5 ? s.meanLess(t, k) : all - t[k]!);
}
