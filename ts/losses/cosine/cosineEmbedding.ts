import { embeddings, type FirstOrderOptions } from '../../core/facade/loss.ts';
import type { Loss3 } from '../../core/facade/lossTypes.ts';
import { input } from '../../core/model/definition.ts';
import { within } from '../../core/model/parameters.ts';
import { unlessNaN } from '../formulas/math.ts';
import { dot, normalise } from '../formulas/vectors.ts';
import { kernels } from './kernels.ts';

/** Options of {@link cosineEmbedding}. */
export interface CosineEmbeddingOptions extends FirstOrderOptions<'z1' | 'z2'> {
  /** m, the cosine that pairs of different kinds may have; in [−1, 1]. Default 0. */
  margin?: number | undefined;
}

/**
 * Cosine embedding loss of pairs of embeddings: turns pairs of the same kind towards each other, different ones apart up to a margin.
 *
 * ```text
 * L = 1 − c             for y = 1,   c = u1·u2,  u = z/|z|,  y = target
 *     max(0, c − m)     for y = −1
 * ∂c/∂z1 = (u2 − c u1)/|z1|,   ∂L/∂z1 = −∂c/∂z1  for y = 1,  ∂c/∂z1  for y = −1 and c > m, else 0;   and so for z2
 * ```
 * No Hessian: `valueGradHess` doesn't exist.
 * - Shapes: `z1` and `z2` [n, D], or flat with `dim` or `batch`; `target` [n]; one loss per pair.
 * - Domain: any embeddings; `target` 1 for the same kind, −1 for different ones.
 * - Edges: a zero vector has cosine 0 and gradient 0; at the margin the subgradient is 0.
 * - Accuracy: within 4 ULP (float32) or 8 ULP (float64) of the largest term, the error of c carried to first order; plus one per
 *   doubling of D above 16.
 * - PyTorch: `torch.nn.functional.cosine_embedding_loss`, which adds 1e-12 under its roots: nearly 0 vectors differ.
 *
 * @param z1 - One embedding of each pair.
 * @param z2 - The other.
 * @param target - 1 for the same kind, −1 for different ones.
 * @param options - {@link CosineEmbeddingOptions}, with `reduction`.
 * @returns The mean over the pairs, the sum, or with `reduction: 'none'` one loss per pair.
 * @throws {TypeError} On an argument of the wrong kind or an unknown option.
 * @throws {RangeError} On targets or options outside their domain, or lengths or shapes that don't agree.
 * @see PyTorch, CosineEmbeddingLoss, https://docs.pytorch.org/docs/stable/generated/torch.nn.CosineEmbeddingLoss.html
 * @example
 * ```ts
 * import { cosineEmbedding } from 'losskit';
 *
 * const { value, grad } = cosineEmbedding.valueAndGrad([[3, 4], [1, 0]], [[4, 3], [0, 1]], [1, -1], { margin: 0.5 });
 * console.log(value.toFixed(4)); // → 0.0200
 * console.log(grad.z1.map((g) => Math.round(1000 * g) / 1000).join(', ')); // → -0.022, 0.017, 0, 0
 * ```
 */
export const cosineEmbedding: Loss3<CosineEmbeddingOptions, 'z1' | 'z2'> = /* @__PURE__ */ embeddings({
  name: 'cosineEmbedding',
  family: 'ranking',
  kernels,
  inputs: [input('z1'), input('z2')],
  target: 'scalar',
  targetDomain: 'sign',
  targetName: 'target',
  differentiable: ['z1', 'z2'],
  parameters: { margin: within(0, '[-1, 1]') },
  share: ({ z1, z2 }, _, last: Compared | undefined) => compare(z1, z2, last),
  value: ({ target, shared: { cos } }, { margin }) => lossOf(cos, target[0]!, margin),
  grad: ({ target, shared }, { margin }, out) => {
    const { u1, u2, cos, length1, length2 } = shared;
    const y = target[0]!;
    const value = lossOf(cos, y, margin);
    const isFlat = (y === -1 && value === 0) || length1 === 0 || length2 === 0;
    const factor = unlessNaN(value, isFlat ? 0 : -y);
    for (let k = 0; k < u1.length; k++) {
      out.z1[k] = factor === 0 ? 0 : (factor * (u2[k]! - cos * u1[k]!)) / length1;
      out.z2[k] = factor === 0 ? 0 : (factor * (u1[k]! - cos * u2[k]!)) / length2;
    }
  },
  smoothAt: ({ z1, z2, target }, { margin }) => {
    const { cos, length1, length2 } = compare(z1, z2, undefined);
    return length1 > 0 && length2 > 0 && (target[0] === 1 || cos !== margin);
  },
  properties: {
    convex: false,
    lipschitz: null,
    kinks: 'different pairs at the margin; zero vectors',
    torch: 'torch.nn.functional.cosine_embedding_loss',
    reference: 'PyTorch, CosineEmbeddingLoss',
  },
});

/** The directions of a pair, and their cosine. */
interface Compared {
  readonly u1: Float64Array;
  readonly u2: Float64Array;
  length1: number;
  length2: number;
  cos: number;
}

function compare(z1: Float64Array, z2: Float64Array, last: Compared | undefined): Compared {
  const { u1, u2 } = last ?? { u1: new Float64Array(z1.length), u2: new Float64Array(z2.length) };
  const [length1, length2] = [normalise(z1, u1), normalise(z2, u2)];
  return { u1, u2, length1, length2, cos: dot(u1, u2) };
}

/** 1 − c or max(0, c − m); NaN stays. */
const lossOf = (cos: number, y: number, margin: number): number =>
  unlessNaN(y, y === 1 ? 1 - cos : Math.max(0, cos - margin));
