import { type RegionOptions, region } from '../../core/facade/loss.ts';
import type { RegionLoss } from '../../core/facade/lossTypes.ts';
import { input } from '../../core/model/definition.ts';
import { type Ignored, ignoreLabel } from '../../core/model/ignored.ts';
import { classVector, type PerClass } from '../../core/model/perClass.ts';
import { activate, activations, back, domains, overBatch, smoothing, tverskyRegion } from '../formulas/regions.ts';
import { kernels } from './kernels.ts';

/** Options of {@link jaccard}. */
export interface JaccardOptions extends RegionOptions {
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
 * Jaccard's loss, 1 less the intersection over the union (IoU): as Dice's, and sterner about what is half right.
 *
 * ```text
 * L = 1 − (I + s)/U,  U = A + B − I + s;  over the pixels of a region A = Σ p, B = Σ y, I = Σ min(p, y)
 *     a region is a class of an image; min(p, y) is p y for targets of 0 and 1, and for soft ones makes p = y the best there is
 * ∂L/∂p = [(1 − i)(I + s) − i U]/U²
 *     i, the slope of I, is 1 where p < y, 0 where p > y; where p = y it is y for targets of 0 and 1, ½ between
 * ```
 * No Hessian: `valueGradHess` doesn't exist.
 * - Shapes: `pred` [N, C, H, W] with `axis: 1`, [N, H, W, C], or any other whose first axis is the images and another the classes; or flat with
 *   `shape`, or with `batch` and `classes` where the classes are last. `target`: labels [N, H, W], or dense like `pred`. One loss a
 *   region, N·C of them, images first; C with `overBatch`.
 * - Domain: p in [0, 1] without an activation, else any logits; labels integers in [0, C) or `ignoreIndex`; dense targets in [0, 1]. With one
 *   class integers are a mask: 1 in it, 0 outside.
 * - Weights: of a region, `classWeight` of its class times `sampleWeight` of its image. The mean divides by their sum. With `overBatch` an image
 *   of weight w counts as w images would, and regions weigh what their class does.
 * - Edges: a region where all is 0 has loss 0, and with `smooth: 0` gradient 0. A NaN makes its own region NaN; with a softmax, those of
 *   its image. One logit of +∞ takes all; a masked class (−∞) has p = 0 and gradient 0; where a softmax has no limit its image is NaN.
 * - Accuracy: the loss is a quotient of sums of nothing negative, never 1 less a quotient, and 1 − p a sum of other probabilities: within 4 ULP
 *   (float32) or 8 ULP (float64) of the exact one, and so is the gradient, a softmax's roundings (as of `crossEntropy`) granted on top.
 *   Sums are of doubles.
 * - PyTorch: none. MONAI's `DiceLoss(jaccard=True)` has the same value for labels, with twice this `smooth`; segmentation_models_pytorch's
 *   `JaccardLoss` sums over the batch, which is `overBatch`. For the score of a model give probabilities of 0 and 1, and take 1 less the loss.
 *
 * @param pred - Predictions: probabilities, or logits with an `activation`.
 * @param target - Labels, or dense targets y.
 * @param options - {@link JaccardOptions}, with `reduction`.
 * @returns The weighted mean over the regions, the sum, or with `reduction: 'none'` one loss per region.
 * @throws {TypeError} On an argument of the wrong kind or an unknown option.
 * @throws {RangeError} On predictions, labels, targets or options outside their domain, or lengths or shapes that don't agree.
 * @see Rahman, Wang (2016), Optimizing Intersection-Over-Union, https://doi.org/10.1007/978-3-319-50835-1_22
 * @example
 * ```ts
 * import { jaccard } from 'losskit';
 *
 * // A mask of one class: 1 is inside.
 * const { value, grad } = jaccard.valueAndGrad([[[0.9], [0.8], [0.4], [0.1]]], [[1, 1, 0, 0]], { smooth: 0 });
 * console.log(value.toFixed(4)); // → 0.3200
 * console.log(Array.from(grad, (g) => g.toFixed(4)).join(', ')); // → -0.4000, -0.4000, 0.2720, 0.2720
 * ```
 */
export const jaccard: RegionLoss<JaccardOptions> = /* @__PURE__ */ region({
  name: 'jaccard',
  family: 'segmentation',
  kernels,
  inputs: [input('pred', 'unit', "logits go with activation: 'sigmoid' or 'softmax'")],
  parameters: {
    smooth: smoothing(),
    activation: activations(),
    ignoreIndex: ignoreLabel(),
    overBatch: overBatch(),
    classWeight: classVector(),
  },
  activate,
  back,
  domains,
  region: (overlap, { smooth }) => tverskyRegion(overlap, { alpha: 1, beta: 1, gamma: 1, smooth }),
  properties: {
    convex: false,
    lipschitz: null,
    kinks: 'where p equals a soft target',
    torch: null,
    reference: 'Rahman, Wang (2016), Optimizing Intersection-Over-Union in Deep Neural Networks for Image Segmentation',
  },
});
