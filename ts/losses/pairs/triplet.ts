import { embeddings, type FirstOrderOptions } from '../../core/facade/loss.ts';
import type { Loss3 } from '../../core/facade/lossTypes.ts';
import { input } from '../../core/model/definition.ts';
import { choice, flag, nonNegative } from '../../core/model/parameters.ts';
import { cosine, Embedding, euclidean, squaredEuclidean } from '../formulas/distances.ts';
import { unlessNaN } from '../formulas/math.ts';
import { length } from '../formulas/vectors.ts';
import { kernels } from './kernels.ts';

/** Options of {@link triplet}. */
export interface TripletOptions extends FirstOrderOptions<'anchor' | 'positive' | 'negative'> {
  /** α, by how much the negative must be further away; finite and ≥ 0. Default 1. */
  margin?: number | undefined;
  /** d: |a − b|², |a − b|, or 1 − cos(a, b). Default 'squaredEuclidean'. */
  distance?: 'squaredEuclidean' | 'euclidean' | 'cosine' | undefined;
  /** Take the nearer of anchor and positive as the negative's counterpart. Default false. */
  swap?: boolean | undefined;
}

/**
 * Triplet loss: an anchor should be nearer to its positive than to its negative, by a margin.
 *
 * ```text
 * L = max(0, d(a,p) − d(a,n) + α)         with swap: min(d(a,n), d(p,n)) in place of d(a,n)
 * squared distances, where L > 0:   ∂L/∂a = 2(n − p),  ∂L/∂p = 2(p − a),  ∂L/∂n = 2(a − n)
 *                       swapped:    ∂L/∂a = 2(a − p),  ∂L/∂p = 2(n − a),  ∂L/∂n = 2(p − n)
 * ∂|a − b|/∂a = (a − b)/|a − b|
 * ∂cos(a,b)/∂a = (û_b − cos(a,b) û_a)/|a|,  û_x = x/|x|
 * ```
 * No Hessian: `valueGradHess` doesn't exist.
 * - Shapes: `anchor`, `positive` and `negative` [n, D], or flat with `dim` or `batch`; one loss per triplet.
 * - Domain: any embeddings.
 * - Edges: at the margin (L = 0) and at distance 0 the subgradient is 0; a zero vector has cosine 0 and gradient 0; of equal
 *   distances `swap` keeps d(a,n).
 * - Accuracy: within 4 ULP (float32) or 8 ULP (float64) of the largest term, the errors of distances carried to first order.
 *   The gradient of squared distances is a single difference each.
 * - PyTorch: `torch.nn.functional.triplet_margin_loss` is 'euclidean' (that one adds `eps` inside its distance);
 *   `triplet_margin_with_distance_loss` covers the others.
 *
 * @param anchor - Anchors a.
 * @param positive - Embeddings p of the anchors' own kind.
 * @param negative - Embeddings n of other kinds.
 * @param options - {@link TripletOptions}, with `reduction`.
 * @returns The mean over the triplets, the sum, or with `reduction: 'none'` one loss per triplet.
 * @throws {TypeError} On an argument of the wrong kind or an unknown option.
 * @throws {RangeError} On options outside their domain, lengths or shapes that don't agree, or a negative weight.
 * @see Schroff, Kalenichenko, Philbin (2015), FaceNet, https://arxiv.org/abs/1503.03832
 * @see Balntas, Riba, Ponsa, Mikolajczyk (2016), Learning Local Feature Descriptors with Triplets (swap), https://doi.org/10.5244/C.30.119
 * @example
 * ```ts
 * import { triplet } from 'losskit';
 *
 * const { value, grad } = triplet.valueAndGrad([[0, 0]], [[1, 2]], [[2, 1]], { margin: 0.5 });
 * console.log(value); // → 0.5
 * console.log(grad.anchor.join(', ')); // → 2, -2
 * console.log(grad.negative.join(', ')); // → -4, -2
 * ```
 */
export const triplet: Loss3<TripletOptions, 'anchor' | 'positive' | 'negative'> = /* @__PURE__ */ embeddings({
  name: 'triplet',
  family: 'ranking',
  kernels,
  inputs: [input('anchor'), input('positive'), input('negative')],
  target: 'none',
  differentiable: ['anchor', 'positive', 'negative'],
  parameters: {
    margin: nonNegative(1, [0.7, 0, 30]),
    distance: choice(['squaredEuclidean', 'euclidean', 'cosine']),
    swap: flag(false),
  },
  share: ({ anchor, positive, negative }, options, last: Comparison = comparison(anchor)) =>
    compare(last, anchor, positive, negative, options),
  value: ({ shared: { slack } }) => Math.max(0, slack),
  grad: ({ anchor, positive, negative, shared }, { distance }, out) => {
    const { a, p, n, near, far, other, slack, swapped } = shared;
    if (slack > 0 && distance === 'squaredEuclidean') {
      // 2(a − p) − 2(a − n) from one difference, which is rounded once.
      for (let k = 0; k < anchor.length; k++) {
        const x = anchor[k]!;
        const y = positive[k]!;
        const z = negative[k]!;
        out.anchor[k] = 2 * (swapped ? x - y : z - y);
        out.positive[k] = 2 * (swapped ? z - x : y - x);
        out.negative[k] = 2 * (swapped ? y - z : x - z);
      }
      return;
    }
    for (const grad of [out.anchor, out.positive, out.negative]) grad.fill(unlessNaN(slack, 0));
    if (!(slack > 0)) return;
    const d = DISTANCES[distance];
    d.addGrad(a, p, near, 1, out.anchor, out.positive);
    if (swapped) d.addGrad(p, n, other, -1, out.positive, out.negative);
    else d.addGrad(a, n, far, -1, out.anchor, out.negative);
  },
  smoothAt: ({ anchor, positive, negative }, options) => {
    const { near, far, other, slack } = compare(comparison(anchor), anchor, positive, negative, options);
    if (slack === 0 || (options.swap && far === other)) return false;
    if (options.distance === 'euclidean') return near * far * (options.swap ? other : 1) !== 0;
    return options.distance !== 'cosine' || [anchor, positive, negative].every((x) => length(x) > 0);
  },
  properties: {
    convex: false,
    lipschitz: ({ distance }) => (distance === 'euclidean' ? Math.sqrt(6) : null),
    kinks: 'L = 0; swap: d(a,n) = d(p,n); euclidean: equal embeddings; cosine: zero vectors',
    torch: 'torch.nn.functional.triplet_margin_with_distance_loss',
    reference: 'Schroff, Kalenichenko, Philbin (2015), FaceNet',
  },
});

const DISTANCES = { squaredEuclidean, euclidean, cosine };

/** The three embeddings of a row and their distances. */
interface Comparison {
  readonly a: Embedding;
  readonly p: Embedding;
  readonly n: Embedding;
  /** d(a,p), d(a,n), and with `swap` d(p,n), which may take the place of the one before. */
  near: number;
  far: number;
  other: number;
  swapped: boolean;
  /** What the loss is the positive part of. */
  slack: number;
}

function comparison(row: Float64Array): Comparison {
  const [a, p, n] = [new Embedding(row), new Embedding(row), new Embedding(row)];
  return { a, p, n, near: 0, far: 0, other: 0, swapped: false, slack: 0 };
}

/** Compares the embeddings of a row. */
function compare(
  c: Comparison,
  anchor: Float64Array,
  positive: Float64Array,
  negative: Float64Array,
  { margin, distance, swap }: { margin: number; distance: keyof typeof DISTANCES; swap: boolean },
): Comparison {
  const d = DISTANCES[distance];
  const a = c.a.of(anchor, d.isOfDirections);
  const p = c.p.of(positive, d.isOfDirections);
  const n = c.n.of(negative, d.isOfDirections);
  c.near = d.value(a, p);
  c.far = d.value(a, n);
  c.other = swap ? d.value(p, n) : 0;
  c.swapped = swap && c.other < c.far;
  c.slack = c.near - (c.swapped ? c.other : c.far) + margin;
  return c;
}
