import type { Labels } from '../../core/base/types.ts';
import { type FirstOrderOptions, list } from '../../core/facade/loss.ts';
import type { Loss2 } from '../../core/facade/lossTypes.ts';
import { input } from '../../core/model/definition.ts';
import { lengths } from '../../core/read/lengths.ts';
import { nothing } from '../formulas/order.ts';
import { kernels } from './kernels.ts';

/** Options of {@link rankNet}. */
export interface RankNetOptions extends FirstOrderOptions {
  /**
   * Sizes of the lists, one after another, in place of rows of one width; they add up to the length. An empty list has
   * weight 0. Default none: each row is a list.
   */
  groups?: Labels | null | undefined;
}

/**
 * RankNet: of each two elements that differ in relevance, the more relevant one should have the higher score.
 *
 * ```text
 * L = 1/P Σ_{y_i > y_j} ln(1 + e^{−(s_i − s_j)}),  P the number of such pairs
 * ∂L/∂s_i = 1/P [Σ_{j: y_j > y_i} σ(s_i − s_j) − Σ_{j: y_i > y_j} σ(s_j − s_i)]
 * ```
 * No Hessian: `valueGradHess` doesn't exist.
 * - Shapes: `scores` and `relevance` [n, K], where rows are lists, or flat with `dim` or `batch`; or flat lists of any lengths with
 *   `groups`. One loss and one weight a list.
 * - Domain: any scores; any relevance, of which only the order counts.
 * - Edges: a list without a pair (empty, of one element, all equally relevant) has loss 0, gradient 0 and weight 0: it doesn't count in the
 *   mean. A NaN makes its own list NaN, a score in a list without a pair aside, which isn't read.
 * - Accuracy: each pair within 8 ULP in double precision, in float32 as well. Pairs are compared one by one, O(K²), and never written down.
 * - PyTorch: none. allRank's makes a list of all pairs; XGBoost's `rank:pairwise` and LightGBM's `lambdarank` weigh them.
 *
 * @param scores - Scores s.
 * @param relevance - Relevance y.
 * @param options - {@link RankNetOptions}, with `reduction`.
 * @returns The mean over the lists, the sum, or with `reduction: 'none'` one loss per list.
 * @throws {TypeError} On an argument of the wrong kind or an unknown option.
 * @throws {RangeError} On options outside their domain, or lengths, shapes or groups that don't agree.
 * @see Burges et al. (2005), Learning to Rank using Gradient Descent, https://doi.org/10.1145/1102351.1102363
 * @example
 * ```ts
 * import { rankNet } from 'losskit';
 *
 * const { value, grad } = rankNet.valueAndGrad([[1, 0, 2]], [[1, 0, 0]]);
 * console.log(value.toFixed(4)); // → 0.8133
 * console.log(Array.from(grad, (g) => g.toFixed(4)).join(', ')); // → -0.5000, 0.1345, 0.3655
 * ```
 */
export const rankNet: Loss2<RankNetOptions> = /* @__PURE__ */ list({
  name: 'rankNet',
  family: 'lists',
  kernels,
  inputs: [input('scores'), input('relevance')],
  parameters: { groups: lengths() },
  kernelParameters: () => [],
  needsPairs: true,
  value: ({ scores, relevance }, _, grad) => {
    if (relevance.some(Number.isNaN)) return nothing(grad);
    let [loss, pairs] = [0, 0];
    relevance.forEach((y, i) => {
      for (let j = 0; j < relevance.length; j++) {
        if (!(y > relevance[j]!)) continue;
        const d = scores[j]! - scores[i]!;
        const u = Math.exp(-Math.abs(d));
        const share = (d < 0 ? u : 1) / (1 + u);
        pairs++;
        loss += Math.max(d, 0) + Math.log1p(u);
        if (grad === null) continue;
        grad[i] = grad[i]! - share;
        grad[j] = grad[j]! + share;
      }
    });
    if (Number.isNaN(loss)) return nothing(grad);
    grad?.forEach((g, i) => {
      grad[i] = pairs === 0 ? 0 : g / pairs;
    });
    return pairs === 0 ? 0 : loss / pairs;
  },
  properties: {
    convex: true,
    lipschitz: Math.SQRT2,
    kinks: '',
    torch: null,
    reference: 'Burges et al. (2005), Learning to Rank using Gradient Descent',
  },
});
