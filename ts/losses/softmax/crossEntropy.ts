import { type ClassOptions, classes } from '../../core/facade/loss.ts';
import type { ClassLoss } from '../../core/facade/lossTypes.ts';
import { input } from '../../core/model/definition.ts';
import { type Ignored, ignoreLabel } from '../../core/model/ignored.ts';
import { nonNegative, optional, positive, within } from '../../core/model/parameters.ts';
import { classVector, type PerClass } from '../../core/model/perClass.ts';
import { Bent } from '../formulas/bend.ts';
import { largestWeight, square } from '../formulas/math.ts';
import { Softmax, softmaxGrad, softmaxHess, softmaxLoss } from '../formulas/softmax.ts';
import { kernels } from './kernels.ts';

/** Options of {@link crossEntropy}. */
export interface CrossEntropyOptions extends ClassOptions {
  /** cw, one finite weight ≥ 0 per class. Default none: all 1. */
  classWeight?: PerClass | undefined;
  /** Rows with this label, or with one of these, are left out and never read. Default none. */
  ignoreIndex?: Ignored | undefined;
  /** ε in [0, 1]: the target becomes (1−ε)y + ε/K. Default 0. */
  labelSmoothing?: number | undefined;
  /** T > 0: the softmax is that of x = z/T. Default 1. */
  temperature?: number | undefined;
  /** c > 0: logits are bounded smoothly before that, x = c tanh(z/c)/T. Default none. */
  softcap?: number | null | undefined;
  /** ζ ≥ 0: adds ζ l² to each row's loss, l = ln Σ_k e^(x_k). Default 0. */
  zLoss?: number | undefined;
}

/**
 * Cross-entropy from logits: the loss of multi-class classification.
 *
 * ```text
 * L = −Σ_k t_k ln p_k,  p = softmax(logits),  t_k = ((1−ε) y_k + ε/K) cw_k,  T = Σ_k t_k
 * ∂L/∂z_k = T p_k − t_k     ∂²L/∂z_k² = T p_k (1 − p_k)
 *
 * with temperature τ, softcap c and zLoss ζ: p = softmax(x),  x_k = c tanh(z_k/c)/τ,  l = ln Σ_k e^(x_k),  L + ζ l²
 * ∂L/∂z_k = [(T + 2ζ l) p_k − t_k] sech²(z_k/c)/τ     ∂²L/∂z_k² = T p_k (1 − p_k)/τ²  without c and ζ; with them a TypeError
 * ```
 * - Shapes: `logits` [n, K]; `target` labels [n] or dense [n, K]; one loss per row. Flat logits with dense targets need
 *   `classes`, `batch` or `shape`. The classes may be any `axis`: logits [N, C, H, W] with `axis: 1` take labels [N, H, W].
 * - Domain: any logits; labels integers in [0, K) or `ignoreIndex`; dense targets in [0, 1], which need not sum to 1.
 * - Edges: a class masked by −∞ contributes 0 where its target is 0, and +∞ where it isn't; one logit of +∞ takes all. A row
 *   of −∞ alone, or with two +∞, is NaN. A logit of −∞ is a mask under `softcap` as well. The mean divides by Σ w cw_y (for dense targets Σ w Σ_k y_k cw_k), ignored rows out.
 * - Accuracy: within 4 ULP (float32) or 8 ULP (float64), plus one per unit of |z_k − max z| and per doubling of K above 16.
 *   1 − p_y is the sum of the other probabilities, so the gradient keeps its digits where the prediction is right.
 *   A temperature from 10⁻⁶ to 10⁶ costs little, and what gaps lose to rounding is put back. With a bound, rows are computed in double
 *   precision, and their exponentials several times: they take up to fifty times as long.
 * - PyTorch: `torch.nn.functional.cross_entropy`; its `ignore_index` is −100 by default, and the mean over dense targets with
 *   weights divides by n.
 *
 * @param logits - Unnormalised scores z.
 * @param target - Labels, or dense targets y.
 * @param options - {@link CrossEntropyOptions}, with `reduction`.
 * @returns The weighted mean over the rows, the sum, or with `reduction: 'none'` one loss per row.
 * @throws {TypeError} On an argument of the wrong kind or an unknown option.
 * @throws {RangeError} On labels, targets or options outside their domain, or lengths or shapes that don't agree.
 * @see Bridle (1990), Probabilistic Interpretation of Feedforward Classification Network Outputs, https://doi.org/10.1007/978-3-642-76153-9_28
 * @see Szegedy et al. (2016), Rethinking the Inception Architecture (label smoothing), https://arxiv.org/abs/1512.00567
 * @example
 * ```ts
 * import { crossEntropy } from 'losskit';
 *
 * const { value, grad } = crossEntropy.valueAndGrad([[2, 1, 0]], [0]);
 * console.log(value.toFixed(4)); // → 0.4076
 * console.log([...grad].map((g) => g.toFixed(4)).join(', ')); // → -0.3348, 0.2447, 0.0900
 * ```
 */
export const crossEntropy: ClassLoss<CrossEntropyOptions> = /* @__PURE__ */ classes({
  name: 'crossEntropy',
  family: 'classification',
  kernels,
  inputs: [input('logits')],
  target: 'classes',
  targetDomain: 'unit',
  vector: 'classWeight',
  parameters: {
    classWeight: classVector(),
    ignoreIndex: ignoreLabel(),
    labelSmoothing: within(0, '[0, 1]'),
    temperature: positive(1),
    softcap: optional(positive(30, [2.5, 30])),
    zLoss: nonNegative(0),
  },
  variant: (p) => (isPlain(p) ? null : adjusted),
  variantParameters: ['temperature', 'softcap', 'zLoss'],
  noHessianWith: ['softcap', 'zLoss'],
  unweighed: ['zLoss'],
  share: ({ logits }, p, last: Softmax = new Softmax(logits.length)) => last.of(logits, isPlain(p) ? null : bent(p)),
  value: ({ target, shared, lift }, p) => {
    const loss = softmaxLoss(shared, target);
    return p.zLoss === 0 ? loss : loss + (p.zLoss / lift) * square(logSum(shared, p));
  },
  grad: ({ logits, target, shared, lift }, p, out) => {
    softmaxGrad(shared, target, out.logits, p.zLoss === 0 ? 0 : ((2 * p.zLoss) / lift) * logSum(shared, p));
    if (isPlain(p)) return;
    const bend = bent(p);
    for (let k = 0; k < logits.length; k++) out.logits[k] = bend.through(out.logits[k]!, logits[k]!);
  },
  hess: ({ target, shared }, { temperature }, out) => {
    softmaxHess(shared, target, out.logits);
    if (temperature !== 1)
      for (let k = 0; k < target.length; k++) out.logits[k] = out.logits[k]! / temperature / temperature;
  },
  properties: {
    convex: true,
    // For targets that sum to 1 at most.
    lipschitz: ({ classWeight, temperature, zLoss }) =>
      zLoss > 0 ? null : (Math.SQRT2 * largestWeight(classWeight)) / temperature,
    kinks: '',
    torch: 'torch.nn.functional.cross_entropy',
    reference: 'Bridle (1990), Probabilistic Interpretation of Feedforward Classification Network Outputs',
  },
});

/** What is done to the logits, and added for their size. */
interface Adjustments {
  readonly temperature: number;
  readonly softcap: number | null;
  readonly zLoss: number;
}

const isPlain = ({ temperature, softcap, zLoss }: Adjustments): boolean =>
  temperature === 1 && softcap === null && zLoss === 0;

const bent = ({ temperature, softcap }: Adjustments): Bent => new Bent(temperature, softcap);

/** ln Σ e^x of what the softmax sees. */
const logSum = (s: Softmax, p: Adjustments): number => bent(p).of(s.most) + s.logTotal;

const adjusted = { suffix: '_adjusted', kernels };
