import type { OutOptions } from '../../core/base/types.ts';
import { regularizer } from '../../core/facade/loss.ts';
import type { Regularizer } from '../../core/facade/lossTypes.ts';
import { input } from '../../core/model/definition.ts';
import { within } from '../../core/model/parameters.ts';
import { sign, weigh } from '../formulas/math.ts';
import { kernels } from './kernels.ts';

/** Options of {@link elasticNet}. */
export interface ElasticNetOptions extends OutOptions {
  /** r in [0, 1], the share of the L1 penalty. Default 0.5. */
  l1Ratio?: number | undefined;
}

/**
 * Elastic net: a mixture of the L1 and L2 penalties, sparse like the one and steady under correlated inputs like the other.
 *
 * ```text
 * Ω = r Σ |θ| + (1−r) ½ Σ θ²
 * ∂Ω/∂θ = r sign θ + (1−r) θ
 * ```
 * No Hessian: `valueGradHess` doesn't exist.
 * - Shapes: `theta` of any shape; a sum, with no `reduction` and no weights.
 * - Domain: any numbers.
 * - Edges: the subgradient of |θ| at 0 is 0; r = 0 and r = 1 leave one penalty alone.
 * - Accuracy: within 4 ULP (float32) or 8 ULP (float64) per term; the sum is accumulated in float64.
 * - PyTorch: none; scikit-learn's `ElasticNet` has the same `l1_ratio`.
 *
 * @param theta - Parameters.
 * @param options - {@link ElasticNetOptions}.
 * @returns The sum.
 * @throws {TypeError} On an argument of the wrong kind or an unknown option.
 * @throws {RangeError} On `l1Ratio` outside [0, 1], or an `out` of another length.
 * @see Zou, Hastie (2005), Regularization and Variable Selection via the Elastic Net, https://doi.org/10.1111/j.1467-9868.2005.00503.x
 * @example
 * ```ts
 * import { elasticNet } from 'losskit';
 *
 * const { value, grad } = elasticNet.valueAndGrad([1, -2], { l1Ratio: 0.5 });
 * console.log(value); // → 2.75
 * console.log(grad.join(', ')); // → 1, -1.5
 * ```
 */
export const elasticNet: Regularizer<ElasticNetOptions> = /* @__PURE__ */ regularizer({
  name: 'elasticNet',
  family: 'objective',
  kernels,
  inputs: [input('theta')],
  parameters: { l1Ratio: within(0.5, '[0, 1]') },
  value: (theta, { l1Ratio: r }) => weigh(r, Math.abs(theta)) + (r < 1 ? 0.5 * (1 - r) * theta * theta : 0),
  grad: { theta: (theta, { l1Ratio: r }) => r * sign(theta) + weigh(1 - r, theta) },
  loop: ({ value, grad }, p, { a, da, order, start, end, scale }) => {
    let sum = 0;
    for (let i = start; i < end; i++) {
      const x = a[i]!;
      sum += value(x, p);
      if (order > 0) da[i] = scale * grad.theta!(x, p);
    }
    return sum;
  },
  smoothAt: (theta, { l1Ratio }) => theta !== 0 || l1Ratio === 0,
  properties: {
    convex: true,
    lipschitz: null,
    kinks: 'theta = 0, unless l1Ratio is 0',
    torch: null,
    reference: 'Zou, Hastie (2005), Regularization and Variable Selection via the Elastic Net',
  },
});
