import { pointwise, type SmoothOptions } from '../../core/facade/loss.ts';
import type { SmoothLoss2 } from '../../core/facade/lossTypes.ts';
import { input } from '../../core/model/definition.ts';
import { positive } from '../../core/model/parameters.ts';
import { unlessNaN } from '../formulas/math.ts';
import { halfGap, lost } from '../formulas/residual.ts';
import { kernels } from './kernels.ts';

/** Options of {@link pseudoHuber}. */
export interface PseudoHuberOptions extends SmoothOptions {
  /** δ, about where the linear tails begin; finite and > 0. Default 1. */
  delta?: number | undefined;
}

/**
 * Pseudo-Huber loss: quadratic near zero and linear in the tails like Huber's, and smooth in all derivatives. Also called Charbonnier loss.
 *
 * ```text
 * L = δ²(√(1 + (e/δ)²) − 1) = e² δ/(δ + k),   e = pred − target,  k = √(δ² + e²)
 * ∂L/∂pred = e δ/k                            ∂²L/∂pred² = (δ/k)³
 * ```
 * - Shapes: `pred` and `target` of one shape; one loss per element.
 * - Domain: any numbers.
 * - Edges: no cancellation near 0 (e = 10⁻¹⁰ gives 5·10⁻²¹), no overflow of squares. ±∞ gives +∞; NaN stays in its element.
 * - Accuracy: within 4 ULP (float32) or 8 ULP (float64).
 * - PyTorch: none. XGBoost's `reg:pseudohubererror` is the same, with `huber_slope` for δ.
 *
 * @param pred - Predictions.
 * @param target - True values.
 * @param options - {@link PseudoHuberOptions}, with `reduction`.
 * @returns The mean over the elements, the sum, or with `reduction: 'none'` one loss per element.
 * @throws {TypeError} On an argument of the wrong kind or an unknown option.
 * @throws {RangeError} On `delta` ≤ 0, lengths or shapes that don't agree, or a negative weight.
 * @see Charbonnier, Blanc-Féraud, Aubert, Barlaud (1997), Deterministic Edge-Preserving Regularization in Computed Imaging, https://doi.org/10.1109/83.551699
 * @example
 * ```ts
 * import { pseudoHuber } from 'losskit';
 *
 * const { value, grad } = pseudoHuber.valueAndGrad([4, 0], [0, 0], { delta: 3, reduction: 'sum' });
 * console.log(value); // → 6
 * console.log([...grad].map((g) => g.toFixed(1)).join(', ')); // → 2.4, 0.0
 * ```
 */
export const pseudoHuber: SmoothLoss2<PseudoHuberOptions> = /* @__PURE__ */ pointwise({
  name: 'pseudoHuber',
  family: 'regression',
  kernels,
  inputs: [input('pred'), input('target')],
  parameters: { delta: positive(1) },
  value: (pred, target, { delta }) => {
    const e = pred - target;
    // Far out the rest is lost in rounding; where the residual overflows, the loss may not: from halves.
    if (isFar(pred, target, delta)) {
      return Math.abs(e) === Infinity ? 2 * (delta * Math.abs(halfGap(pred, target))) : delta * Math.abs(e);
    }
    const { d, k } = sides(pred, target, delta);
    return e * (e * (d / (d + k)));
  },
  grad: {
    pred: (pred, target, { delta }) => {
      if (isFar(pred, target, delta)) return pred > target ? delta : -delta;
      const { d, x, k } = sides(pred, target, delta);
      return Math.abs(pred - target) === Infinity ? delta * (x / k) : (pred - target) * (d / k);
    },
  },
  hess: {
    pred: (pred, target, { delta }) => {
      const e = pred - target;
      if (isFar(pred, target, delta)) return 0;
      const { d, x, k, by } = sides(pred, target, delta);
      const share = d / k;
      const hess = share * share * share;
      // Far out an error of e grows threefold: what rounding it lost is put back.
      return unlessNaN(e, hess - 3 * hess * (x / k) * ((lost(pred, target, e) * by) / k));
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
  properties: {
    convex: true,
    lipschitz: ({ delta }) => delta,
    kinks: '',
    torch: null,
    reference:
      'Charbonnier, Blanc-Féraud, Aubert, Barlaud (1997), Deterministic Edge-Preserving Regularization in Computed Imaging',
  },
});

/** Whether |e| is so far beyond δ that (δ/|e|)³ is below the normal range. */
const isFar = (pred: number, target: number, delta: number): boolean =>
  Math.abs(halfGap(pred, target)) * 2 ** -340 > delta;

/** δ, e and √(δ² + e²), all times a power of two that keeps the squares in range. */
function sides(pred: number, target: number, delta: number): { d: number; x: number; k: number; by: number } {
  const half = halfGap(pred, target);
  const large = Math.max(Math.abs(half), delta);
  const by = large > 2 ** 500 ? 2 ** -600 : large < 2 ** -500 ? 2 ** 500 : 1;
  const d = delta * by;
  const x = by < 1 ? half * (2 * by) : (pred - target) * by;
  return { d, x, k: Math.sqrt(d * d + x * x), by };
}
