import { pointwise, type SmoothOptions } from '../../core/facade/loss.ts';
import type { SmoothLoss2 } from '../../core/facade/lossTypes.ts';
import { input } from '../../core/model/definition.ts';
import { logCosh as lnCosh, sech2 } from '../formulas/math.ts';
import { kernels } from './kernels.ts';

/** Options of {@link logCosh}. */
export interface LogCoshOptions extends SmoothOptions {}

/**
 * Log-cosh: like Huber's loss quadratic near zero and linear in the tails, but smooth in all derivatives.
 *
 * ```text
 * L = ln cosh e,  e = pred − target     (≈ ½e² near 0, |e| − ln 2 far out)
 * ∂L/∂pred = tanh e    ∂²L/∂pred² = 1/cosh² e
 * ```
 * - Shapes: `pred` and `target` of one shape; one loss per element.
 * - Domain: any numbers.
 * - Edges: no overflow in cosh, and no cancellation near 0 (e = 10⁻¹⁰ gives 5·10⁻²¹). NaN stays in its element.
 * - Accuracy: within 4 ULP (float32) or 8 ULP (float64).
 * - PyTorch: none. Keras's `LogCosh` is the same, less its cancellation near 0.
 *
 * @param pred - Predictions.
 * @param target - True values.
 * @param options - `reduction`, `sampleWeight`, `out`, `hessOut`.
 * @returns The mean over the elements, the sum, or with `reduction: 'none'` one loss per element.
 * @throws {TypeError} On an argument of the wrong kind or an unknown option.
 * @throws {RangeError} On lengths or shapes that don't agree, or a negative weight.
 * @see Green (1990), Bayesian Reconstructions from Emission Tomography Data, https://doi.org/10.1109/42.52985
 * @example
 * ```ts
 * import { logCosh } from 'losskit';
 *
 * const { value, grad } = logCosh.valueAndGrad([0, 1, 1000], [0, 0, 0], { reduction: 'sum' });
 * console.log(value.toFixed(4)); // → 999.7406
 * console.log([...grad].map((g) => g.toFixed(4)).join(', ')); // → 0.0000, 0.7616, 1.0000
 * ```
 */
export const logCosh: SmoothLoss2<LogCoshOptions> = /* @__PURE__ */ pointwise({
  name: 'logCosh',
  family: 'regression',
  kernels,
  inputs: [input('pred'), input('target')],
  parameters: {},
  value: (pred, target) => lnCosh(pred - target),
  grad: { pred: (pred, target) => Math.tanh(pred - target) },
  hess: {
    pred: (pred, target) => {
      const e = pred - target;
      const h = sech2(e);
      // Far out an error of e grows 2e-fold: what rounding it lost (Knuth's exact sum) is put back.
      const t = e - pred;
      const lost = pred - (e - t) - (target + t);
      return h === 0 ? 0 : h - h * Math.tanh(e) * 2 * lost;
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
    lipschitz: 1,
    kinks: '',
    torch: null,
    reference: 'Green (1990), Bayesian Reconstructions from Emission Tomography Data',
  },
});
