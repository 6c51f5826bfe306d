import { type ClassOptions, multiLabel } from '../../core/facade/loss.ts';
import type { SmoothLoss2 } from '../../core/facade/lossTypes.ts';
import { input } from '../../core/model/definition.ts';
import { ignoredTarget } from '../../core/model/ignored.ts';
import { within } from '../../core/model/parameters.ts';
import { classVector, numberOrPerClass, type PerClass } from '../../core/model/perClass.ts';
import { largestWeight, negativeSide, positiveSide, square, timesExp, timesLog1pExp, weigh } from '../formulas/math.ts';
import { kernels } from './kernels.ts';

/** Options of {@link binaryCrossEntropyWithLogits}. */
export interface BinaryCrossEntropyWithLogitsOptions extends ClassOptions {
  /** c, the weight of the positive term: a finite number ≥ 0, or one per class for multi-label rows. Default 1. */
  posWeight?: number | PerClass | undefined;
  /** s in [0, 1]: the target becomes y(1−s) + s/2. Default 0. */
  labelSmoothing?: number | undefined;
  /** cw, one finite weight ≥ 0 per class of multi-label rows: it multiplies the weights, and so the denominator. Default none. */
  classWeight?: PerClass | undefined;
  /** Elements with this target (NaN too) are left out and never read. Default none. */
  ignoreTarget?: number | null | undefined;
}

/**
 * Binary cross-entropy from a logit: the loss of logistic regression, and one per class for multi-label problems.
 *
 * ```text
 * L = −[a ln σ(z) + b ln σ(−z)],  a = c ỹ,  b = 1 − ỹ,  ỹ = y(1−s) + s/2
 * ∂L/∂z = b σ(z) − a σ(−z)     ∂²L/∂z² = (a + b) σ(z) σ(−z)
 * ```
 * - Shapes: `logits` and `target` of one shape; one loss per element. `posWeight` per class needs rows, or a shape with the
 *   classes on `axis`.
 * - Domain: any logits; `target` in [0, 1].
 * - Edges: infinite logits give the limits, 0 where they are right and +∞ where they are wrong. A term of weight 0 is 0.
 *   NaN stays in its element.
 * - Accuracy: within 4 ULP (float32) or 8 ULP (float64). 1 − σ(z) is computed as σ(−z): the gradient keeps its digits where
 *   the prediction is right. Where both terms of a soft target are there, relative to the larger.
 * - PyTorch: `torch.nn.functional.binary_cross_entropy_with_logits`; that one has no smoothing, and NaN at infinite logits.
 *
 * @param logits - Logits z.
 * @param target - Targets y.
 * @param options - {@link BinaryCrossEntropyWithLogitsOptions}, with `reduction`.
 * @returns The mean over the elements, the sum, or with `reduction: 'none'` one loss per element.
 * @throws {TypeError} On an argument of the wrong kind or an unknown option.
 * @throws {RangeError} On targets or options outside their domain, lengths or shapes that don't agree, or a negative weight.
 * @see Cox (1958), The Regression Analysis of Binary Sequences, https://doi.org/10.1111/j.2517-6161.1958.tb00292.x
 * @example
 * ```ts
 * import { binaryCrossEntropyWithLogits } from 'losskit';
 *
 * const { value, grad } = binaryCrossEntropyWithLogits.valueAndGrad([0, 40], [1, 1], { reduction: 'sum' });
 * console.log(value.toFixed(4)); // → 0.6931
 * console.log([...grad].map((g) => g.toPrecision(4)).join(', ')); // → -0.5000, -4.248e-18
 * ```
 */
export const binaryCrossEntropyWithLogits: SmoothLoss2<BinaryCrossEntropyWithLogitsOptions> =
  /* @__PURE__ */ multiLabel({
    name: 'binaryCrossEntropyWithLogits',
    family: 'classification',
    kernels,
    inputs: [input('logits'), input('target', 'unit')],
    stream: 'posWeight',
    parameters: {
      posWeight: numberOrPerClass(1),
      labelSmoothing: within(0, '[0, 1]'),
      classWeight: classVector(),
      ignoreTarget: ignoredTarget(),
    },
    value: (z, y, { posWeight, labelSmoothing }) => {
      const a = positiveSide(y, posWeight, labelSmoothing);
      const b = negativeSide(y, labelSmoothing);
      // a ln(1 + e^−z) + b ln(1 + e^z): what is linear, and what both have.
      return (z > 0 ? weigh(b, z) : weigh(a, -z)) + timesLog1pExp(a + b, -Math.abs(z));
    },
    grad: {
      logits: (z, y, { posWeight, labelSmoothing }) => {
        const a = positiveSide(y, posWeight, labelSmoothing);
        const b = negativeSide(y, labelSmoothing);
        // σ(|z|) is 1/(1 + e^−|z|), and σ(−|z|) that times e^−|z|.
        const x = -Math.abs(z);
        return (z > 0 ? b - timesExp(a, x) : timesExp(b, x) - a) / (1 + Math.exp(x));
      },
    },
    hess: {
      logits: (z, y, { posWeight, labelSmoothing }) => {
        const a = positiveSide(y, posWeight, labelSmoothing);
        const b = negativeSide(y, labelSmoothing);
        const x = -Math.abs(z);
        return timesExp(a + b, x) / square(1 + Math.exp(x));
      },
    },
    loop: ({ value, grad, hess }, p, { a, b, da, ha, order, start, end, scale }) => {
      let sum = 0;
      for (let i = start; i < end; i++) {
        const x = a[i]!;
        const y = b[i]!;
        sum += value(x, y, p);
        if (order > 0) da[i] = scale * grad.logits!(x, y, p);
        if (order > 1) ha[i] = scale * hess!.logits!(x, y, p);
      }
      return sum;
    },
    properties: {
      convex: true,
      lipschitz: ({ posWeight, classWeight }) => Math.max(1, largestWeight(posWeight)) * largestWeight(classWeight),
      kinks: '',
      torch: 'torch.nn.functional.binary_cross_entropy_with_logits',
      reference: 'Cox (1958), The Regression Analysis of Binary Sequences',
    },
  });
