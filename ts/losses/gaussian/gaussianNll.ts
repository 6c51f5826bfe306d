import { pointwise3, type SmoothOptions } from '../../core/facade/loss.ts';
import type { SmoothLoss3 } from '../../core/facade/lossTypes.ts';
import { input } from '../../core/model/definition.ts';
import { flag } from '../../core/model/parameters.ts';
import { gapTimesExp, unlessNaN } from '../formulas/math.ts';
import { kernels } from './kernels.ts';

/** Options of {@link gaussianNll}. */
export interface GaussianNllOptions extends SmoothOptions<'mean' | 'logVar'> {
  /** Adds the constant ½ ln 2π, which makes it a true negative log-likelihood. Default false. */
  full?: boolean | undefined;
}

/**
 * Negative log-likelihood of a Gaussian whose mean and log-variance are both predicted: regression that knows its uncertainty.
 *
 * ```text
 * L = ½(v + d² e^{−v}) [+ ½ ln 2π],  d = mean − target,  v = logVar
 * ∂L/∂mean = d e^{−v}               ∂²L/∂mean² = e^{−v}
 * ∂L/∂logVar = ½(1 − d² e^{−v})     ∂²L/∂logVar² = ½ d² e^{−v}
 * ```
 * - Shapes: `mean`, `target` and `logVar` of one shape; one loss per element.
 * - Domain: any numbers; the logarithm of the variance needs no clamp.
 * - Edges: d = 0 leaves ½v, also where e^{−v} overflows; at v = −∞ the loss is +∞ for d ≠ 0, −∞ for d = 0.
 * - Accuracy: within 4 ULP (float32) or 8 ULP (float64) of the largest term; also where e^{−v} or d² alone would overflow.
 * - PyTorch: `torch.nn.functional.gaussian_nll_loss`; that one takes the variance, clamped at `eps`.
 *
 * @param mean - Predicted means.
 * @param target - True values.
 * @param logVar - Predicted logarithms of the variance.
 * @param options - {@link GaussianNllOptions}, with `reduction`.
 * @returns The mean over the elements, the sum, or with `reduction: 'none'` one loss per element.
 * @throws {TypeError} On an argument of the wrong kind or an unknown option.
 * @throws {RangeError} On lengths or shapes that don't agree, or a negative weight.
 * @see Nix, Weigend (1994), Estimating the Mean and Variance of the Target Probability Distribution, https://doi.org/10.1109/ICNN.1994.374138
 * @example
 * ```ts
 * import { gaussianNll } from 'losskit';
 *
 * const { value, grad } = gaussianNll.valueAndGrad([1], [3], [0]);
 * console.log(value); // → 2
 * console.log(grad.mean[0], grad.logVar[0]); // → -2 -1.5
 * ```
 */
export const gaussianNll: SmoothLoss3<GaussianNllOptions, 'mean' | 'logVar'> = /* @__PURE__ */ pointwise3({
  name: 'gaussianNll',
  family: 'probabilistic',
  kernels,
  inputs: [input('mean'), input('target'), input('logVar')],
  parameters: { full: flag(false) },
  value: (mean, target, v, { full }) => {
    const quadratic = halfSquare(mean, target, v);
    // Where v = −∞, e^{−v} outgrows it.
    return quadratic === Infinity ? quadratic : 0.5 * v + quadratic + (full ? HALF_LN_2PI : 0);
  },
  grad: {
    mean: (mean, target, v) => gapTimesExp(mean, target, -v),
    logVar: (mean, target, v) => 0.5 - halfSquare(mean, target, v),
  },
  hess: {
    mean: (mean, target, v) => unlessNaN(mean - target, Math.exp(-v)),
    logVar: (mean, target, v) => halfSquare(mean, target, v),
  },
  loop: ({ value, grad, hess }, p, { a, b, c, da, dc, ha, hc, order, single, start, end, scale }) => {
    let sum = 0;
    for (let i = start; i < end; i++) {
      const x = a[i]!;
      const y = b[i]!;
      const z = c[i]!;
      const loss = value(x, y, z, p);
      sum += single ? Math.fround(loss) : loss;
      if (order > 0) {
        da[i] = scale * grad.mean!(x, y, z, p);
        dc[i] = scale * grad.logVar!(x, y, z, p);
      }
      if (order > 1) {
        ha[i] = scale * hess!.mean!(x, y, z, p);
        hc[i] = scale * hess!.logVar!(x, y, z, p);
      }
    }
    return sum;
  },
  properties: {
    convex: false,
    lipschitz: null,
    kinks: '',
    torch: 'torch.nn.functional.gaussian_nll_loss',
    reference: 'Nix, Weigend (1994), Estimating the Mean and Variance of the Target Probability Distribution',
  },
});

/** ½ d² e^{−v}, as ½ r² of the standardised residual r = d e^{−v/2}. */
function halfSquare(mean: number, target: number, v: number): number {
  const r = gapTimesExp(mean, target, -0.5 * v);
  return 0.5 * r * r;
}

const HALF_LN_2PI = 0.9189385332046727;
