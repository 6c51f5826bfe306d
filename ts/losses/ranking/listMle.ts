import type { Labels } from '../../core/base/types.ts';
import { type FirstOrderOptions, list } from '../../core/facade/loss.ts';
import type { Loss2 } from '../../core/facade/lossTypes.ts';
import { input } from '../../core/model/definition.ts';
import { lengths } from '../../core/read/lengths.ts';
import { byFalling, nothing } from '../formulas/order.ts';
import { kernels } from './kernels.ts';

/** Options of {@link listMle}. */
export interface ListMleOptions extends FirstOrderOptions {
  /**
   * Sizes of the lists, one after another, in place of rows of one width; they add up to the length. An empty list has
   * weight 0. Default none: each row is a list.
   */
  groups?: Labels | null | undefined;
}

/**
 * ListMLE: how unlikely the right order of a list is, if its elements are drawn one after another, each in proportion to e^score.
 *
 * ```text
 * L = Σ_i ln Σ_{j≥i} e^{s_(j) − s_(i)},  (1), (2), … the elements by falling relevance, ties by index
 * S_i = Σ_{j≥i} e^{s_(j)}
 * ∂L/∂s_(k) = e^{s_(k)} Σ_{i<k} 1/S_i − S_{k+1}/S_k
 * ```
 * No Hessian: `valueGradHess` doesn't exist.
 * - Shapes: `scores` and `relevance` [n, K], where rows are lists, or flat with `dim` or `batch`; or flat lists of any lengths with
 *   `groups`. One loss and one weight a list.
 * - Domain: any scores; any relevance, of which only the order counts.
 * - Edges: elements of equal relevance count in the order in which they stand, always the same: shuffle them beforehand if they are to take
 *   turns. One element alone has loss 0, an empty list weight 0. A score of −∞ that isn't the last is +∞. A NaN makes its own list NaN.
 * - Accuracy: each logarithm within 8 ULP in double precision, in float32 as well: nothing is subtracted. Any scores are in range.
 * - PyTorch: none. allRank's adds 10⁻¹⁰ inside the logarithm, and orders ties at random.
 *
 * @param scores - Scores s.
 * @param relevance - What the right order is by.
 * @param options - {@link ListMleOptions}, with `reduction`.
 * @returns The mean over the lists, the sum, or with `reduction: 'none'` one loss per list.
 * @throws {TypeError} On an argument of the wrong kind or an unknown option.
 * @throws {RangeError} On options outside their domain, or lengths, shapes or groups that don't agree.
 * @see Xia, Liu, Wang, Zhang, Li (2008), Listwise Approach to Learning to Rank, https://doi.org/10.1145/1390156.1390306
 * @example
 * ```ts
 * import { listMle } from 'losskit';
 *
 * // Six orders of three elements, all as likely: ln 6.
 * console.log(listMle([[0, 0, 0]], [[3, 1, 2]]).toFixed(4)); // → 1.7918
 * console.log(listMle([[2, 0, 1]], [[3, 1, 2]]).toFixed(4)); // → 0.7209
 * ```
 */
export const listMle: Loss2<ListMleOptions> = /* @__PURE__ */ list({
  name: 'listMle',
  family: 'lists',
  kernels,
  inputs: [input('scores'), input('relevance')],
  parameters: { groups: lengths() },
  kernelParameters: () => [],
  value: ({ scores, relevance }, _, grad) => {
    if (scores.some(Number.isNaN) || relevance.some(Number.isNaN)) return nothing(grad);
    const order = byFalling(relevance);
    if (scores.every(Number.isFinite)) return finite(scores, order, grad);
    // Over the largest, which changes nothing but that less is rounded.
    const top = scores.reduce((most, x) => (x < Infinity ? Math.max(most, x) : most), -Infinity);
    const s = order.map((i) => (Number.isFinite(top) ? scores[i]! - top : scores[i]!));
    // ln S_k, and Σ ln(1 + S_{k+1}/e^s_k).
    const logs = new Float64Array(s.length + 1).fill(-Infinity);
    let loss = 0;
    for (let k = s.length - 1; k >= 0; k--) {
      logs[k] = logAdd(s[k]!, logs[k + 1]!);
      if (k < s.length - 1) loss += softplus(logs[k + 1]! - s[k]!);
    }
    if (Number.isNaN(loss)) return nothing(grad);
    // ln of the sum of 1/S up to an element.
    let inverses = -Infinity;
    if (grad !== null) {
      order.forEach((i, k) => {
        // Before an infinite score nothing but that is drawn.
        const drawn = s[k] === Infinity ? k : s[k] === -Infinity ? 0 : Math.exp(s[k]! + inverses);
        const left = k === s.length - 1 ? 0 : logs[k + 1] === logs[k] ? 1 : Math.exp(logs[k + 1]! - logs[k]!);
        grad[i] = drawn - left;
        inverses = logAdd(inverses, -logs[k]!);
      });
    }
    return loss;
  },
  properties: {
    convex: true,
    lipschitz: null,
    kinks: '',
    torch: null,
    reference: 'Xia, Liu, Wang, Zhang, Li (2008), Listwise Approach to Learning to Rank',
  },
});

/** Scores that are finite. S_k is r_k·e^(M_k), M_k the largest from k on: what is left is compared with its own largest, however far apart scores are. */
function finite(scores: Float64Array, order: readonly number[], grad: Float64Array | null): number {
  const n = order.length;
  const most = new Float64Array(n + 1).fill(-Infinity);
  const sums = new Float64Array(n + 1);
  let loss = 0;
  for (let k = n - 1; k >= 0; k--) {
    const s = scores[order[k]!]!;
    const [top, sum] = [most[k + 1]!, sums[k + 1]!];
    if (k < n - 1) loss += softplus(Math.log(sum) + (top - s));
    most[k] = Math.max(top, s);
    sums[k] = sum * Math.exp(top - most[k]!) + Math.exp(s - most[k]!);
  }
  if (grad === null) return loss;
  // Σ 1/S up to an element, over e^−M of the last of them.
  let inverses = 0;
  let last = most[0]!;
  order.forEach((i, k) => {
    const drawn = inverses * Math.exp(scores[i]! - last);
    const left = (sums[k + 1]! / sums[k]!) * Math.exp(most[k + 1]! - most[k]!);
    inverses = inverses * Math.exp(most[k]! - last) + 1 / sums[k]!;
    last = most[k]!;
    grad[i] = drawn - left;
  });
  return loss;
}

/** ln(eᵃ + eᵇ) */
function logAdd(a: number, b: number): number {
  const most = Math.max(a, b);
  return Number.isFinite(most) ? most + Math.log1p(Math.exp(Math.min(a, b) - most)) : most;
}

/** ln(1 + eˣ) */
const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
