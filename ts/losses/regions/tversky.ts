import { type RegionOptions, region } from '../../core/facade/loss.ts';
import type { RegionLoss } from '../../core/facade/lossTypes.ts';
import { input } from '../../core/model/definition.ts';
import { type Ignored, ignoreLabel } from '../../core/model/ignored.ts';
import { nonNegative } from '../../core/model/parameters.ts';
import { classVector, type PerClass } from '../../core/model/perClass.ts';
import { activate, activations, back, domains, overBatch, smoothing, tverskyRegion } from '../formulas/regions.ts';
import { kernels } from './kernels.ts';

/** Options of {@link tversky}. */
export interface TverskyOptions extends RegionOptions {
  /** α ≥ 0 weighs what is predicted and shouldn't be. Default 0.5. */
  alpha?: number | undefined;
  /** β ≥ 0 weighs what is missing: larger for small regions that mustn't be overlooked. Default 0.5. */
  beta?: number | undefined;
  /** γ ≥ 0, a power of the loss: above 1 it looks past regions that are right already, below 1 it dwells on them. Default 1. */
  gamma?: number | undefined;
  /** s ≥ 0, which keeps empty regions from dividing by 0. Default 1e-5. */
  smooth?: number | undefined;
  /** What makes p of `pred`: 'none', 'sigmoid' (each class by itself) or 'softmax' (over the classes). Default 'none'. */
  activation?: 'none' | 'sigmoid' | 'softmax' | undefined;
  /** Pixels with this label, or with one of these, count in no region and are never read. Default none. */
  ignoreIndex?: Ignored | undefined;
  /** A region is a class over all images of the batch, not of each image. Default false. */
  overBatch?: boolean | undefined;
  /** cw, one finite weight ≥ 0 per class, which weighs its regions. Default none: all 1. */
  classWeight?: PerClass | undefined;
}

/**
 * Tversky's loss: an overlap in which what is predicted wrongly and what is missing weigh differently; Dice's and Jaccard's are special cases.
 *
 * ```text
 * L = x^γ,  x = 1 − (I + s)/D = N/D,  N = α (A − I) + β (B − I),  D = I + N + s
 *     over the pixels of a region, a class of an image: A = Σ p, B = Σ y, I = Σ min(p, y), which is Σ p y for targets of 0 and 1
 * ∂L/∂p = γ x^{γ−1} [α (I + s) − i ((α + β)(I + s) + N)]/D²
 *     i, the slope of I, is 1 where p < y, 0 where p > y; where p = y it is y for targets of 0 and 1, ½ between
 *     α = β = ½ is `dice` (with half its s), α = β = 1 is `jaccard`
 * ```
 * No Hessian: `valueGradHess` doesn't exist.
 * - Shapes: `pred` [N, C, H, W] with `axis: 1`, [N, H, W, C], or any other whose first axis is the images and another the classes; or flat with
 *   `shape`, or with `batch` and `classes` where the classes are last. `target`: labels [N, H, W], or dense like `pred`. One loss a
 *   region, N·C of them, images first; C with `overBatch`.
 * - Domain: p in [0, 1] without an activation, else any logits; labels integers in [0, C) or `ignoreIndex`; dense targets in [0, 1]. With one
 *   class integers are a mask: 1 in it, 0 outside.
 * - Weights: of a region, `classWeight` of its class times `sampleWeight` of its image. The mean divides by their sum. With `overBatch` an image
 *   of weight w counts as w images would, and regions weigh what their class does.
 * - Edges: a region where all is 0 has loss 0 (with `gamma: 0` all have 1), and with `smooth: 0` gradient 0; so is the gradient of a loss of 0 with
 *   `gamma` below 1, where the slope is infinite. A NaN makes its own region NaN; with a softmax, those of its image. One logit
 *   of +∞ takes all; a masked class (−∞) has p = 0 and gradient 0; where a softmax has no limit its image is NaN.
 * - Accuracy: the loss is a quotient of sums of nothing negative, never 1 less a quotient, and 1 − p a sum of other probabilities: within 4 ULP
 *   (float32) or 8 ULP (float64) of the exact one, and so is the gradient, a softmax's roundings (as of `crossEntropy`) granted on top.
 *   Sums are of doubles.
 * - PyTorch: none. MONAI's `TverskyLoss` and segmentation_models_pytorch's have the same α and β (papers exchange them); the latter sums
 *   over the batch, which is `overBatch`. Keras' `Tversky` is of the whole batch.
 *
 * @param pred - Predictions: probabilities, or logits with an `activation`.
 * @param target - Labels, or dense targets y.
 * @param options - {@link TverskyOptions}, with `reduction`.
 * @returns The weighted mean over the regions, the sum, or with `reduction: 'none'` one loss per region.
 * @throws {TypeError} On an argument of the wrong kind or an unknown option.
 * @throws {RangeError} On predictions, labels, targets or options outside their domain, or lengths or shapes that don't agree.
 * @see Salehi, Erdogmus, Gholipour (2017), Tversky loss function for image segmentation, https://doi.org/10.1007/978-3-319-67389-9_44
 * @example
 * ```ts
 * import { tversky } from 'losskit';
 *
 * // What is missing weighs more than what is too much.
 * const options = { alpha: 0.3, beta: 0.7, smooth: 0 };
 * const { value, grad } = tversky.valueAndGrad([[[0.9], [0.8], [0.4], [0.1]]], [[1, 1, 0, 0]], options);
 * console.log(value.toFixed(4)); // → 0.1748
 * console.log(Array.from(grad, (g) => g.toFixed(4)).join(', ')); // → -0.3653, -0.3653, 0.1202, 0.1202
 * ```
 */
export const tversky: RegionLoss<TverskyOptions> = /* @__PURE__ */ region({
  name: 'tversky',
  family: 'segmentation',
  kernels,
  inputs: [input('pred', 'unit', "logits go with activation: 'sigmoid' or 'softmax'")],
  parameters: {
    alpha: nonNegative(0.5, [0.3, 0, 1]),
    beta: nonNegative(0.5, [0.7, 0, 1]),
    gamma: nonNegative(1, [0.75, 2, 0]),
    smooth: smoothing(),
    activation: activations(),
    ignoreIndex: ignoreLabel(),
    overBatch: overBatch(),
    classWeight: classVector(),
  },
  activate,
  back,
  domains,
  region: tverskyRegion,
  properties: {
    convex: false,
    lipschitz: null,
    kinks: 'where p equals a soft target; at a loss of 0 with gamma below 1',
    torch: null,
    reference:
      'Salehi, Erdogmus, Gholipour (2017), Tversky loss function for image segmentation using 3D fully convolutional deep networks',
  },
});
