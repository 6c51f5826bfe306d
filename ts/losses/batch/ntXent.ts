import type { MeanOptions, OutOptions, WidthOptions } from '../../core/base/types.ts';
import { batchwise } from '../../core/facade/loss.ts';
import type { Loss2 } from '../../core/facade/lossTypes.ts';
import { input } from '../../core/model/definition.ts';
import { flag, positive } from '../../core/model/parameters.ts';
import { Softmax } from '../formulas/softmax.ts';
import { dot, normalise } from '../formulas/vectors.ts';
import { kernels } from './kernels.ts';

/** Options of {@link ntXent}. */
export interface NtXentOptions extends MeanOptions, WidthOptions, OutOptions<'za' | 'zb'> {
  /** τ, finite and > 0: the lower, the more the hardest negatives count. Default 0.5. */
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
export const ntXent: Loss2<NtXentOptions, 'za' | 'zb'> = /* @__PURE__ */ batchwise({
  name: 'ntXent',
  family: 'ranking',
  kernels,
  inputs: [input('za'), input('zb')],
  parameters: { temperature: positive(0.5, [0.4, 40]), normalize: flag(true) },
  values: (batch, { temperature, normalize }, out) => {
    const z = [...rowsOf(batch.za, batch.n), ...rowsOf(batch.zb, batch.n)];
    const u = normalize ? z.map((x) => new Float64Array(x.length)) : z;
    const lengths = normalize ? z.map((x, i) => normalise(x, u[i]!)) : null;
    const softmax = new Softmax(u.length);
    const anchors = u.map((_, i) => anchorOf(i, u, temperature, softmax));
    for (let i = 0; i < u.length; i++) out[i] = anchors[i]!.loss;
    return { u, lengths, anchors };
  },
  grad: ({ u, lengths, anchors }, { temperature }, out) => {
    const g = [...rowsOf(out.za, u.length / 2), ...rowsOf(out.zb, u.length / 2)];
    // Both views of a pair have s_ik = u_i·u_k in their losses.
    for (let i = 0; i < u.length; i++) {
      for (let k = i + 1; k < u.length; k++) {
        const s = dot(u[i]!, u[k]!);
        const c = (slope(anchors[i]!, k, s, temperature) + slope(anchors[k]!, i, s, temperature)) / temperature;
        addScaled(g[i]!, c, u[k]!);
        addScaled(g[k]!, c, u[i]!);
      }
    }
    if (lengths !== null) for (let i = 0; i < u.length; i++) project(g[i]!, u[i]!, lengths[i]!);
  },
  properties: {
    convex: false,
    lipschitz: null,
    kinks: 'zero vectors, where normalized',
    torch: null,
    reference: 'Chen, Kornblith, Norouzi, Hinton (2020), A Simple Framework for Contrastive Learning',
  },
});

/** The n rows of a matrix. */
const rowsOf = (z: Float64Array, n: number): Float64Array[] =>
  Array.from({ length: n }, (_, i) => z.subarray((i * z.length) / n, ((i + 1) * z.length) / n));

/** What a view sees of the others: its loss, and what their softmax is made of. */
interface Anchor {
  readonly partner: number;
  readonly loss: number;
  /** 1 − p of the partner. */
  readonly rest: number;
  /** The largest product with another view, and Σ_k e^{(s_ik − best)/τ}. */
  readonly best: number;
  readonly total: number;
}

/** The softmax over the other views, of (s_ik − best)/τ, which is in range for any temperature: s_ii is masked by −∞. */
function anchorOf(i: number, u: Float64Array[], temperature: number, softmax: Softmax): Anchor {
  const s = Float64Array.from(u, (v, k) => (k === i ? -Infinity : dot(u[i]!, v)));
  const best = s.reduce((a, b) => Math.max(a, b), -Infinity);
  if (Number.isFinite(best)) for (let k = 0; k < s.length; k++) s[k] = (s[k]! - best) / temperature;
  const { total } = softmax.of(s);
  const partner = (i + u.length / 2) % u.length;
  return { partner, loss: softmax.nll(partner), rest: softmax.rest(partner), best, total };
}

/** ∂L_i/∂(s_ik/τ): p_k, less 1 for the partner. */
const slope = (a: Anchor, k: number, s: number, temperature: number): number =>
  k === a.partner ? -a.rest : (s === a.best ? 1 : Math.exp((s - a.best) / temperature)) / a.total;

/** g += c·u */
function addScaled(g: Float64Array, c: number, u: Float64Array): void {
  for (let d = 0; d < g.length; d++) g[d] = g[d]! + c * u[d]!;
}

/** From the gradient in u = z/|z| to that in z: (g − (g·u) u)/|z|. */
function project(g: Float64Array, u: Float64Array, length: number): void {
  const along = dot(g, u);
  for (let d = 0; d < g.length; d++) g[d] = length === 0 ? 0 : (g[d]! - along * u[d]!) / length;
}
