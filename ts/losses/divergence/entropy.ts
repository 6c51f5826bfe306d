import { type ClassOptions, distribution1 } from '../../core/facade/loss.ts';
import type { SmoothLoss1 } from '../../core/facade/lossTypes.ts';
import { input } from '../../core/model/definition.ts';
import { sum, weigh } from '../formulas/math.ts';
import { kernels } from './kernels.ts';

/** Options of {@link entropy}. */
export interface EntropyOptions extends ClassOptions {}

/**
 * Shannon's entropy of a distribution, in nats: how undecided a prediction is. A bonus (with a minus sign) or a penalty
 * beside another loss. Cross-entropy = entropy + KL divergence.
 *
 * ```text
 * H = −Σ_k p_k ln p_k
 * ∂H/∂p_k = −(1 + ln p_k)     ∂²H/∂p_k² = −1/p_k
 * ```
 * - Shapes: `p` [n, K], or flat with `classes`, `batch` or `shape`; one value per row. The classes may be any `axis`.
 * - Domain: `p` in [0, 1], not renormalised.
 * - Edges: 0·ln 0 = 0; at p_k = 0 the gradient is +∞ and the Hessian −∞. Concave, not convex.
 * - Accuracy: within 4 ULP (float32) or 8 ULP (float64), plus one per doubling of K above 16; of the gradient relative to the
 *   larger of 1 and |ln p_k|.
 * - PyTorch: none in `functional`; `torch.distributions.Categorical(probs=p).entropy()` renormalises p.
 *
 * @param p - Probabilities.
 * @param options - `reduction`, `classes`, `batch`, `sampleWeight`, `out`, `hessOut`.
 * @returns The mean over the rows, the sum, or with `reduction: 'none'` one value per row.
 * @throws {TypeError} On an argument of the wrong kind or an unknown option.
 * @throws {RangeError} On data outside [0, 1], lengths or shapes that don't agree, or a negative weight.
 * @see Shannon (1948), A Mathematical Theory of Communication, https://doi.org/10.1002/j.1538-7305.1948.tb01338.x
 * @example
 * ```ts
 * import { entropy } from 'losskit';
 *
 * console.log(entropy([[0.5, 0.5]]).toFixed(4)); // → 0.6931
 * console.log(entropy([[1, 0]])); // → 0
 * ```
 */
export const entropy: SmoothLoss1<EntropyOptions> = /* @__PURE__ */ distribution1({
  name: 'entropy',
  family: 'probabilistic',
  kernels,
  inputs: [input('p', 'unit', 'it takes probabilities: the softmax of logits')],
  target: 'none',
  parameters: {},
  value: ({ p }) => sum(p.length, (k) => weigh(p[k]!, -Math.log(p[k]!))),
  grad: ({ p }, _, out) => {
    for (let k = 0; k < p.length; k++) out.p[k] = -(1 + Math.log(p[k]!));
  },
  hess: ({ p }, _, out) => {
    for (let k = 0; k < p.length; k++) out.p[k] = -1 / Math.abs(p[k]!);
  },
  properties: {
    convex: false,
    lipschitz: null,
    kinks: '',
    torch: null,
    reference: 'Shannon (1948), A Mathematical Theory of Communication',
  },
});
