import { type ClassOptions, distribution2 } from '../../core/facade/loss.ts';
import type { SmoothLoss2 } from '../../core/facade/lossTypes.ts';
import { input } from '../../core/model/definition.ts';
import { choice } from '../../core/model/parameters.ts';
import { over, sum, unlessNaN, unlessZero, weigh } from '../formulas/math.ts';
import { Softmax, softmaxGrad, softmaxHess } from '../formulas/softmax.ts';
import { kernels as softmaxKernels } from '../softmax/kernels.ts';
import { kernels } from './kernels.ts';

/** Options of {@link klDivergence}. */
export interface KlDivergenceOptions extends ClassOptions {
  /** What q is given as. Default 'probabilities'. */
  input?: 'probabilities' | 'logProbabilities' | 'logits' | undefined;
  /** What p is given as. Default 'probabilities'. */
  target?: 'probabilities' | 'logProbabilities' | undefined;
}

/**
 * Kullback-Leibler divergence D(P‖Q) of a model Q from a target distribution P: the loss of distillation.
 *
 * ```text
 * L = Σ_k p_k (ln p_k − ln q_k)
 * probabilities:      ∂L/∂q_k = −p_k/q_k               ∂²L/∂q_k² = p_k/q_k²
 * logProbabilities:   ∂L/∂(ln q_k) = −p_k              ∂²L/∂(ln q_k)² = 0
 * logits:             ∂L/∂z_k = q_k Σ p − p_k,         ∂²L/∂z_k² = q_k (1 − q_k) Σ p,    q = softmax(z)
 * ```
 * - Shapes: `q` and `p` [n, K], or flat with `classes`, `batch` or `shape`; one loss per row. The classes may be any `axis`.
 *   Gradient with respect to `q` only.
 * - Domain: probabilities in [0, 1], not renormalised; logarithms and logits any numbers.
 * - Edges: a term with p_k = 0 (or ln p_k = −∞) is exactly 0, its gradient too, and its q_k isn't read (a NaN there doesn't
 *   matter), except among logits, of which the softmax uses the whole row; p_k > 0 with q_k = 0 gives +∞.
 * - Accuracy: within 4 ULP (float32) or 8 ULP (float64) of the larger of Σ p|ln p| and Σ p|ln q|.
 * - PyTorch: `torch.nn.functional.kl_div`; that one takes ln q only, and its 'mean' divides by n·K ('batchmean' by n, as here).
 *
 * @param q - The model's distribution.
 * @param p - The target distribution.
 * @param options - {@link KlDivergenceOptions}, with `reduction`.
 * @returns The mean over the rows, the sum, or with `reduction: 'none'` one loss per row.
 * @throws {TypeError} On an argument of the wrong kind or an unknown option.
 * @throws {RangeError} On probabilities or options outside their domain, or lengths or shapes that don't agree.
 * @see Kullback, Leibler (1951), On Information and Sufficiency, https://doi.org/10.1214/aoms/1177729694
 * @example
 * ```ts
 * import { klDivergence } from 'losskit';
 *
 * const { value, grad } = klDivergence.valueAndGrad([[0.25, 0.75]], [[0.5, 0.5]]);
 * console.log(value.toFixed(4)); // → 0.1438
 * console.log([...grad].map((g) => g.toFixed(4)).join(', ')); // → -2.0000, -0.6667
 * ```
 */
export const klDivergence: SmoothLoss2<KlDivergenceOptions> = /* @__PURE__ */ distribution2({
  name: 'klDivergence',
  family: 'probabilistic',
  kernels,
  inputs: [
    input('q', 'unit', "for log-probabilities say { input: 'logProbabilities' }, for logits { input: 'logits' }"),
    input('p', 'unit', "for log-probabilities say { target: 'logProbabilities' }"),
  ],
  target: 'none',
  parameters: {
    input: choice(['probabilities', 'logProbabilities', 'logits']),
    target: choice(['probabilities', 'logProbabilities']),
  },
  // Among the losses of a softmax, whose loops it needs.
  variant: ({ input }) => (input === 'logits' ? ofLogits : null),
  kernelParameters: ({ input, target }) => {
    const logTarget = Number(target === 'logProbabilities');
    return input === 'logits' ? [logTarget] : [Number(input === 'logProbabilities'), logTarget];
  },
  // A softmax uses its whole row.
  counts: ({ p }, k, { input, target }) => input === 'logits' || p[k] !== (target === 'probabilities' ? 0 : -Infinity),
  share: ({ q }, { input }, last: Softmax = new Softmax(q.length)) => (input === 'logits' ? last.of(q) : last),
  value: ({ q, p, shared }, { input, target }) => {
    const weights = probabilities(p, target);
    const lnP = target === 'probabilities' ? p.map(Math.log) : p;
    if (input === 'logits') {
      return sum(p.length, (k) => weigh(weights[k]!, lnP[k]!) + shared.nll(k, weights[k]!));
    }
    const lnQ = input === 'probabilities' ? q.map(Math.log) : q;
    return sum(p.length, (k) => unlessZero(weights[k]!, weights[k]! * (lnP[k]! - lnQ[k]!)));
  },
  grad: ({ q, p, shared }, { input, target }, out) => {
    const weights = probabilities(p, target);
    if (input === 'logits') return softmaxGrad(shared, weights, out.q);
    for (let k = 0; k < q.length; k++) {
      const slope = input === 'probabilities' ? over(-weights[k]!, q[k]!) : unlessNaN(q[k]!, -weights[k]!);
      out.q[k] = unlessZero(weights[k]!, slope);
    }
  },
  hess: ({ q, p, shared }, { input, target }, out) => {
    const weights = probabilities(p, target);
    if (input === 'logits') return softmaxHess(shared, weights, out.q);
    for (let k = 0; k < q.length; k++) {
      const bend =
        input === 'probabilities' ? over(over(weights[k]!, q[k]!), q[k]!) : unlessNaN(q[k]!, unlessNaN(p[k]!, 0));
      out.q[k] = unlessZero(weights[k]!, bend);
    }
  },
  domains: ({ input, target }) => ({
    q: input === 'probabilities' ? 'unit' : 'real',
    p: target === 'probabilities' ? 'unit' : 'real',
  }),
  properties: {
    convex: true,
    // For targets that sum to 1 at most.
    lipschitz: ({ input }) => (input === 'logits' ? Math.SQRT2 : input === 'logProbabilities' ? 1 : null),
    kinks: '',
    torch: 'torch.nn.functional.kl_div',
    reference: 'Kullback, Leibler (1951), On Information and Sufficiency',
  },
});

const probabilities = (p: Float64Array, target: 'probabilities' | 'logProbabilities'): Float64Array =>
  target === 'probabilities' ? p : p.map(Math.exp);

const ofLogits = { suffix: '_logits', kernels: softmaxKernels };
