import { elboLoss } from '../../core/compose/elbo.ts';
import type { SmoothOptions } from '../../core/facade/loss.ts';
import type { ElboLoss } from '../../core/facade/lossTypes.ts';
import { choice, nonNegative, positive } from '../../core/model/parameters.ts';
import { binaryCrossEntropyWithLogits } from '../binary/binaryCrossEntropyWithLogits.ts';
import { gaussianKl } from './gaussianKl.ts';
import { gaussianReconstruction } from './gaussianReconstruction.ts';

/** Options of {@link elbo}. */
export interface ElboOptions extends SmoothOptions<'recon' | 'mu' | 'logVar'> {
  /** 'bernoulli': `recon` holds logits of data in [0, 1]; 'gaussian': means of any data. Default 'bernoulli'. */
  likelihood?: 'bernoulli' | 'gaussian' | undefined;
  /** σ² of 'gaussian'; finite and > 0. Default 1. */
  variance?: number | undefined;
  /** β, the weight of the KL term; finite and ≥ 0. Default 1. */
  beta?: number | undefined;
}

/**
 * The negative evidence lower bound of a variational autoencoder, to minimise: reconstruction plus β times the KL divergence
 * of the approximate posterior N(μ, e^v) from the prior N(0, I).
 *
 * ```text
 * L = Σ_features R + β · ½ Σ_d (μ_d² + e^{v_d} − 1 − v_d),  v = logVar
 * R = −[x ln σ(r) + (1−x) ln(1−σ(r))]   (bernoulli)    r = recon, x = target
 *     ½(x − r)²/σ²                      (gaussian)
 * ∂L/∂r = σ(r) − x  or  (r − x)/σ²;   ∂L/∂μ_d = β μ_d;   ∂L/∂v_d = ½β(e^{v_d} − 1)
 * ∂²L/∂r² = σ(r) σ(−r)  or  1/σ²;     ∂²L/∂μ_d² = β;     ∂²L/∂v_d² = ½β e^{v_d}
 * ```
 * - Shapes: `recon` and `target` [n, features], `mu` and `logVar` [n, D]; flat arrays need `batch`. One loss per row.
 * - Domain: `target` in [0, 1] for 'bernoulli'; the rest any numbers.
 * - Edges: those of `binaryCrossEntropyWithLogits` and `gaussianKl`. The constant ½ ln 2πσ² is left out.
 * - Accuracy: within 4 ULP (float32) or 8 ULP (float64), plus one per doubling of the row's length above 16.
 * - PyTorch: none; `binary_cross_entropy_with_logits(..., reduction='sum')` plus the KL term written out.
 *
 * @param inputs - `recon`, `target`, `mu` and `logVar`.
 * @param options - {@link ElboOptions}, with `reduction`.
 * @returns The mean over the rows, the sum, or with `reduction: 'none'` one loss per row. With gradients also
 *   `reconstruction` and `kl` (without β), reduced likewise: value = reconstruction + β·kl.
 * @throws {TypeError} On an argument of the wrong kind or an unknown option.
 * @throws {RangeError} On data or options outside their domain, or lengths or shapes that don't agree.
 * @see Kingma, Welling (2014), Auto-Encoding Variational Bayes, https://arxiv.org/abs/1312.6114
 * @see Higgins et al. (2017), beta-VAE, https://openreview.net/forum?id=Sy2fzU9gl
 * @example
 * ```ts
 * import { elbo } from 'losskit';
 *
 * const inputs = { recon: [[0.5, 2]], target: [[1, 1]], mu: [[1, -2]], logVar: [[0, 0]] };
 * const { value, reconstruction, kl, grad } = elbo.valueAndGrad(inputs, { likelihood: 'gaussian', beta: 2 });
 * console.log(value, reconstruction, kl); // → 5.625 0.625 2.5
 * console.log(grad.recon.join(', ')); // → -0.5, 1
 * console.log(grad.mu.join(', ')); // → 2, -4
 * ```
 */
export const elbo: ElboLoss<ElboOptions> = /* @__PURE__ */ elboLoss({
  name: 'elbo',
  parameters: { likelihood: choice(['bernoulli', 'gaussian']), variance: positive(1), beta: nonNegative(1) },
  bernoulli: binaryCrossEntropyWithLogits,
  gaussian: gaussianReconstruction,
  kl: gaussianKl,
  properties: {
    convex: true,
    lipschitz: null,
    kinks: '',
    torch: null,
    reference: 'Kingma, Welling (2014), Auto-Encoding Variational Bayes',
  },
});
