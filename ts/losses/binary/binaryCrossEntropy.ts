import { type ClassOptions, multiLabel } from '../../core/facade/loss.ts';
import type { SmoothLoss2 } from '../../core/facade/lossTypes.ts';
import { input } from '../../core/model/definition.ts';
import { ignoredTarget } from '../../core/model/ignored.ts';
import { within } from '../../core/model/parameters.ts';
import { classVector, numberOrPerClass, type PerClass } from '../../core/model/perClass.ts';
import { negativeSide, over, positiveSide, weigh } from '../formulas/math.ts';
import { kernels } from './kernels.ts';

/** Options of {@link binaryCrossEntropy}. */
export interface BinaryCrossEntropyOptions extends ClassOptions {
  /** c, the weight of the positive term: a finite number ≥ 0, or one per class for multi-label rows. Default 1. */
  posWeight?: number | PerClass | undefined;
  /** s in [0, 1]: the target becomes y(1−s) + s/2. Default 0. */
  labelSmoothing?: number | undefined;
  /** ε in [0, 0.5): p is clamped to [ε, 1−ε]. Default 0, the exact loss. */
  eps?: number | undefined;
  /** cw, one finite weight ≥ 0 per class of multi-label rows: it multiplies the weights, and so the denominator. Default none. */
  classWeight?: PerClass | undefined;
  /** Elements with this target (NaN too) are left out and never read. Default none. */
  ignoreTarget?: number | null | undefined;
}

/**
 * Binary cross-entropy from a probability. Where you have logits, `binaryCrossEntropyWithLogits` says more with them.
 *
 * ```text
 * L = −[a ln p + b ln(1−p)],  a = c ỹ,  b = 1 − ỹ,  ỹ = y(1−s) + s/2
 * ∂L/∂p = b/(1−p) − a/p     ∂²L/∂p² = a/p² + b/(1−p)²
 * ```
 * - Shapes: `p` and `target` of one shape; one loss per element. `posWeight` per class needs rows, or a shape with the
 *   classes on `axis`.
 * - Domain: `p` and `target` in [0, 1].
 * - Edges: 0·ln 0 = 0, and a term of weight 0 has derivative 0; +∞ where p is 0 or 1 and wrong. With `eps` the derivatives
 *   are those at the clamped p: they don't die at the edge. NaN stays in its element.
 * - Accuracy: within 4 ULP (float32) or 8 ULP (float64); of a gradient with both terms, relative to the larger.
 * - PyTorch: `torch.nn.functional.binary_cross_entropy`; that one cuts logarithms off at −100, and has neither smoothing,
 *   `posWeight` nor `eps`.
 *
 * @param p - Probabilities of the positive class.
 * @param target - Targets y.
 * @param options - {@link BinaryCrossEntropyOptions}, with `reduction`.
 * @returns The mean over the elements, the sum, or with `reduction: 'none'` one loss per element.
 * @throws {TypeError} On an argument of the wrong kind or an unknown option.
 * @throws {RangeError} On data or options outside their domain, lengths or shapes that don't agree, or a negative weight.
 * @see Good (1952), Rational Decisions, https://doi.org/10.1111/j.2517-6161.1952.tb00104.x
 * @example
 * ```ts
 * import { binaryCrossEntropy } from 'losskit';
 *
 * const { value, grad } = binaryCrossEntropy.valueAndGrad([0.5, 0.25], [1, 0], { reduction: 'sum' });
 * console.log(value.toFixed(4)); // → 0.9808
 * console.log([...grad].map((g) => g.toFixed(4)).join(', ')); // → -2.0000, 1.3333
 * ```
 */
export const binaryCrossEntropy: SmoothLoss2<BinaryCrossEntropyOptions> = /* @__PURE__ */ multiLabel({
  name: 'binaryCrossEntropy',
  family: 'classification',
  kernels,
  inputs: [input('p', 'unit', 'binaryCrossEntropyWithLogits takes logits'), input('target', 'unit')],
  stream: 'posWeight',
  parameters: {
    posWeight: numberOrPerClass(1),
    labelSmoothing: within(0, '[0, 1]'),
    eps: within(0, '[0, 0.5)'),
    classWeight: classVector(),
    ignoreTarget: ignoredTarget(),
  },
  value: (p, y, { posWeight, labelSmoothing, eps }) => {
    const a = positiveSide(y, posWeight, labelSmoothing);
    const b = negativeSide(y, labelSmoothing);
    const t = clamped(p, eps);
    const q = clamped(1 - p, eps);
    return weigh(a, -ln(t, q)) + weigh(b, -ln(q, t));
  },
  grad: {
    p: (p, y, { posWeight, labelSmoothing, eps }) => {
      const a = positiveSide(y, posWeight, labelSmoothing);
      const b = negativeSide(y, labelSmoothing);
      const t = clamped(p, eps);
      const q = clamped(1 - p, eps);
      return over(b, q) - over(a, t);
    },
  },
  hess: {
    p: (p, y, { posWeight, labelSmoothing, eps }) => {
      const a = positiveSide(y, posWeight, labelSmoothing);
      const b = negativeSide(y, labelSmoothing);
      const t = clamped(p, eps);
      const q = clamped(1 - p, eps);
      return over(over(a, t), t) + over(over(b, q), q);
    },
  },
  loop: ({ value, grad, hess }, p, { a, b, da, ha, order, start, end, scale }) => {
    let sum = 0;
    for (let i = start; i < end; i++) {
      const x = a[i]!;
      const y = b[i]!;
      sum += value(x, y, p);
      if (order > 0) da[i] = scale * grad.p!(x, y, p);
      if (order > 1) ha[i] = scale * hess!.p!(x, y, p);
    }
    return sum;
  },
  smoothAt: (p, _y, { eps }) => p > eps && p < 1 - eps,
  properties: {
    convex: true,
    lipschitz: null,
    kinks: '',
    torch: 'torch.nn.functional.binary_cross_entropy',
    reference: 'Good (1952), Rational Decisions',
  },
});

/** p or 1 − p, clamped to [ε, 1−ε] by itself: 1 − (1 − ε) would have lost the digits of ε. */
const clamped = (p: number, eps: number): number => Math.min(Math.max(p, eps), 1 - eps);

/** ln x, from whichever of x and 1 − x has more digits. */
const ln = (x: number, complement: number): number => (x < 0.5 ? Math.log(x) : Math.log1p(-complement));
