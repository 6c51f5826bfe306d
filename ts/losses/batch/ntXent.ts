import { Sum } from '../../core/base/sum.ts';
import { type BatchOptions, batchwise } from '../../core/facade/loss.ts';
import type { BatchLoss2 } from '../../core/facade/lossTypes.ts';
import { input } from '../../core/model/definition.ts';
import { divider, flag } from '../../core/model/parameters.ts';
import { anchorOf, directions, project, pull, slope } from '../formulas/contrast.ts';
import { Softmax } from '../formulas/softmax.ts';
import { dot } from '../formulas/vectors.ts';
import { kernels } from './kernels.ts';

/** Options of {@link ntXent}. */
export interface NtXentOptions extends BatchOptions<'za' | 'zb'> {
  /** τ > 0, finite, and so is 1/τ: the lower, the more the hardest negatives count. Default 0.5. */
  temperature?: number | undefined;
  /** Compare by cosine; false: by dot product. Default true. */
  normalize?: boolean | undefined;
}

/**
 * NT-Xent, the contrastive loss of SimCLR: each of the 2N views should find its partner among all the other views.
 *
 * ```text
 * L_i = −s_ij/τ + ln Σ_{k≠i} e^{s_ik/τ},  s_ik = u_i·u_k,  u = z/|z| (or z),  j the partner of i
 * P_ik = e^{s_ik/τ} / Σ_{m≠i} e^{s_im/τ}
 * ∂L_i/∂s_ik = (P_ik − [k = j])/τ;   ∂/∂z = (g − (g·u) u)/|z| with g the gradient in u
 * ∂L_i/∂τ = −Σ_k s_ik ∂L_i/∂s_ik / τ                 in the result's parameterGrad.temperature
 * ```
 * No Hessian: `valueGradHess` doesn't exist.
 * - Shapes: `za` and `zb` [N, D], or flat with `dim` or `batch`; row i of one is the partner of row i of the other. One loss per
 *   anchor: 2N of them, za's first. The mean is over all 2N. The 2N×2N matrix is never built.
 * - Domain: any embeddings.
 * - Edges: a view is excluded from its own sum by index; a zero vector has cosine 0 and gradient 0; one pair alone gives 0.
 *   A NaN reaches all anchors, as all compare with all. `reduction: 'none'` has no gradient.
 * - Accuracy: that of `crossEntropy` of a row of 2N − 1, the errors of the products carried to first order. At the partner
 *   P − 1 is the sum of the others. Low temperatures don't overflow.
 * - PyTorch: none. pytorch-metric-learning's `NTXentLoss` has τ = 0.07.
 *
 * @param za - One view of each example.
 * @param zb - The other view.
 * @param options - {@link NtXentOptions}, with `reduction`; there is no `sampleWeight`.
 * @returns The mean over the 2N anchors, the sum, or with `reduction: 'none'` one loss per anchor.
 * @throws {TypeError} On an argument of the wrong kind, an unknown option, or a gradient with `reduction: 'none'`.
 * @throws {RangeError} On options outside their domain, or lengths or shapes that don't agree.
 * @see Chen, Kornblith, Norouzi, Hinton (2020), A Simple Framework for Contrastive Learning, https://arxiv.org/abs/2002.05709
 * @example
 * ```ts
 * import { ntXent } from 'losskit';
 *
 * const [za, zb] = [[[1, 0], [0, 1]], [[1, 0], [0, 1]]];
 * console.log(ntXent(za, zb).toFixed(4)); // → 0.2395
 * console.log(ntXent(za, zb, { temperature: 0.1 }).toExponential(3)); // → 9.080e-5
 * ```
 */
export const ntXent: BatchLoss2<NtXentOptions, 'za' | 'zb', 'temperature'> = /* @__PURE__ */ batchwise({
  name: 'ntXent',
  family: 'ranking',
  kernels,
  inputs: [input('za'), input('zb')],
  parameters: { temperature: divider(0.5), normalize: flag(true) },
  values: ({ inputs }, { temperature, normalize }, out) => {
    const z = directions(inputs.flat(), normalize);
    const softmax = new Softmax(z.u.length);
    const anchors = z.u.map((own, i) => {
      // A view's product with itself doesn't count.
      const s = Float64Array.from(z.u, (other, k) => (k === i ? -Infinity : dot(own, other)));
      const partner = (i + z.u.length / 2) % z.u.length;
      return anchorOf(s, (k) => k === partner, temperature, softmax);
    });
    anchors.forEach(({ loss }, i) => {
      out[i] = loss;
    });
    return { z, anchors };
  },
  grad: ({ z, anchors }, { temperature: t }, outs) => {
    const g = outs.flat();
    const { u } = z;
    const products = new Sum();
    // Both views have s_ik = u_i·u_k in their losses.
    for (let i = 0; i < u.length; i++) {
      for (let k = i + 1; k < u.length; k++) {
        products.add(
          pull(u[i]!, u[k]!, g[i]!, g[k]!, (s) => (slope(anchors[i]!, k, s, t) + slope(anchors[k]!, i, s, t)) / t),
        );
      }
    }
    project(g, z);
    return [-products.value() / t];
  },
  properties: {
    parameterGrad: ['temperature'],
    views: 2,
    convex: false,
    lipschitz: null,
    kinks: 'zero vectors, where normalized',
    torch: null,
    reference: 'Chen, Kornblith, Norouzi, Hinton (2020), A Simple Framework for Contrastive Learning',
  },
});
