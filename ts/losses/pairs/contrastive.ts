import { embeddings, type FirstOrderOptions } from '../../core/facade/loss.ts';
import type { Loss3 } from '../../core/facade/lossTypes.ts';
import { input } from '../../core/model/definition.ts';
import { nonNegative } from '../../core/model/parameters.ts';
import { square, weigh } from '../formulas/math.ts';
import { gap, squaredGap } from '../formulas/vectors.ts';
import { kernels } from './kernels.ts';

/** Options of {@link contrastive}. */
export interface ContrastiveOptions extends FirstOrderOptions<'z1' | 'z2'> {
  /** m, how far apart different pairs should be; finite and ≥ 0. Default 1. */
  margin?: number | undefined;
}

/**
 * Contrastive loss of pairs of embeddings: draws pairs of the same kind together, pushes different ones apart up to a margin.
 *
 * ```text
 * L = y d² + (1−y) max(0, h)²,  d = |z1 − z2|,  h = m − d,  y = target
 * ∂L/∂z1 = 2 (z1 − z2)              for y = 1
 *          −2 h (z1 − z2)/d         for y = 0 and h > 0, else 0
 * ∂L/∂z2 = −∂L/∂z1
 * ```
 * No Hessian: `valueGradHess` doesn't exist.
 * - Shapes: `z1` and `z2` [n, D], or flat with `dim` or `batch`; `target` [n]; one loss per pair.
 * - Domain: any embeddings; `target` 1 for the same kind, 0 for different ones.
 * - Edges: the subgradient at d = 0 is 0, and nothing is added under the root.
 * - Accuracy: within 4 ULP (float32) or 8 ULP (float64), the error of d carried to first order; plus one per doubling of D
 *   above 16.
 * - PyTorch: none (pytorch-metric-learning's `ContrastiveLoss` doesn't square). The paper has ½ before both terms, and y = 0
 *   for the same kind.
 *
 * @param z1 - One embedding of each pair.
 * @param z2 - The other.
 * @param target - 1 for the same kind, 0 for different ones.
 * @param options - {@link ContrastiveOptions}, with `reduction`.
 * @returns The mean over the pairs, the sum, or with `reduction: 'none'` one loss per pair.
 * @throws {TypeError} On an argument of the wrong kind or an unknown option.
 * @throws {RangeError} On targets or options outside their domain, or lengths or shapes that don't agree.
 * @see Hadsell, Chopra, LeCun (2006), Dimensionality Reduction by Learning an Invariant Mapping, https://doi.org/10.1109/CVPR.2006.100
 * @example
 * ```ts
 * import { contrastive } from 'losskit';
 *
 * const { value, grad } = contrastive.valueAndGrad([[3, 4]], [[0, 0]], [0], { margin: 6 });
 * console.log(value); // → 1
 * console.log(grad.z1.map((g) => Math.round(10 * g) / 10).join(', ')); // → -1.2, -1.6
 * ```
 */
export const contrastive: Loss3<ContrastiveOptions, 'z1' | 'z2'> = /* @__PURE__ */ embeddings({
  name: 'contrastive',
  family: 'probabilistic',
  kernels,
  inputs: [input('z1'), input('z2')],
  target: 'scalar',
  targetDomain: 'binary',
  targetName: 'target',
  differentiable: ['z1', 'z2'],
  parameters: { margin: nonNegative(1, [0.7, 0, 30]) },
  share: ({ z1, z2 }) => gap(z1, z2),
  value: ({ z1, z2, target, shared: d }, { margin }) => {
    const y = target[0]!;
    return weigh(y, squaredGap(z1, z2)) + weigh(1 - y, square(Math.max(0, margin - d)));
  },
  grad: ({ z1, z2, target, shared: d }, { margin }, out) => {
    const y = target[0]!;
    const h = Math.max(0, margin - d);
    for (let k = 0; k < z1.length; k++) {
      const e = z1[k]! - z2[k]!;
      out.z1[k] = weigh(y, 2 * e) - weigh(1 - y, h === 0 || d === 0 ? 0 : 2 * h * (e / d));
      out.z2[k] = 0 - out.z1[k]!;
    }
  },
  smoothAt: ({ z1, z2, target }, { margin }) => {
    const d = gap(z1, z2);
    return target[0] === 1 || (d !== 0 && d !== margin);
  },
  properties: {
    convex: false,
    lipschitz: null,
    kinks: 'different pairs at d = 0',
    torch: null,
    reference: 'Hadsell, Chopra, LeCun (2006), Dimensionality Reduction by Learning an Invariant Mapping',
  },
});
