import { rowwise2, type SmoothOptions } from '../../core/facade/loss.ts';
import type { SmoothLoss2 } from '../../core/facade/lossTypes.ts';
import { input } from '../../core/model/definition.ts';
import { halfExp, halfExpm1, halfExpm1Minus, sum, unlessNaN } from '../formulas/math.ts';
import { kernels } from './kernels.ts';

/** Options of {@link gaussianKl}. */
export interface GaussianKlOptions extends SmoothOptions<'mu' | 'logVar'> {}

/**
 * KL divergence of a diagonal Gaussian from the standard normal: the regulariser of variational autoencoders.
 *
 * ```text
 * L = ½ Σ_d (μ_d² + e^{v_d} − 1 − v_d),  v = logVar        D(N(μ, e^v) ‖ N(0, 1))
 * ∂L/∂μ_d = μ_d              ∂²L/∂μ_d² = 1
 * ∂L/∂v_d = ½(e^{v_d} − 1)   ∂²L/∂v_d² = ½ e^{v_d}
 * ```
 * - Shapes: `mu` and `logVar` [n, D], or flat with `dim` or `batch`; one loss per row.
 * - Domain: any numbers.
 * - Edges: never negative; 0 exactly at μ = v = 0. v = ±∞ gives +∞.
 * - Accuracy: within 4 ULP (float32) or 8 ULP (float64), plus one per doubling of D above 16; near v = 0 too, where the
 *   formula written out cancels.
 * - PyTorch: none in `functional`; `torch.distributions.kl_divergence` of two Normals has it.
 *
 * @param mu - Means.
 * @param logVar - Logarithms of the variances.
 * @param options - `reduction`, `dim`, `batch`, `sampleWeight`, `out`, `hessOut`.
 * @returns The mean over the rows, the sum, or with `reduction: 'none'` one loss per row.
 * @throws {TypeError} On an argument of the wrong kind or an unknown option.
 * @throws {RangeError} On lengths or shapes that don't agree, or a negative weight.
 * @see Kingma, Welling (2014), Auto-Encoding Variational Bayes, appendix B, https://arxiv.org/abs/1312.6114
 * @example
 * ```ts
 * import { gaussianKl } from 'losskit';
 *
 * const { value, grad } = gaussianKl.valueAndGrad([[1, -2]], [[0, 0]]);
 * console.log(value); // → 2.5
 * console.log(grad.mu.join(', ')); // → 1, -2
 * console.log(grad.logVar.join(', ')); // → 0, 0
 * ```
 */
export const gaussianKl: SmoothLoss2<GaussianKlOptions, 'mu' | 'logVar'> = /* @__PURE__ */ rowwise2({
  name: 'gaussianKl',
  family: 'probabilistic',
  kernels,
  inputs: [input('mu'), input('logVar')],
  target: 'none',
  differentiable: ['mu', 'logVar'],
  parameters: {},
  value: ({ mu, logVar }) => sum(mu.length, (d) => 0.5 * mu[d]! * mu[d]! + halfExpm1Minus(logVar[d]!)),
  grad: ({ mu, logVar }, _, out) => {
    for (let d = 0; d < mu.length; d++) {
      out.mu[d] = mu[d]!;
      out.logVar[d] = halfExpm1(logVar[d]!);
    }
  },
  hess: ({ mu, logVar }, _, out) => {
    for (let d = 0; d < mu.length; d++) {
      out.mu[d] = unlessNaN(mu[d]!, 1);
      out.logVar[d] = halfExp(logVar[d]!);
    }
  },
  properties: {
    convex: true,
    lipschitz: null,
    kinks: '',
    torch: null,
    reference: 'Kingma, Welling (2014), Auto-Encoding Variational Bayes',
  },
});
