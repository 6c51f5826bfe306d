import { type ClassOptions, classes } from '../../core/facade/loss.ts';
import type { ClassLoss } from '../../core/facade/lossTypes.ts';
import { input } from '../../core/model/definition.ts';
import { type Ignored, ignoreLabel } from '../../core/model/ignored.ts';
import { classVector, type PerClass } from '../../core/model/perClass.ts';
import { largestWeight, sum, unlessNaN, unlessZero } from '../formulas/math.ts';
import { kernels } from './kernels.ts';

/** Options of {@link nll}. */
export interface NllOptions extends ClassOptions {
  /** cw, one finite weight ≥ 0 per class. Default none: all 1. */
  classWeight?: PerClass | undefined;
  /** Rows with this label, or with one of these, are left out and never read. Default none. */
  ignoreIndex?: Ignored | undefined;
}

/**
 * Negative log-likelihood of classes, from log-probabilities such as a log-softmax's.
 *
 * ```text
 * L = −Σ_k t_k logp_k,  t_k = y_k cw_k
 * ∂L/∂logp_k = −t_k     ∂²L/∂logp_k² = 0
 * ```
 * - Shapes: `logp` [n, K]; `target` labels [n] or dense [n, K]; one loss per row. Flat arrays with dense targets need `classes`,
 *   `batch` or `shape`. The classes may be any `axis`: `logp` of [N, C, H, W] with `axis: 1` takes labels [N, H, W].
 * - Domain: any numbers, taken as they are, and not read where t_k = 0; labels integers in [0, K) or `ignoreIndex`; dense targets in [0, 1].
 * - Edges: a class with t_k = 0 contributes exactly 0 with gradient 0, whatever is there, NaN included. The mean divides by Σ w cw_y (for dense targets
 *   Σ w Σ_k y_k cw_k), ignored rows left out.
 * - Accuracy: within 4 ULP (float32) or 8 ULP (float64), plus one per doubling of K above 16.
 * - PyTorch: `torch.nn.functional.nll_loss`, the same for labels; that one knows no dense targets, and its `ignore_index` is
 *   −100 by default.
 *
 * @param logp - Log-probabilities.
 * @param target - Labels, or dense targets y.
 * @param options - {@link NllOptions}, with `reduction`.
 * @returns The weighted mean over the rows, the sum, or with `reduction: 'none'` one loss per row.
 * @throws {TypeError} On an argument of the wrong kind or an unknown option.
 * @throws {RangeError} On labels, targets or options outside their domain, or lengths or shapes that don't agree.
 * @see Good (1952), Rational Decisions, https://doi.org/10.1111/j.2517-6161.1952.tb00104.x
 * @example
 * ```ts
 * import { nll } from 'losskit';
 *
 * const { value, grad } = nll.valueAndGrad([[-0.5, -1.5, -2], [-1, -2, -0.75]], [0, 2]);
 * console.log(value); // → 0.625
 * console.log(grad.join(', ')); // → -0.5, 0, 0, 0, 0, -0.5
 * ```
 */
export const nll: ClassLoss<NllOptions> = /* @__PURE__ */ classes({
  name: 'nll',
  family: 'classification',
  kernels,
  inputs: [input('logp')],
  target: 'classes',
  targetDomain: 'unit',
  vector: 'classWeight',
  parameters: { classWeight: classVector(), ignoreIndex: ignoreLabel() },
  counts: ({ target: t }, k) => t[k] !== 0,
  value: ({ logp, target: t }) => sum(logp.length, (k) => unlessZero(t[k]!, -t[k]! * logp[k]!)),
  grad: ({ logp, target: t }, _, out) => {
    for (let k = 0; k < logp.length; k++) out.logp[k] = unlessZero(t[k]!, unlessNaN(logp[k]!, -t[k]!));
  },
  hess: ({ logp, target: t }, _, out) => {
    for (let k = 0; k < logp.length; k++) out.logp[k] = unlessZero(t[k]!, unlessNaN(logp[k]!, 0));
  },
  properties: {
    convex: true,
    // For targets that sum to 1 at most.
    lipschitz: ({ classWeight }) => largestWeight(classWeight),
    kinks: '',
    torch: 'torch.nn.functional.nll_loss',
    reference: 'Good (1952), Rational Decisions',
  },
});
