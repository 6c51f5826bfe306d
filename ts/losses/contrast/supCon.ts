import { Sum } from '../../core/base/sum.ts';
import { type BatchOptions, ofClasses } from '../../core/facade/loss.ts';
import type { BatchLabelLoss } from '../../core/facade/lossTypes.ts';
import { input } from '../../core/model/definition.ts';
import { divider, flag } from '../../core/model/parameters.ts';
import { anchorOf, directions, project, pull, slope } from '../formulas/contrast.ts';
import { Softmax } from '../formulas/softmax.ts';
import { dot } from '../formulas/vectors.ts';
import { kernels } from './kernels.ts';

/** Options of {@link supCon}. */
export interface SupConOptions extends BatchOptions {
  /** τ > 0, finite, and so is 1/τ: the lower, the more the nearest embeddings count. Default 0.1. */
  temperature?: number | undefined;
  /** Compare by cosine; false: by dot product. Default true. */
  normalize?: boolean | undefined;
}

/**
 * Supervised contrastive loss: each embedding should find the others of its class among all others.
 *
 * ```text
 * L_i = −1/|P| Σ_{p∈P} [s_ip/τ − ln Σ_{k≠i} e^{s_ik/τ}],  P the others of i's class,  s_ik = u_i·u_k,  u = z/|z| (or z)
 * Q_ik = e^{s_ik/τ} / Σ_{m≠i} e^{s_im/τ}
 * ∂L_i/∂s_ik = (Q_ik − [k ∈ P]/|P|)/τ;   ∂/∂z = (g − (g·u) u)/|z| with g the gradient in u
 * ∂L_i/∂τ = −Σ_k s_ik ∂L_i/∂s_ik / τ                 in the result's parameterGrad.temperature
 * ```
 * The mean over positives is outside the logarithm, as equation 2 of the paper has it (L_out).
 *
 * No Hessian: `valueGradHess` doesn't exist.
 * - Shapes: `z` [N, D], or flat; `labels` [N]. Views of one sample are rows with the same label. The N×N matrix is never built.
 * - Domain: any embeddings; labels are integers ≥ 0, which needn't be contiguous.
 * - Edges: an embedding that is alone in its class is no anchor: its loss is 0 and its weight 0, so that the mean is over the
 *   anchors that have a positive; it is still a negative of the others. Where none has one, value and gradient are 0. A zero
 *   vector has cosine 0 and gradient 0. A NaN reaches all. `reduction: 'none'` has no gradient.
 * - Accuracy: that of `crossEntropy` of a row of N − 1, the errors of the products carried to first order, relative to the
 *   largest of the terms that are subtracted where a class has more than two. Low temperatures don't overflow.
 * - PyTorch: none. pytorch-metric-learning's `SupConLoss` is the same mean; SupContrast's has τ = 0.07 and NaN for embeddings
 *   alone in their class.
 *
 * @param z - Embeddings.
 * @param labels - Their classes.
 * @param options - {@link SupConOptions}, with `reduction`; there is no `sampleWeight`.
 * @returns The mean over the anchors, the sum, or with `reduction: 'none'` one loss per embedding.
 * @throws {TypeError} On an argument of the wrong kind, or an unknown option.
 * @throws {RangeError} On labels or options outside their domain, lengths or shapes that don't agree, or a gradient with
 *   `reduction: 'none'`.
 * @see Khosla et al. (2020), Supervised Contrastive Learning, https://arxiv.org/abs/2004.11362
 * @example
 * ```ts
 * import { supCon } from 'losskit';
 *
 * const z = [[1, 0], [1, 0.2], [0, 1], [0.1, 1], [-1, 0]];
 * const { value, grad } = supCon.valueAndGrad(z, [0, 0, 1, 1, 2], { temperature: 0.5 });
 * console.log(value.toFixed(4), grad.length); // → 0.3724 10
 * ```
 */
export const supCon: BatchLabelLoss<SupConOptions, 'temperature'> = /* @__PURE__ */ ofClasses({
  name: 'supCon',
  family: 'ranking',
  kernels,
  inputs: [input('z')],
  target: 'labels',
  parameters: { temperature: divider(0.1), normalize: flag(true) },
  values: ({ inputs, classes }, { temperature, normalize }, out) => {
    const z = directions(inputs[0]!, normalize);
    const softmax = new Softmax(z.u.length);
    const anchors = z.u.map((own, i) => {
      // An embedding's product with itself doesn't count.
      const s = Float64Array.from(z.u, (other, k) => (k === i ? -Infinity : dot(own, other)));
      return anchorOf(s, (k) => k !== i && classes![k] === classes![i], temperature, softmax);
    });
    anchors.forEach(({ loss }, i) => {
      out[i] = loss;
    });
    return { z, anchors };
  },
  grad: ({ z, anchors }, { temperature: t }, [g]) => {
    const { u } = z;
    const products = new Sum();
    // Both embeddings have s_ik = u_i·u_k in their losses.
    for (let i = 0; i < u.length; i++) {
      for (let k = i + 1; k < u.length; k++) {
        products.add(
          pull(u[i]!, u[k]!, g![i]!, g![k]!, (s) => (slope(anchors[i]!, k, s, t) + slope(anchors[k]!, i, s, t)) / t),
        );
      }
    }
    project(g!, z);
    return [-products.value() / t];
  },
  properties: {
    parameterGrad: ['temperature'],
    convex: false,
    lipschitz: null,
    kinks: 'zero vectors, where normalized',
    torch: null,
    reference: 'Khosla et al. (2020), Supervised Contrastive Learning',
  },
});
