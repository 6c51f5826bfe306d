import { Sum } from '../../core/base/sum.ts';
import { type BatchOptions, ofQueries } from '../../core/facade/loss.ts';
import type { BatchLoss2 } from '../../core/facade/lossTypes.ts';
import { input } from '../../core/model/definition.ts';
import { divider, flag } from '../../core/model/parameters.ts';
import { anchorOf, directions, project, pull, slope } from '../formulas/contrast.ts';
import { Softmax } from '../formulas/softmax.ts';
import { dot } from '../formulas/vectors.ts';
import { kernels } from './kernels.ts';

/** Options of {@link infoNce}. */
export interface InfoNceOptions extends BatchOptions<'queries' | 'keys'> {
  /** τ > 0, finite, and so is 1/τ: the lower, the more the hardest negatives count. Default 0.07. */
  temperature?: number | undefined;
  /** Compare by cosine; false: by dot product. Default true. */
  normalize?: boolean | undefined;
  /** Let each key pick its query as well, and take half the sum of both losses: CLIP. Default false. */
  symmetric?: boolean | undefined;
}

/**
 * InfoNCE, the loss of retrieval: each query should find its own key among all keys. With `symmetric` the loss of CLIP.
 *
 * ```text
 * L_i = −s_ii/τ + ln Σ_j e^{s_ij/τ},  s_ij = u_i·v_j,  u = q/|q|,  v = k/|k| (or q, k)
 * P_ij = e^{s_ij/τ} / Σ_m e^{s_im/τ}
 * ∂L_i/∂s_ij = (P_ij − [j = i])/τ;   ∂/∂q = (g − (g·u) u)/|q| with g the gradient in u, and so for k
 * ∂L_i/∂τ = −Σ_j s_ij ∂L_i/∂s_ij / τ                 in the result's parameterGrad.temperature
 * symmetric: ½(L_i + L'_i), L' the same with queries and keys exchanged
 * ```
 * No Hessian: `valueGradHess` doesn't exist.
 * - Shapes: `queries` [N, D] and `keys` [M, D], M ≥ N, or flat with `dim` or `batch` (N). Key i is that of query i; all others
 *   are its negatives, those beyond N of all queries. One loss per query. The N×M matrix is never built.
 * - Domain: any embeddings. A text that occurs twice is a negative of itself: leave duplicates out.
 * - Edges: a zero vector has cosine 0 and gradient 0; a single key gives 0. A NaN in a query reaches its own loss, and every
 *   gradient of the keys; one in a key reaches all. `reduction: 'none'` has no gradient.
 * - Accuracy: that of `crossEntropy` of a row of M, the errors of the products carried to first order. At the query's key
 *   P − 1 is the sum of the others. Low temperatures don't overflow.
 * - PyTorch: `cross_entropy(q @ k.T / τ, arange(N))`; open_clip's `ClipLoss` with `symmetric` and 1/τ as `logit_scale`;
 *   sentence-transformers' `MultipleNegativesRankingLoss` with τ = 1/`scale`, 0.05.
 *
 * @param queries - One embedding of each pair.
 * @param keys - The others, in the order of their queries, and then keys that are nobody's.
 * @param options - {@link InfoNceOptions}, with `reduction`; there is no `sampleWeight`.
 * @returns The mean over the queries, the sum, or with `reduction: 'none'` one loss per query.
 * @throws {TypeError} On an argument of the wrong kind, or an unknown option.
 * @throws {RangeError} On options outside their domain, fewer keys than queries, more of them with `symmetric`, lengths or shapes
 *   that don't agree, or a gradient with `reduction: 'none'`.
 * @see Oord, Li, Vinyals (2018), Representation Learning with Contrastive Predictive Coding, https://arxiv.org/abs/1807.03748
 * @see Radford et al. (2021), Learning Transferable Visual Models From Natural Language Supervision, https://arxiv.org/abs/2103.00020
 * @example
 * ```ts
 * import { infoNce } from 'losskit';
 *
 * const [queries, keys] = [[[1, 0], [0, 1]], [[1, 0.1], [0, 1], [1, 1]]];
 * const { value, grad, parameterGrad } = infoNce.valueAndGrad(queries, keys, { temperature: 0.5 });
 * console.log(value.toFixed(4), grad.keys.length); // → 0.5367 6
 * console.log(parameterGrad.temperature.toFixed(4)); // → 0.7128
 * ```
 */
export const infoNce: BatchLoss2<InfoNceOptions, 'queries' | 'keys', 'temperature'> = /* @__PURE__ */ ofQueries({
  name: 'infoNce',
  family: 'ranking',
  kernels,
  inputs: [input('queries'), input('keys')],
  parameters: { temperature: divider(0.07), normalize: flag(true), symmetric: flag(false) },
  values: ({ inputs }, { temperature, normalize, symmetric }, out) => {
    const [q, k] = [directions(inputs[0]!, normalize), directions(inputs[1]!, normalize)];
    // Each of one set picks among the others.
    const pick = (own: typeof q, others: typeof q) => {
      const softmax = new Softmax(others.u.length);
      const products = (x: Float64Array) => Float64Array.from(others.u, (y) => dot(x, y));
      return own.u.map((x, i) => anchorOf(products(x), (j) => j === i, temperature, softmax));
    };
    const rows = pick(q, k);
    const columns = symmetric ? pick(k, q) : null;
    rows.forEach(({ loss }, i) => {
      out[i] = columns === null ? loss : 0.5 * (loss + columns[i]!.loss);
    });
    return { q, k, rows, columns };
  },
  grad: ({ q, k, rows, columns }, { temperature: t }, [dq, dk]) => {
    const products = new Sum();
    q.u.forEach((x, i) => {
      k.u.forEach((y, j) => {
        const own = (s: number): number => slope(rows[i]!, j, s, t);
        const both = (s: number): number => (columns === null ? own(s) : 0.5 * (own(s) + slope(columns[j]!, i, s, t)));
        products.add(pull(x, y, dq![i]!, dk![j]!, (s) => both(s) / t));
      });
    });
    project(dq!, q);
    project(dk!, k);
    return [-products.value() / t];
  },
  properties: {
    parameterGrad: ['temperature'],
    convex: false,
    lipschitz: null,
    kinks: 'zero vectors, where normalized',
    torch: null,
    reference: 'Oord, Li, Vinyals (2018), Representation Learning with Contrastive Predictive Coding',
  },
});
