import { pointwise, type SmoothOptions } from '../../core/facade/loss.ts';
import type { SmoothLoss2 } from '../../core/facade/lossTypes.ts';
import { input } from '../../core/model/definition.ts';
import { nonNegative } from '../../core/model/parameters.ts';
import { indicator, unlessNaN } from '../formulas/math.ts';
import { kernels } from './kernels.ts';

/** Options of {@link hingeEmbedding}. */
export interface HingeEmbeddingOptions extends SmoothOptions {
  /** m, how far apart different things should be; finite and ≥ 0. Default 1. */
  margin?: number | undefined;
}

/**
 * Hinge loss of a distance: draws together what is alike, pushes apart what isn't, up to a margin.
 *
 * ```text
 * L = x           for y = 1,    y = target
 *     max(0, h)   for y = −1,   h = m − x
 * ∂L/∂x = 1  for y = 1;  −1 if h > 0, else 0, for y = −1     ∂²L/∂x² = 0
 * ```
 * - Shapes: `x` and `target` of one shape; one loss per element.
 * - Domain: any numbers, distances as a rule; `target` −1 or 1.
 * - Edges: at the margin itself (h = 0) the subgradient is 0. NaN stays in its element.
 * - Accuracy: h is rounded once, the rest is exact.
 * - PyTorch: `torch.nn.functional.hinge_embedding_loss`, the same.
 *
 * @param x - Distances.
 * @param target - 1 for what is alike, −1 for what isn't.
 * @param options - {@link HingeEmbeddingOptions}, with `reduction`.
 * @returns The mean over the elements, the sum, or with `reduction: 'none'` one loss per element.
 * @throws {TypeError} On an argument of the wrong kind or an unknown option.
 * @throws {RangeError} On a target other than ±1, `margin` < 0, lengths or shapes that don't agree, or a negative weight.
 * @see Hadsell, Chopra, LeCun (2006), Dimensionality Reduction by Learning an Invariant Mapping, https://doi.org/10.1109/CVPR.2006.100
 * @example
 * ```ts
 * import { hingeEmbedding } from 'losskit';
 *
 * const { value, grad } = hingeEmbedding.valueAndGrad([0.5, 0.25, 3], [1, -1, -1], { reduction: 'sum' });
 * console.log(value); // → 1.25
 * console.log(grad.join(', ')); // → 1, -1, 0
 * ```
 */
export const hingeEmbedding: SmoothLoss2<HingeEmbeddingOptions> = /* @__PURE__ */ pointwise({
  name: 'hingeEmbedding',
  family: 'ranking',
  kernels,
  inputs: [input('x'), input('target', 'sign', 'for targets y of 0 and 1 give 2 * y - 1')],
  parameters: { margin: nonNegative(1) },
  value: (x, y, { margin }) => unlessNaN(y, y > 0 ? x : Math.max(0, margin - x)),
  grad: { x: (x, y, { margin }) => unlessNaN(x * y, y > 0 ? 1 : 0 - indicator(margin - x > 0)) },
  hess: { x: (x, y) => unlessNaN(x * y, 0) },
  loop: ({ value, grad, hess }, p, { a, b, da, ha, order, single, start, end, scale }) => {
    let sum = 0;
    for (let i = start; i < end; i++) {
      const x = a[i]!;
      const y = b[i]!;
      const loss = value(x, y, p);
      sum += single ? Math.fround(loss) : loss;
      if (order > 0) da[i] = scale * grad.x!(x, y, p);
      if (order > 1) ha[i] = scale * hess!.x!(x, y, p);
    }
    return sum;
  },
  smoothAt: (x, y, { margin }) => y > 0 || x !== margin,
  properties: {
    convex: true,
    lipschitz: 1,
    kinks: 'x = margin, for y = −1',
    torch: 'torch.nn.functional.hinge_embedding_loss',
    reference: 'Hadsell, Chopra, LeCun (2006), Dimensionality Reduction by Learning an Invariant Mapping',
  },
});
