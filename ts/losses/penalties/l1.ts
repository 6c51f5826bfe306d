import type { OutOptions } from '../../core/base/types.ts';
import { regularizer } from '../../core/facade/loss.ts';
import type { Regularizer } from '../../core/facade/lossTypes.ts';
import { input } from '../../core/model/definition.ts';
import { sign } from '../formulas/math.ts';
import { kernels } from './kernels.ts';

/** Options of {@link l1}. */
export interface L1Options extends OutOptions {}

/**
 * L1 penalty of parameters (the lasso): drives the unneeded ones to exactly zero.
 *
 * ```text
 * Ω = Σ |θ|
 * ∂Ω/∂θ = sign θ
 * ```
 * No Hessian: `valueGradHess` doesn't exist.
 * - Shapes: `theta` of any shape; a sum, with no `reduction` and no weights.
 * - Domain: any numbers.
 * - Edges: the subgradient at θ = 0 is 0.
 * - Accuracy: the terms are exact, their sum is accumulated in float64.
 * - PyTorch: `theta.abs().sum()`.
 *
 * @param theta - Parameters.
 * @param options - `out`.
 * @returns The sum.
 * @throws {TypeError} On an argument of the wrong kind or an unknown option.
 * @throws {RangeError} On an `out` of another length.
 * @see Tibshirani (1996), Regression Shrinkage and Selection via the Lasso, https://doi.org/10.1111/j.2517-6161.1996.tb02080.x
 * @example
 * ```ts
 * import { l1 } from 'losskit';
 *
 * const { value, grad } = l1.valueAndGrad([0.5, -2, 0]);
 * console.log(value); // → 2.5
 * console.log(grad.join(', ')); // → 1, -1, 0
 * ```
 */
export const l1: Regularizer<L1Options> = /* @__PURE__ */ regularizer({
  name: 'l1',
  family: 'objective',
  kernels,
  inputs: [input('theta')],
  parameters: {},
  value: (theta) => Math.abs(theta),
  grad: { theta: (theta) => sign(theta) },
  loop: ({ value, grad }, p, { a, da, order, start, end, scale }) => {
    let sum = 0;
    for (let i = start; i < end; i++) {
      const x = a[i]!;
      sum += value(x, p);
      if (order > 0) da[i] = scale * grad.theta!(x, p);
    }
    return sum;
  },
  smoothAt: (theta) => theta !== 0,
  properties: {
    convex: true,
    lipschitz: 1,
    kinks: 'theta = 0',
    torch: null,
    reference: 'Tibshirani (1996), Regression Shrinkage and Selection via the Lasso',
  },
});
