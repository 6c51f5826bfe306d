import { type ClassOptions, classes } from '../../core/facade/loss.ts';
import type { ClassLoss } from '../../core/facade/lossTypes.ts';
import { input } from '../../core/model/definition.ts';
import { classVector, type Ignored, ignoreLabel, type PerClass, within } from '../../core/model/parameters.ts';
import { largestWeight } from '../formulas/math.ts';
import { Softmax, softmaxGrad, softmaxHess, softmaxLoss } from '../formulas/softmax.ts';
import { kernels } from './kernels.ts';

/** Options of {@link crossEntropy}. */
export interface CrossEntropyOptions extends ClassOptions {
  /** cw, one finite weight ≥ 0 per class. Default none: all 1. */
  classWeight?: PerClass | undefined;
  /** Rows with this label, or with one of these, are left out and never read. Default none. */
  ignoreIndex?: Ignored | undefined;
  /** ε in [0, 1]: the target becomes (1−ε)y + ε/K. Default 0. */
  labelSmoothing?: number | undefined;
}

/**
 * Cross-entropy from logits: the loss of multi-class classification.
 *
 * ```text
 * L = −Σ_k t_k ln p_k,  p = softmax(logits),  t_k = ((1−ε) y_k + ε/K) cw_k,  T = Σ_k t_k
 * ∂L/∂z_k = T p_k − t_k     ∂²L/∂z_k² = T p_k (1 − p_k)
 * ```
 * - Shapes: `logits` [n, K]; `target` labels [n] or dense [n, K]; one loss per row. Flat logits with dense targets need
 *   `classes`, `batch` or `shape`. The classes may be any `axis`: logits [N, C, H, W] with `axis: 1` take labels [N, H, W].
 * - Domain: any logits; labels integers in [0, K) or `ignoreIndex`; dense targets in [0, 1], which need not sum to 1.
 * - Edges: a class masked by −∞ contributes 0 where its target is 0, and +∞ where it isn't; one logit of +∞ takes all. A row
 *   of −∞ alone, or with two +∞, is NaN. The mean divides by Σ w cw_y (for dense targets Σ w Σ_k y_k cw_k), ignored rows out.
 * - Accuracy: within 4 ULP (float32) or 8 ULP (float64), plus one per unit of |z_k − max z| and per doubling of K above 16.
 *   1 − p_y is the sum of the other probabilities, so the gradient keeps its digits where the prediction is right.
 * - PyTorch: `torch.nn.functional.cross_entropy`; its `ignore_index` is −100 by default, and the mean over dense targets with
 *   weights divides by n.
 *
 * @param logits - Unnormalised scores z.
 * @param target - Labels, or dense targets y.
 * @param options - {@link CrossEntropyOptions}, with `reduction`.
 * @returns The weighted mean over the rows, the sum, or with `reduction: 'none'` one loss per row.
 * @throws {TypeError} On an argument of the wrong kind or an unknown option.
 * @throws {RangeError} On labels, targets or options outside their domain, or lengths or shapes that don't agree.
 * @see Bridle (1990), Probabilistic Interpretation of Feedforward Classification Network Outputs, https://doi.org/10.1007/978-3-642-76153-9_28
 * @see Szegedy et al. (2016), Rethinking the Inception Architecture (label smoothing), https://arxiv.org/abs/1512.00567
 * @example
 * ```ts
 * import { crossEntropy } from 'losskit';
 *
 * const { value, grad } = crossEntropy.valueAndGrad([[2, 1, 0]], [0]);
 * console.log(value.toFixed(4)); // → 0.4076
 * console.log([...grad].map((g) => g.toFixed(4)).join(', ')); // → -0.3348, 0.2447, 0.0900
 * ```
 */
export const crossEntropy: ClassLoss<CrossEntropyOptions> = /* @__PURE__ */ classes({
  name: 'crossEntropy',
  family: 'classification',
  kernels,
  inputs: [input('logits')],
  target: 'classes',
  targetDomain: 'unit',
  vector: 'classWeight',
  parameters: { classWeight: classVector(), ignoreIndex: ignoreLabel(), labelSmoothing: within(0, '[0, 1]') },
  share: ({ logits }, _, last: Softmax = new Softmax(logits.length)) => last.of(logits),
  value: ({ target, shared }) => softmaxLoss(shared, target),
  grad: ({ target, shared }, _, out) => softmaxGrad(shared, target, out.logits),
  hess: ({ target, shared }, _, out) => softmaxHess(shared, target, out.logits),
  properties: {
    convex: true,
    // For targets that sum to 1 at most.
    lipschitz: ({ classWeight }) => Math.SQRT2 * largestWeight(classWeight),
    kinks: '',
    torch: 'torch.nn.functional.cross_entropy',
    reference: 'Bridle (1990), Probabilistic Interpretation of Feedforward Classification Network Outputs',
  },
});
