import { Sum } from '../../core/base/sum.ts';
import { type BatchOptions, batchwise } from '../../core/facade/loss.ts';
import type { BatchLoss2 } from '../../core/facade/lossTypes.ts';
import { input } from '../../core/model/definition.ts';
import { finite, flag, positive } from '../../core/model/parameters.ts';
import { directions, project, pull } from '../formulas/contrast.ts';
import { dot } from '../formulas/vectors.ts';
import { kernels } from './kernels.ts';

/** Options of {@link sigLip}. */
export interface SigLipOptions extends BatchOptions<'za' | 'zb'> {
  /** What cosines are multiplied by, finite and > 0: one over a temperature. Default 10. */
  scale?: number | undefined;
  /** What is added to them, finite: how rare pairs are. Default −10. */
  bias?: number | undefined;
  /** Compare by cosine; false: by dot product. Default true. */
  normalize?: boolean | undefined;
}

/**
 * The sigmoid loss of SigLIP: of each two embeddings by themselves it is asked whether they are a pair.
 *
 * ```text
 * L_i = −Σ_j ln σ(l_ij x_ij),  x_ij = scale·s_ij + bias,  s_ij = u_i·v_j,  u = za/|za|,  v = zb/|zb| (or za, zb)
 *                              l_ij = 1 for a pair, i = j, else −1
 * ∂L_i/∂x_ij = σ(x_ij) for j ≠ i,  −σ(−x_ii) for the pair
 * ∂/∂za = (g − (g·u) u)/|za| with g = scale Σ_j ∂L_i/∂x_ij v_j, and so for zb
 * ∂L_i/∂scale = Σ_j s_ij ∂L_i/∂x_ij,  ∂L_i/∂bias = Σ_j ∂L_i/∂x_ij       in the result's parameterGrad
 * ```
 * The mean is over the N rows, not over the N² pairs: the paper divides by N.
 *
 * No Hessian: `valueGradHess` doesn't exist.
 * - Shapes: `za` and `zb` [N, D], or flat with `dim` or `batch`; row i of one is the partner of row i of the other. One loss per
 *   row of `za`. The N×N matrix is never built.
 * - Domain: any embeddings.
 * - Edges: a zero vector has cosine 0 and gradient 0. A NaN reaches the losses of its row, or of all rows if it is in `zb`.
 *   `reduction: 'none'` has no gradient.
 * - Accuracy: that of `binaryCrossEntropyWithLogits` of a row of N, the errors of the products carried to first order;
 *   `bias` costs nothing on top. Neither large scales nor large biases overflow.
 * - PyTorch: none. open_clip's `SigLipLoss` is the same sum over N; its `logit_scale` is `scale`, as it is used: exponentiated.
 *
 * @param za - One embedding of each pair.
 * @param zb - The other.
 * @param options - {@link SigLipOptions}, with `reduction`; there is no `sampleWeight`.
 * @returns The mean over the rows, the sum, or with `reduction: 'none'` one loss per row of `za`.
 * @throws {TypeError} On an argument of the wrong kind, or an unknown option.
 * @throws {RangeError} On options outside their domain, lengths or shapes that don't agree, or a gradient with `reduction: 'none'`.
 * @see Zhai, Mustafa, Kolesnikov, Beyer (2023), Sigmoid Loss for Language Image Pre-Training, https://arxiv.org/abs/2303.15343
 * @example
 * ```ts
 * import { sigLip } from 'losskit';
 *
 * const [za, zb] = [[[1, 0], [0, 1]], [[1, 0.1], [0.1, 1]]];
 * const { value, parameterGrad } = sigLip.valueAndGrad(za, zb, { scale: 10, bias: -5 });
 * console.log(value.toFixed(4)); // → 0.0251
 * console.log(parameterGrad.scale.toFixed(4), parameterGrad.bias.toFixed(4)); // → -0.0052 0.0109
 * ```
 */
export const sigLip: BatchLoss2<SigLipOptions, 'za' | 'zb', 'scale' | 'bias'> = /* @__PURE__ */ batchwise({
  name: 'sigLip',
  family: 'ranking',
  kernels,
  inputs: [input('za'), input('zb')],
  parameters: { scale: positive(10, [3, 100]), bias: finite(-10, [2, 0]), normalize: flag(true) },
  values: ({ inputs }, { scale, bias, normalize }, out) => {
    const [a, b] = [directions(inputs[0]!, normalize), directions(inputs[1]!, normalize)];
    a.u.forEach((x, i) => {
      const sum = new Sum();
      b.u.forEach((y, j) => {
        sum.add(questioned(dot(x, y), scale, bias, i === j).loss);
      });
      out[i] = sum.value();
    });
    return { a, b };
  },
  grad: ({ a, b }, { scale, bias }, [da, db]) => {
    const [byScale, byBias] = [new Sum(), new Sum()];
    a.u.forEach((x, i) => {
      b.u.forEach((y, j) => {
        const coefficient = (s: number): number => {
          const { slope } = questioned(s, scale, bias, i === j);
          byBias.add(slope);
          return scale * slope;
        };
        byScale.add(pull(x, y, da![i]!, db![j]!, coefficient) / scale);
      });
    });
    project(da!, a);
    project(db!, b);
    return [byScale.value(), byBias.value()];
  },
  properties: {
    parameterGrad: ['scale', 'bias'],
    convex: false,
    lipschitz: null,
    kinks: 'zero vectors, where normalized',
    torch: null,
    reference: 'Zhai, Mustafa, Kolesnikov, Beyer (2023), Sigmoid Loss for Language Image Pre-Training',
  },
});

/** −ln σ(±x), and its derivative in x = scale·s + bias, whose rounding is made good: e^{−|x|} would have it as a relative error. */
function questioned(s: number, scale: number, bias: number, isPair: boolean): { loss: number; slope: number } {
  const sign = isPair ? -1 : 1;
  const [product, added] = [sign * scale * s, sign * bias];
  const x = product + added;
  const part = x - product;
  const rest = product - (x - part) + (added - part);
  const e = Math.exp(-Math.abs(x)) * (1 - Math.sign(x) * rest);
  const loss = Math.max(x, 0) + Math.log1p(e);
  return { loss, slope: (sign * (x > 0 ? 1 : e)) / (1 + e) };
}
