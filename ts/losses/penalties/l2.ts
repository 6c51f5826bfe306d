import type { OutOptions } from '../../core/base/types.ts';
import { regularizer } from '../../core/facade/loss.ts';
import type { Regularizer } from '../../core/facade/lossTypes.ts';
import { input } from '../../core/model/definition.ts';
import { flag } from '../../core/model/parameters.ts';
import { kernels } from './kernels.ts';

/** Options of {@link l2}. */
export interface L2Options extends OutOptions {
  /** ½Σθ², whose gradient is θ. Default false. */
  half?: boolean | undefined;
}

/**
 * L2 penalty of parameters (ridge, weight decay): keeps them small.
 *
 * ```text
 * Ω = Σ θ²         (half: ½ Σ θ²)
 * ∂Ω/∂θ = 2θ       (half: θ)
 * ```
 * No Hessian: `valueGradHess` doesn't exist.
 * - Shapes: `theta` of any shape; a sum, with no `reduction` and no weights.
 * - Domain: any numbers.
 * - Edges: none.
 * - Accuracy: within 4 ULP (float32) or 8 ULP (float64) per term; the sum is accumulated in float64.
 * - PyTorch: `theta.square().sum()`; an optimiser's `weight_decay=λ` is λ times the gradient of `half`.
 *
 * @param theta - Parameters.
 * @param options - {@link L2Options}.
 * @returns The sum.
 * @throws {TypeError} On an argument of the wrong kind or an unknown option.
 * @throws {RangeError} On an `out` of another length.
 * @see Hoerl, Kennard (1970), Ridge Regression, https://doi.org/10.1080/00401706.1970.10488634
 * @example
 * ```ts
 * import { l2 } from 'losskit';
 *
 * const { value, grad } = l2.valueAndGrad([0.5, -2, 1]);
 * console.log(value, l2([0.5, -2, 1], { half: true })); // → 5.25 2.625
 * console.log(grad.join(', ')); // → 1, -4, 2
 * ```
 */
export const l2: Regularizer<L2Options> = /* @__PURE__ */ regularizer({
  name: 'l2',
  family: 'objective',
  kernels,
  inputs: [input('theta')],
  parameters: { half: flag(false) },
  value: (theta, { half }) => (half ? 0.5 : 1) * theta * theta,
  grad: { theta: (theta, { half }) => (half ? 1 : 2) * theta },
  loop: ({ value, grad }, p, { a, da, order, start, end, scale }) => {
    let sum = 0;
    for (let i = start; i < end; i++) {
      const x = a[i]!;
      sum += value(x, p);
      if (order > 0) da[i] = scale * grad.theta!(x, p);
    }
    return sum;
  },
  properties: {
    convex: true,
    lipschitz: null,
    kinks: '',
    torch: null,
    reference: 'Hoerl, Kennard (1970), Ridge Regression',
  },
});
