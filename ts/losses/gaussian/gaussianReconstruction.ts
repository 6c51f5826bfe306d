import { pointwise, type SmoothOptions } from '../../core/facade/loss.ts';
import type { SmoothLoss2 } from '../../core/facade/lossTypes.ts';
import { input } from '../../core/model/definition.ts';
import { positive } from '../../core/model/parameters.ts';
import { unlessNaN } from '../formulas/math.ts';
import { kernels } from './kernels.ts';

/** Options of {@link gaussianReconstruction}. */
export interface GaussianReconstructionOptions extends SmoothOptions {
  /** σ², finite and > 0. Default 1. */
  variance?: number | undefined;
}

/**
 * Squared error under a Gaussian of fixed variance: the reconstruction term of `elbo` with `likelihood: 'gaussian'`.
 *
 * ```text
 * L = ½e²/σ²,  e = recon − target
 * ∂L/∂recon = e/σ²     ∂²L/∂recon² = 1/σ²
 * ```
 */
export const gaussianReconstruction: SmoothLoss2<GaussianReconstructionOptions> = /* @__PURE__ */ pointwise({
  name: 'gaussianReconstruction',
  family: 'probabilistic',
  kernels,
  inputs: [input('recon'), input('target')],
  parameters: { variance: positive(1) },
  // Not e²/σ²: e² may overflow where the loss doesn't.
  value: (recon, target, { variance }) => 0.5 * (recon - target) * ((recon - target) / variance),
  // From halves where e overflows, which e/σ² may not.
  grad: {
    recon: (recon, target, { variance }) => {
      const e = recon - target;
      return Math.abs(e) < Infinity ? e / variance : 2 * ((0.5 * recon - 0.5 * target) / variance);
    },
  },
  hess: { recon: (recon, target, { variance }) => unlessNaN(recon - target, 1 / variance) },
  loop: ({ value, grad, hess }, p, { a, b, da, ha, order, start, end, scale }) => {
    let sum = 0;
    for (let i = start; i < end; i++) {
      const x = a[i]!;
      const y = b[i]!;
      sum += value(x, y, p);
      if (order > 0) da[i] = scale * grad.recon!(x, y, p);
      if (order > 1) ha[i] = scale * hess!.recon!(x, y, p);
    }
    return sum;
  },
  properties: {
    convex: true,
    lipschitz: null,
    kinks: '',
    torch: null,
    reference: 'Kingma, Welling (2014), Auto-Encoding Variational Bayes',
  },
});
