import type { Labels } from '../../core/base/types.ts';
import { type FirstOrderOptions, list } from '../../core/facade/loss.ts';
import type { Loss2 } from '../../core/facade/lossTypes.ts';
import { input } from '../../core/model/definition.ts';
import { lengths } from '../../core/read/lengths.ts';
import { nothing } from '../formulas/order.ts';
import { Softmax, softmaxGrad, softmaxLoss } from '../formulas/softmax.ts';
import { kernels } from './kernels.ts';

/** Options of {@link rankingSoftmax}. */
export interface RankingSoftmaxOptions extends FirstOrderOptions {
  /**
   * Sizes of the lists, one after another, in place of rows of one width; they add up to the length. An empty list has
   * weight 0. Default none: each row is a list.
   */
  groups?: Labels | null | undefined;
}

/**
 * Softmax loss of a list: cross-entropy of its scores with its relevance, so that what is relevant comes first.
 *
 * ```text
 * L = −Σ_i y_i ln p_i,  p = softmax(s),  y the relevance, of any sum
 * ∂L/∂s_i = p_i Σ_j y_j − y_i
 * ```
 * No Hessian: `valueGradHess` doesn't exist.
 * - Shapes: `scores` and `relevance` [n, K], where rows are lists, or flat with `dim` or `batch`; or flat lists of any lengths with
 *   `groups`. One loss and one weight a list.
 * - Domain: any scores; relevance ≥ 0.
 * - Edges: an element of relevance 0 contributes 0 even at a score of −∞, which takes it out of the list; one of another relevance is +∞
 *   there. Where nothing is relevant the loss is 0. An empty list has weight 0. A NaN makes its own list NaN.
 * - Accuracy: that of `crossEntropy` with dense targets.
 * - PyTorch: `torch.nn.functional.cross_entropy` with soft targets that need not add up to 1. rax: `softmax_loss`.
 *
 * @param scores - Scores s.
 * @param relevance - Relevance y: clicks, grades, gains.
 * @param options - {@link RankingSoftmaxOptions}, with `reduction`.
 * @returns The mean over the lists, the sum, or with `reduction: 'none'` one loss per list.
 * @throws {TypeError} On an argument of the wrong kind or an unknown option.
 * @throws {RangeError} On relevance or options outside their domain, or lengths, shapes or groups that don't agree.
 * @see Cao, Qin, Liu, Tsai, Li (2007), Learning to Rank: From Pairwise Approach to Listwise Approach, https://doi.org/10.1145/1273496.1273513
 * @example
 * ```ts
 * import { rankingSoftmax } from 'losskit';
 *
 * console.log(rankingSoftmax([[2, 1, 0]], [[1, 0, 0]]).toFixed(4)); // → 0.4076
 * // Two lists, of three elements and of two.
 * console.log(rankingSoftmax([2, 1, 0, 0, 3], [1, 0, 0, 0, 2], { groups: [3, 2] }).toFixed(4)); // → 0.2524
 * ```
 */
export const rankingSoftmax: Loss2<RankingSoftmaxOptions> = /* @__PURE__ */ list({
  name: 'rankingSoftmax',
  family: 'lists',
  kernels,
  inputs: [input('scores'), input('relevance', 'nonNegative')],
  parameters: { groups: lengths() },
  kernelParameters: () => [],
  value: ({ scores, relevance }, _, grad) => {
    if (relevance.some(Number.isNaN)) return nothing(grad);
    if (relevance.every((y) => y === 0)) return 0;
    const softmax = new Softmax(scores.length).of(scores);
    if (grad !== null) softmaxGrad(softmax, relevance, grad);
    return softmaxLoss(softmax, relevance);
  },
  properties: {
    convex: true,
    lipschitz: null,
    kinks: '',
    torch: null,
    reference: 'Cao, Qin, Liu, Tsai, Li (2007), Learning to Rank: From Pairwise Approach to Listwise Approach',
  },
});
