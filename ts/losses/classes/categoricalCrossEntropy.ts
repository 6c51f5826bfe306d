import { type ClassOptions, classes } from '../../core/facade/loss.ts';
import type { ClassLoss } from '../../core/facade/lossTypes.ts';
import { input } from '../../core/model/definition.ts';
import { type Ignored, ignoreLabel } from '../../core/model/ignored.ts';
import { within } from '../../core/model/parameters.ts';
import { classVector, type PerClass } from '../../core/model/perClass.ts';
import { over, sum, unlessZero } from '../formulas/math.ts';
import { kernels } from './kernels.ts';

/** Options of {@link categoricalCrossEntropy}. */
export interface CategoricalCrossEntropyOptions extends ClassOptions {
  /** cw, one finite weight ≥ 0 per class. Default none: all 1. */
  classWeight?: PerClass | undefined;
  /** Rows with this label, or with one of these, are left out and never read. Default none. */
  ignoreIndex?: Ignored | undefined;
  /** ε in [0, 1]: the target becomes (1−ε)y + ε/K. Default 0. */
  labelSmoothing?: number | undefined;
}

/**
 * Cross-entropy from probabilities. Where you have logits, `crossEntropy` is more accurate and has bounded gradients.
 *
 * ```text
 * L = −Σ_k t_k ln p_k,  t_k = ((1−ε) y_k + ε/K) cw_k
 * ∂L/∂p_k = −t_k/p_k     ∂²L/∂p_k² = t_k/p_k²
 * ```
 * - Shapes: `p` [n, K]; `target` labels [n] or dense [n, K]; one loss per row. Flat arrays with dense targets need `classes`,
 *   `batch` or `shape`. The classes may be any `axis`: `p` of [N, C, H, W] with `axis: 1` takes labels [N, H, W].
 * - Domain: `p` in [0, 1], not renormalised, and not read where t_k = 0; labels integers in [0, K) or `ignoreIndex`; dense targets in [0, 1].
 * - Edges: a class with t_k = 0 contributes exactly 0 with gradient 0, whatever is there, NaN included; one with p = 0 and
 *   a target gives +∞. The mean divides by Σ w cw_y (for dense targets Σ w Σ_k y_k cw_k), ignored rows left out.
 * - Accuracy: within 4 ULP (float32) or 8 ULP (float64), plus one per doubling of K above 16.
 * - PyTorch: none; `nll_loss(p.log(), target)` comes near, with NaN at 0·ln 0 for dense targets.
 *
 * @param p - Probabilities.
 * @param target - Labels, or dense targets y.
 * @param options - {@link CategoricalCrossEntropyOptions}, with `reduction`.
 * @returns The weighted mean over the rows, the sum, or with `reduction: 'none'` one loss per row.
 * @throws {TypeError} On an argument of the wrong kind or an unknown option.
 * @throws {RangeError} On data, labels or options outside their domain, or lengths or shapes that don't agree.
 * @see Good (1952), Rational Decisions, https://doi.org/10.1111/j.2517-6161.1952.tb00104.x
 * @example
 * ```ts
 * import { categoricalCrossEntropy } from 'losskit';
 *
 * const { value, grad } = categoricalCrossEntropy.valueAndGrad([[0.5, 0.25, 0.25]], [0]);
 * console.log(value.toFixed(4)); // → 0.6931
 * console.log(grad.join(', ')); // → -2, 0, 0
 * ```
 */
export const categoricalCrossEntropy: ClassLoss<CategoricalCrossEntropyOptions> = /* @__PURE__ */ classes({
  name: 'categoricalCrossEntropy',
  family: 'classification',
  kernels,
  inputs: [input('p', 'unit', 'crossEntropy takes logits, nll takes log-probabilities')],
  target: 'classes',
  targetDomain: 'unit',
  vector: 'classWeight',
  parameters: { classWeight: classVector(), ignoreIndex: ignoreLabel(), labelSmoothing: within(0, '[0, 1]') },
  counts: ({ target: t }, k) => t[k] !== 0,
  value: ({ p, target: t }) => sum(p.length, (k) => unlessZero(t[k]!, -t[k]! * Math.log(p[k]!))),
  grad: ({ p, target: t }, _, out) => {
    for (let k = 0; k < p.length; k++) out.p[k] = unlessZero(t[k]!, over(-t[k]!, p[k]!));
  },
  hess: ({ p, target: t }, _, out) => {
    for (let k = 0; k < p.length; k++) out.p[k] = unlessZero(t[k]!, over(over(t[k]!, p[k]!), p[k]!));
  },
  properties: {
    convex: true,
    lipschitz: null,
    kinks: '',
    torch: null,
    reference: 'Good (1952), Rational Decisions',
  },
});
