import { type ClassOptions, distribution2 } from '../../core/facade/loss.ts';
import type { SmoothLoss2 } from '../../core/facade/lossTypes.ts';
import { input } from '../../core/model/definition.ts';
import { choice, positive, within } from '../../core/model/parameters.ts';
import { kernels as distillation } from '../distillation/kernels.ts';
import { Distribution, type Form, forms, words } from '../formulas/distribution.ts';
import { sum, unlessZero } from '../formulas/math.ts';
import { kernels } from './kernels.ts';

/** Options of {@link jensenShannon}. */
export interface JensenShannonOptions extends ClassOptions {
  /** β in (0, 1), the target's share of the mixture. Default 0.5, where the loss is symmetric. */
  beta?: number | undefined;
  /** What q is given as. Default 'probabilities'. */
  input?: 'probabilities' | 'logProbabilities' | 'logits' | undefined;
  /** What p is given as. Default 'probabilities'. */
  target?: 'probabilities' | 'logProbabilities' | 'logits' | undefined;
  /** T > 0 divides whatever is given as logits, before its softmax. Default 1. */
  temperature?: number | undefined;
}

/**
 * Jensen-Shannon divergence of a model Q from a target distribution P: a divergence with a bound, also where their classes don't overlap.
 *
 * ```text
 * L = β KL(P‖M) + (1−β) KL(Q‖M),  m_k = β p_k + (1−β) q_k
 *   = Σ_k β p_k ln(p_k/m_k) + (1−β) q_k ln(q_k/m_k)         u_k = (1−β) ln(q_k/m_k),  v_k = (1−β) β p_k/m_k
 * probabilities:      ∂L/∂q_k = u_k                         ∂²L/∂q_k² = v_k/q_k
 * logProbabilities:   ∂L/∂(ln q_k) = q_k u_k                ∂²L/∂(ln q_k)² = q_k (u_k + v_k)
 * logits:             ∂L/∂z_k = q_k (u_k − ū)/T             ∂²L/∂z_k² = q_k [(1 − 2q_k)(u_k − ū + v_k) + q_k v̄]/T²
 *                     q = softmax(z/T),  ū = Σ_j q_j u_j,  v̄ = Σ_j q_j v_j
 * ```
 * - Shapes: `q` and `p` [n, K], or flat with `classes`, `batch` or `shape`; one loss per row. The classes may be any `axis`. Gradient with respect to `q` only.
 * - Domain: probabilities in [0, 1], not renormalised; logarithms and logits any numbers.
 * - Edges: a share of 0 contributes 0. At q_k = 0 the derivatives in q_k are their limits: −∞ and +∞ where p_k > 0.
 * - Accuracy: within 4 ULP (float32) or 8 ULP (float64) of the larger of the sums of |terms|; ln(p/m) is accurate where p and q are close.
 * - PyTorch: none. Liger: `LigerFusedLinearJSD`, whose β weighs the same way, on log-probabilities.
 *
 * @param q - The model's distribution.
 * @param p - The target distribution.
 * @param options - {@link JensenShannonOptions}, with `reduction`.
 * @returns The mean over the rows, the sum, or with `reduction: 'none'` one loss per row.
 * @throws {TypeError} On an argument of the wrong kind or an unknown option.
 * @throws {RangeError} On probabilities or options outside their domain, or lengths or shapes that don't agree.
 * @see Lin (1991), Divergence Measures Based on the Shannon Entropy, https://doi.org/10.1109/18.61115
 * @example
 * ```ts
 * import { jensenShannon } from 'losskit';
 *
 * const { value, grad } = jensenShannon.valueAndGrad([[0.25, 0.75]], [[0.5, 0.5]]);
 * console.log(value.toFixed(4)); // → 0.0338
 * console.log([...grad].map((g) => g.toFixed(4)).join(', ')); // → -0.2027, 0.0912
 * ```
 */
export const jensenShannon: SmoothLoss2<JensenShannonOptions> = /* @__PURE__ */ distribution2({
  name: 'jensenShannon',
  family: 'probabilistic',
  kernels,
  inputs: [
    input('q', 'unit', "for log-probabilities say { input: 'logProbabilities' }, for logits { input: 'logits' }"),
    input('p', 'unit', "for log-probabilities say { target: 'logProbabilities' }, for logits { target: 'logits' }"),
  ],
  target: 'none',
  parameters: {
    beta: within(0.5, '(0, 1)'),
    input: choice(words),
    target: choice(words),
    temperature: positive(1),
  },
  // In double precision: shares that are computed first have to be more exact than their logarithms or logits.
  variant: (p) => (isPlain(p) ? null : distilled),
  kernelParameters: (p) => (isPlain(p) ? [p.beta] : [forms[p.input], forms[p.target], p.temperature, p.beta]),
  share: ({ q, p }, { input, target, temperature, beta }, last: Mixture = new Mixture(q.length)) => {
    last.q.of(q, input, temperature);
    last.p.of(p, target, temperature);
    last.beta = beta;
    return last;
  },
  value: ({ shared: m }) => sum(m.q.share.length, (k) => m.term(k)),
  grad: ({ shared: m }, { input, temperature }, out) => {
    const n = out.q.length;
    if (input === 'probabilities') for (let k = 0; k < n; k++) out.q[k] = m.slope(k);
    else for (let k = 0; k < n; k++) out.q[k] = m.first(k);
    if (input !== 'logits') return;
    const first = out.q.slice();
    const all = sum(n, (k) => first[k]!);
    for (let k = 0; k < n; k++) {
      out.q[k] = (first[k]! * m.q.rest(k) - m.q.share[k]! * others(m.q, first, all, k)) / temperature;
    }
  },
  hess: ({ shared: m }, { input, temperature }, out) => {
    const n = out.q.length;
    if (input === 'probabilities')
      for (let k = 0; k < n; k++) out.q[k] = unlessZero(m.p.share[k]!, m.bend(k) / m.q.share[k]!);
    else for (let k = 0; k < n; k++) out.q[k] = m.first(k) + m.q.share[k]! * m.bend(k);
    if (input !== 'logits') return;
    const [first, second] = [new Float64Array(n).map((_, k) => m.first(k)), out.q.slice()];
    const all = [first, second].map((x) => sum(n, (k) => x[k]!));
    for (let k = 0; k < n; k++) {
      const [q, rest] = [m.q.share[k]!, m.q.rest(k)];
      const curvature = second[k]! * rest * rest - q * rest * all[0]! + q * q * others(m.q, second, all[1]!, k);
      out.q[k] = curvature / temperature / temperature;
    }
  },
  domains: ({ input, target }) => ({
    q: input === 'probabilities' ? 'unit' : 'real',
    p: target === 'probabilities' ? 'unit' : 'real',
  }),
  properties: {
    convex: true,
    lipschitz: null,
    kinks: '',
    torch: null,
    reference: 'Lin (1991), Divergence Measures Based on the Shannon Entropy',
  },
});

/** Whether both are given as probabilities. */
const isPlain = ({ input, target }: { readonly input: Form; readonly target: Form }): boolean =>
  input === 'probabilities' && target === 'probabilities';

/** Both distributions of a row, and their mixture. */
class Mixture {
  readonly q: Distribution;
  readonly p: Distribution;
  beta = 0.5;

  constructor(classes: number) {
    this.q = new Distribution(classes);
    this.p = new Distribution(classes);
  }

  /** β p ln(p/m) + (1−β) q ln(q/m). */
  term(k: number): number {
    const [p, beta] = [this.p.share[k]!, this.beta];
    return unlessZero(p, beta * p * this.#ln(k, p, 1 - beta)) + this.first(k);
  }

  /** u = (1−β) ln(q/m). */
  slope(k: number): number {
    return (1 - this.beta) * this.#ln(k, this.q.share[k]!, -this.beta);
  }

  /** q u. */
  first(k: number): number {
    const q = this.q.share[k]!;
    return unlessZero(q, q * this.slope(k));
  }

  /** v = (1−β) β p/m. */
  bend(k: number): number {
    const p = this.p.share[k]!;
    return unlessZero(p, (1 - this.beta) * this.beta * (p / this.#m(k)));
  }

  #m(k: number): number {
    return this.beta * this.p.share[k]! + (1 - this.beta) * this.q.share[k]!;
  }

  /** ln(share/m), where share/m − 1 is a part of (p − q)/m. */
  #ln(k: number, share: number, part: number): number {
    const m = this.#m(k);
    if (m === 0) return 0;
    const lessOne = (part * (this.p.share[k]! - this.q.share[k]!)) / m;
    return Math.abs(lessOne) < 0.5 ? Math.log1p(lessOne) : Math.log(share / m);
  }
}

/** Σ_{j≠k} x_j: not a difference where the share of k exceeds ½. */
const others = ({ share }: Distribution, x: Float64Array, all: number, k: number): number =>
  share[k]! > 0.5 ? sum(x.length, (j) => (j === k ? 0 : x[j]!)) : all - x[k]!;

const distilled = { suffix: '_distilled', kernels: distillation };
