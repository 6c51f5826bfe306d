import { type FirstOrderOptions, firstOrder3 } from '../../core/facade/loss.ts';
import type { Loss3 } from '../../core/facade/lossTypes.ts';
import { input } from '../../core/model/definition.ts';
import { nonNegative } from '../../core/model/parameters.ts';
import { indicator, unlessNaN } from '../formulas/math.ts';
import { lost } from '../formulas/residual.ts';
import { kernels } from './kernels.ts';

/** Options of {@link marginRanking}. */
export interface MarginRankingOptions extends FirstOrderOptions<'a' | 'b'> {
  /** m, how far apart the scores should be; finite and ≥ 0. Default 0. */
  margin?: number | undefined;
}

/**
 * Hinge loss of the order of two scores: which of two should be the higher.
 *
 * ```text
 * L = max(0, h),  h = m − y(a − b),  y = target
 * ∂L/∂a = −y if h > 0, else 0     ∂L/∂b = −∂L/∂a
 * ```
 * No Hessian: `valueGradHess` doesn't exist.
 * - Shapes: `a`, `b` and `target` of one shape; one loss per element.
 * - Domain: any scores; `target` 1 where `a` should be the higher, −1 where `b` should.
 * - Edges: at the margin itself (h = 0) the subgradient is 0, so that with m = 0 equal scores stay equal. NaN stays in its element.
 * - Accuracy: within 4 ULP (float32) or 8 ULP (float64), also where m and y(a − b) nearly cancel.
 * - PyTorch: `torch.nn.functional.margin_ranking_loss`, the same.
 *
 * @param a - Scores.
 * @param b - The scores that they are compared with.
 * @param target - 1 or −1.
 * @param options - {@link MarginRankingOptions}, with `reduction`.
 * @returns The mean over the elements, the sum, or with `reduction: 'none'` one loss per element.
 * @throws {TypeError} On an argument of the wrong kind or an unknown option.
 * @throws {RangeError} On a target other than ±1, `margin` < 0, lengths or shapes that don't agree, or a negative weight.
 * @see Herbrich, Graepel, Obermayer (2000), Large Margin Rank Boundaries for Ordinal Regression, https://doi.org/10.7551/mitpress/1113.003.0010
 * @example
 * ```ts
 * import { marginRanking } from 'losskit';
 *
 * const { value, grad } = marginRanking.valueAndGrad([2, 1], [1, 3], [1, 1], { margin: 0.5, reduction: 'sum' });
 * console.log(value); // → 2.5
 * console.log(grad.a.join(', ')); // → 0, -1
 * console.log(grad.b.join(', ')); // → 0, 1
 * ```
 */
export const marginRanking: Loss3<MarginRankingOptions, 'a' | 'b'> = /* @__PURE__ */ firstOrder3({
  name: 'marginRanking',
  family: 'ranking',
  kernels,
  inputs: [input('a'), input('b'), input('target', 'sign', 'for targets y of 0 and 1 give 2 * y - 1')],
  parameters: { margin: nonNegative(0) },
  value: (a, b, y, { margin }) => Math.max(0, slack(a, b, y, margin)),
  grad: {
    a: (a, b, y, { margin }) => slope(slack(a, b, y, margin), -y),
    b: (a, b, y, { margin }) => slope(slack(a, b, y, margin), y),
  },
  loop: ({ value, grad }, p, { a, b, c, da, db, order, start, end, scale }) => {
    let sum = 0;
    for (let i = start; i < end; i++) {
      const x = a[i]!;
      const y = b[i]!;
      const z = c[i]!;
      sum += value(x, y, z, p);
      if (order > 0) {
        da[i] = scale * grad.a!(x, y, z, p);
        db[i] = scale * grad.b!(x, y, z, p);
      }
    }
    return sum;
  },
  smoothAt: (a, b, y, { margin }) => y * (a - b) !== margin,
  properties: {
    convex: true,
    lipschitz: Math.SQRT2,
    kinks: 'y(a − b) = margin',
    torch: 'torch.nn.functional.margin_ranking_loss',
    reference: 'Herbrich, Graepel, Obermayer (2000), Large Margin Rank Boundaries for Ordinal Regression',
  },
});

/** h, with what rounding a − b lost. */
function slack(a: number, b: number, y: number, margin: number): number {
  const gap = a - b;
  return margin - y * gap - y * lost(a, b, gap);
}

/** The slope where h > 0, else 0. */
const slope = (h: number, y: number): number => unlessNaN(h, indicator(h > 0) * y + 0);
