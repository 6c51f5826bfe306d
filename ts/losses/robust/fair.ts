import { pointwise, type SmoothOptions } from '../../core/facade/loss.ts';
import type { SmoothLoss2 } from '../../core/facade/lossTypes.ts';
import { input } from '../../core/model/definition.ts';
import { positive } from '../../core/model/parameters.ts';
import { square, unlessNaN } from '../formulas/math.ts';
import { halfGap, lessLog1p, lost } from '../formulas/residual.ts';
import { kernels } from './kernels.ts';

/** Options of {@link fair}. */
export interface FairOptions extends SmoothOptions {
  /** c, the scale of errors that are taken for outliers; finite and > 0. Default 1. */
  c?: number | undefined;
}

/**
 * Fair's loss: quadratic near zero, nearly linear in the tails, with derivatives that never jump.
 *
 * ```text
 * L = c²(a − ln(1 + a)),  a = |e|/c,  e = pred − target
 * ∂L/∂pred = e g,         g = c/(c + |e|)
 * ∂²L/∂pred² = g²
 * ```
 * - Shapes: `pred` and `target` of one shape; one loss per element.
 * - Domain: any numbers.
 * - Edges: no cancellation near 0 (e = 10⁻¹⁰ gives 5·10⁻²¹). ±∞ gives +∞; NaN stays in its element.
 * - Accuracy: within 4 ULP (float32) or 8 ULP (float64).
 * - PyTorch: none. LightGBM's objective `fair` is the same, with `fair_c` for c.
 *
 * @param pred - Predictions.
 * @param target - True values.
 * @param options - {@link FairOptions}, with `reduction`.
 * @returns The mean over the elements, the sum, or with `reduction: 'none'` one loss per element.
 * @throws {TypeError} On an argument of the wrong kind or an unknown option.
 * @throws {RangeError} On `c` ≤ 0, lengths or shapes that don't agree, or a negative weight.
 * @see Holland, Welsch (1977), Robust Regression Using Iteratively Reweighted Least-Squares, https://doi.org/10.1080/03610927708827533
 * @example
 * ```ts
 * import { fair } from 'losskit';
 *
 * const { value, grad } = fair.valueAndGrad([1, -3], [0, 0], { reduction: 'sum' });
 * console.log(value.toFixed(4)); // → 1.9206
 * console.log(grad.join(', ')); // → 0.5, -0.75
 * ```
 */
export const fair: SmoothLoss2<FairOptions> = /* @__PURE__ */ pointwise({
  name: 'fair',
  family: 'regression',
  kernels,
  inputs: [input('pred'), input('target')],
  parameters: { c: positive(1) },
  value: (pred, target, { c }) => {
    const size = Math.abs(pred - target);
    // Where the residual overflows, c |e| may not: from halves.
    return size === Infinity ? 2 * (c * Math.abs(halfGap(pred, target))) : lessLog1p(size, c);
  },
  grad: {
    pred: (pred, target, { c }) => {
      const half = halfGap(pred, target);
      if (Math.abs(half) === Infinity) return half > 0 ? c : -c;
      // From c where e is far beyond it, since c/(c + |e|) may vanish.
      const g = share(half, c);
      return g < 2 ** -100 ? (half > 0 ? c : -c) : Math.abs(half) > 2 ** 1000 ? 2 * (half * g) : (pred - target) * g;
    },
  },
  hess: {
    pred: (pred, target, { c }) => {
      const e = pred - target;
      const g = square(share(halfGap(pred, target), c));
      // Far out an error of e grows twofold: what rounding it lost is put back.
      return unlessNaN(e, g - (g * 2 * lost(pred, target, e) * Math.sign(e)) / (c + Math.abs(e)));
    },
  },
  loop: ({ value, grad, hess }, p, { a, b, da, ha, order, start, end, scale }) => {
    let sum = 0;
    for (let i = start; i < end; i++) {
      const x = a[i]!;
      const y = b[i]!;
      sum += value(x, y, p);
      if (order > 0) da[i] = scale * grad.pred!(x, y, p);
      if (order > 1) ha[i] = scale * hess!.pred!(x, y, p);
    }
    return sum;
  },
  // The second derivative has a kink.
  smoothAt: (pred, target) => pred !== target,
  properties: {
    convex: true,
    lipschitz: ({ c }) => c,
    kinks: '',
    torch: null,
    reference: 'Holland, Welsch (1977), Robust Regression Using Iteratively Reweighted Least-Squares',
  },
});

/** c/(c + |e|), from half the error: the sum may overflow. */
const share = (half: number, c: number): number => (0.5 * c) / (0.5 * c + Math.abs(half));
