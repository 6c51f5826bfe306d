import { type RegionOptions, region } from '../../core/facade/loss.ts';
import type { RegionLoss } from '../../core/facade/lossTypes.ts';
import { input } from '../../core/model/definition.ts';
import { type Ignored, ignoreLabel } from '../../core/model/ignored.ts';
import { classVector, type PerClass } from '../../core/model/perClass.ts';
import { activate, activations, back, domains, overBatch, smoothing, tverskyRegion } from '../formulas/regions.ts';
import { kernels } from './kernels.ts';

/** Options of {@link dice}. */
export interface DiceOptions extends RegionOptions {
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
 * Dice's loss: how far the overlap of prediction and target falls short of all. For segmentation, where most pixels are background.
 *
 * ```text
 * L = 1 − (2I + s)/D,  D = A + B + s;  over the pixels of a region A = Σ p, B = Σ y, I = Σ min(p, y)
 *     a region is a class of an image; min(p, y) is p y for targets of 0 and 1, and for soft ones makes p = y the best there is
 * ∂L/∂p = [2I + s − 2i D]/D²
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
 * - PyTorch: none. MONAI's `DiceLoss` with `include_background=True` has the same value for labels (its `smooth_nr` and `smooth_dr` are s);
 *   segmentation_models_pytorch's sums over the batch, which is `overBatch`, and gives classes without a pixel no loss, which is
 *   `classWeight`.
 *
 * @param pred - Predictions: probabilities, or logits with an `activation`.
 * @param target - Labels, or dense targets y.
 * @param options - {@link DiceOptions}, with `reduction`.
 * @returns The weighted mean over the regions, the sum, or with `reduction: 'none'` one loss per region.
 * @throws {TypeError} On an argument of the wrong kind or an unknown option.
 * @throws {RangeError} On predictions, labels, targets or options outside their domain, or lengths or shapes that don't agree.
 * @see Milletari, Navab, Ahmadi (2016), V-Net, https://doi.org/10.1109/3DV.2016.79
 * @example
 * ```ts
 * import { dice } from 'losskit';
 *
 * // One image of four pixels, two classes.
 * const p = [[[0.9, 0.1], [0.8, 0.2], [0.4, 0.6], [0.1, 0.9]]];
 * const { value, grad } = dice.valueAndGrad(p, [[0, 0, 1, 1]], { smooth: 0 });
 * console.log(value.toFixed(4)); // → 0.2005
 * console.log(Array.from(grad.subarray(0, 4), (g) => g.toFixed(4)).join(', ')); // → -0.1417, 0.1039, -0.1417, 0.1039
 * ```
 */
export const dice: RegionLoss<DiceOptions> = /* @__PURE__ */ region({
  name: 'dice',
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
  region: (overlap, { smooth }) => tverskyRegion(overlap, { alpha: 0.5, beta: 0.5, gamma: 1, smooth: 0.5 * smooth }),
  properties: {
    convex: false,
    lipschitz: null,
    kinks: 'where p equals a soft target',
    torch: null,
    reference:
      'Milletari, Navab, Ahmadi (2016), V-Net: Fully Convolutional Neural Networks for Volumetric Medical Image Segmentation',
  },
});
