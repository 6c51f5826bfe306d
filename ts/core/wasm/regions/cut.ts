/** How images are cut for the kernels of regions: into blocks of whole images, or of some pixels of one. */

import type { Memory } from '../../memory/memory.ts';
import type { Call } from '../../model/call.ts';
import { type RegionSizes, regionSizes } from '../../settle/regions/regions.ts';
import { blockBytes, blocksTogether } from '../blocks.ts';
import { placeOf, placeOfLabels } from '../place.ts';
import { threadsFor } from '../threads/crew.ts';

/** Bytes of a block of pixels, of which there is a piece for each class, and of the largest image that is a block by itself. */
const imageBytes = 4 * blockBytes;

/** How much larger that image may be where threads take images, of which there are some then. */
const imagesTogether = 8;

/** Numbers below which a call is over before another thread has begun. */
const fewest = 1 << 14;

/** Blocks of pixels end where tiles of the kernels do (`tile_of` in their `loops/region/memory.rs`). */
const tile = 128;

/** Bytes of what a region has in memory: three sums, each with what rounding it lost. */
export const stateBytes = 48;

/** Some images, or some pixels of one. */
export interface Block {
  readonly image: number;
  readonly images: number;
  readonly from: number;
  readonly count: number;
}

/** How a call is cut. Images that have their regions in common, and no weights, are one. */
export interface Cut extends RegionSizes {
  /** Whether all images have their regions in common. */
  readonly together: boolean;
  /** Addresses of the arrays that lie in WebAssembly's memory as the kernels read them; 0 for others. */
  readonly home: { readonly pred: number; readonly target: number; readonly grad: number; readonly weights: number };
  /** Whether predictions, dense targets and gradients take part where they lie: blocks of pixels have all of them there, or none. */
  readonly inPlace: boolean;
  /** Images of a block, and pixels of an image that it has. */
  readonly most: number;
  readonly run: number;
  /** Threads that may take the images of a block. */
  readonly threads: number;
}

/** Cuts a settled call. */
export function cutOf(call: Call, memory: Memory): Cut {
  const { single, labelled, target, inputs, grads, weights, parameters } = call;
  const together = parameters.overBatch === true;
  const sizes = together && weights.data === null ? asOne(regionSizes(call)) : regionSizes(call);
  const { images, classes, pixels } = sizes;
  const home = {
    pred: placeOf(memory, inputs[0]!, single),
    target: labelled ? placeOfLabels(memory, call) : placeOf(memory, target, single),
    grad: grads.length === 0 ? 0 : placeOf(memory, grads[0]!, single),
    weights: placeOf(memory, weights, single),
  };
  const inPlace = home.pred > 0 && (grads.length === 0 || home.grad > 0) && (labelled || home.target > 0);
  // Of what isn't there, bytes of a pixel: all classes, or a label.
  const bytes = !inPlace ? classes * (single ? 4 : 8) : home.target > 0 ? 0 : 4;
  // Images that have their regions in common are added up one after another.
  const threads = together || images * pixels * classes < fewest ? 1 : threadsFor(home.grad, home.pred);
  const [blocks, larger, fewestImages] = threads === 1 ? [1, 1, 1] : [blocksTogether, imagesTogether, 2 * threads];
  const isWhole = pixels * bytes <= larger * imageBytes;
  const run = isWhole ? pixels : Math.max(tile, Math.floor(imageBytes / bytes / tile) * tile);
  const room = blocks * blockBytes;
  const fitting = Math.min(room / (pixels * bytes || 1), room / (classes * stateBytes || 1));
  const most = isWhole ? Math.min(images, Math.max(fewestImages, Math.floor(fitting))) : 1;
  return { ...sizes, together, home, inPlace, most, run, threads };
}

/** All images as one. */
const asOne = (sizes: RegionSizes): RegionSizes => ({ ...sizes, images: 1, pixels: sizes.images * sizes.pixels });

/** The blocks of images that have regions of their own, or in common, each time those that come to an end together. */
export function* groupsOf({ images, pixels, together, most, run }: Cut): Generator<readonly Block[]> {
  let group: Block[] = [];
  for (let image = 0; image < images; image += most) {
    const count = Math.min(most, images - image);
    for (let from = 0; from < pixels || from === 0; from += run || 1) {
      group.push({ image, images: count, from, count: Math.min(run, pixels - from) });
    }
    if (together) continue;
    yield group;
    group = [];
  }
  if (together) yield group;
}
