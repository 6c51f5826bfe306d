import { type ClassOptions, distribution2 } from '../../core/facade/loss.ts';
import type { SmoothLoss2 } from '../../core/facade/lossTypes.ts';
import { input } from '../../core/model/definition.ts';
import { choice, positive } from '../../core/model/parameters.ts';
import { kernels as distillation } from '../distillation/kernels.ts';
import { Distribution, forms, words } from '../formulas/distribution.ts';
import { over, sum, unlessNaN, unlessZero } from '../formulas/math.ts';
import { softmaxGrad, softmaxHess } from '../formulas/softmax.ts';
import { kernels } from './kernels.ts';

/** Options of {@link klDivergence}. */
export interface KlDivergenceOptions extends ClassOptions {
  /** What q is given as. Default 'probabilities'. */
  input?: 'probabilities' | 'logProbabilities' | 'logits' | undefined;
  /** What p is given as. Default 'probabilities'. */
  target?: 'probabilities' | 'logProbabilities' | 'logits' | undefined;
  /** T > 0 divides whatever is given as logits, before its softmax. Default 1. */
  temperature?: number | undefined;
}

/**
 * Kullback-Leibler divergence D(P‖Q) of a model Q from a target distribution P: the loss of distillation.
 *
 * ```text
 * L = Σ_k p_k (ln p_k − ln q_k)
 * probabilities:      ∂L/∂q_k = −p_k/q_k               ∂²L/∂q_k² = p_k/q_k²
 * logProbabilities:   ∂L/∂(ln q_k) = −p_k              ∂²L/∂(ln q_k)² = 0
 * logits:             ∂L/∂z_k = (q_k Σ p − p_k)/T      ∂²L/∂z_k² = q_k (1 − q_k) Σ p/T²,    q = softmax(z/T)
 * ```
 * - Shapes: `q` and `p` [n, K], or flat with `classes`, `batch` or `shape`; one loss per row. The classes may be any `axis`.
 *   Gradient with respect to `q` only.
 * - Domain: probabilities in [0, 1], not renormalised; logarithms and logits any numbers.
 * - Edges: a term with p_k = 0 (or ln p_k = −∞) is exactly 0, its gradient too, and its q_k isn't read (a NaN there doesn't
 *   matter), except among logits, of which the softmax uses the whole row; p_k > 0 with q_k = 0 gives +∞.
 * - Accuracy: within 4 ULP (float32) or 8 ULP (float64) of the larger of Σ p|ln p| and Σ p|ln q|.
 * - Distillation: some multiply this loss by T², so that its gradient doesn't shrink with T (Hinton 2015); here no factor is added.
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
    input('p', 'unit', "for log-probabilities say { target: 'logProbabilities' }, for logits { target: 'logits' }"),
  ],
  target: 'none',
  parameters: { input: choice(words), target: choice(words), temperature: positive(1) },
  // Among the losses of a softmax, whose loops it needs.
  variant: ({ input, target, temperature }) => {
    if (input !== 'logits' && target !== 'logits') return null;
    return target === 'logits' || temperature !== 1 ? distilled : ofLogits;
  },
  kernelParameters: ({ input, target, temperature }) => {
    if (input !== 'logits' && target !== 'logits') return [forms[input], forms[target]];
    return target === 'logits' || temperature !== 1 ? [forms[input], forms[target], temperature] : [forms[target]];
  },
  // A softmax uses its whole row.
  counts: ({ p }, k, { input, target }) => input === 'logits' || p[k] !== (target === 'probabilities' ? 0 : -Infinity),
  share: ({ q, p }, { input, target, temperature }, last: Pair = new Pair(q.length)) => {
    last.q.of(q, input, temperature);
    last.p.of(p, target, temperature);
    return last;
  },
  value: ({ shared: { q, p } }) =>
    sum(p.share.length, (k) => {
      const weight = p.share[k]!;
      return unlessZero(weight, p.timesLog(k, weight) - q.timesLog(k, weight));
    }),
  grad: ({ q: given, shared: { q, p } }, { input, temperature }, out) => {
    if (input === 'logits') {
      softmaxGrad(q.softmax, p.share, out.q);
      for (let k = 0; k < given.length; k++) out.q[k] = out.q[k]! / temperature;
      return;
    }
    for (let k = 0; k < given.length; k++) {
      const weight = p.share[k]!;
      const slope = input === 'probabilities' ? over(-weight, given[k]!) : unlessNaN(given[k]!, -weight);
      out.q[k] = unlessZero(weight, slope);
    }
  },
  hess: ({ q: given, shared: { q, p } }, { input, temperature }, out) => {
    if (input === 'logits') {
      softmaxHess(q.softmax, p.share, out.q);
      for (let k = 0; k < given.length; k++) out.q[k] = out.q[k]! / temperature / temperature;
      return;
    }
    for (let k = 0; k < given.length; k++) {
      const [x, weight] = [given[k]!, p.share[k]!];
      const bend = input === 'probabilities' ? over(over(weight, x), x) : unlessNaN(x, unlessNaN(weight, 0));
      out.q[k] = unlessZero(weight, bend);
    }
  },
  domains: ({ input, target }) => ({
    q: input === 'probabilities' ? 'unit' : 'real',
    p: target === 'probabilities' ? 'unit' : 'real',
  }),
  properties: {
    convex: true,
    // For targets that sum to 1 at most.
    lipschitz: ({ input, temperature }) =>
      input === 'logits' ? Math.SQRT2 / temperature : input === 'logProbabilities' ? 1 : null,
    kinks: '',
    torch: 'torch.nn.functional.kl_div',
    reference: 'Kullback, Leibler (1951), On Information and Sufficiency',
  },
});

/** Both distributions of a row. */
class Pair {
  readonly q: Distribution;
  readonly p: Distribution;

  constructor(classes: number) {
    this.q = new Distribution(classes);
    this.p = new Distribution(classes);
  }
}

const ofLogits = { suffix: '_logits', kernels: distillation };
const distilled = { suffix: '_distilled', kernels: distillation };
