/** The reference for losses of regions. */

import { Sum } from '../base/sum.ts';
import { numberAt } from '../base/widen.ts';
import { type Call, rowStart } from '../model/call.ts';
import type { Pixel, Region, Regionwise } from '../model/definition.ts';
import { isIgnored, labelAt } from '../read/labels.ts';
import { firstLabel, imageFault } from '../settle/regions/fault.ts';
import { type RegionSizes, regionSizes } from '../settle/regions/regions.ts';
import { ownWeight } from '../settle/weights/weightOf.ts';

/** Adds up image after image, and goes over each once more for its gradient. */
export function runRegions(call: Call): Sum {
  const sizes = regionSizes(call);
  const all = Array.from({ length: sizes.images }, (_, image) => image);
  const total = new Sum();
  if (call.parameters.overBatch === true) runGroup(call, sizes, all, total, 0);
  else for (const image of all) runGroup(call, sizes, [image], total, image * call.width);
  return total;
}

/** What one pass knows of a call. */
interface Pass {
  readonly call: Call;
  readonly sizes: RegionSizes;
  readonly definition: Regionwise;
  /** The predictions of a pixel, and what is made of them. */
  readonly pred: Float64Array;
  readonly pixel: Pixel;
  /** Σ min(p, y), Σ max(p − y, 0) and Σ max(y − p, 0) of each class. */
  readonly sums: readonly (readonly [Sum, Sum, Sum])[];
}

/** Images that have their regions in common, whose values begin at a place. */
function runGroup(call: Call, sizes: RegionSizes, images: readonly number[], total: Sum, at: number): void {
  const { loss, width, vector, values, parameters } = call;
  const together = parameters.overBatch === true;
  const definition = loss.definition as Regionwise;
  const pixel = { p: new Float64Array(width), rest: new Float64Array(width) };
  const sums = Array.from({ length: width }, () => [new Sum(), new Sum(), new Sum()] as const);
  const pass = { call, sizes, definition, pred: new Float64Array(width), pixel, sums };
  for (const image of images) {
    const w = ownWeight(call, image);
    if (w !== 0) addImage(pass, image, together ? w : 1);
  }
  if (call.overlaps !== null) {
    // NaN and what is next to infinity are in the excess.
    call.overlaps.set(sums.flat().flatMap((sum) => (sum.excess === 0 ? sum.parts() : [sum.value(), 0])));
    return;
  }
  const own = together ? 1 : ownWeight(call, images[0]!);
  const regions = sums.map(([shared, beyond, missing], k): Region => {
    const weight = own * (vector === null ? 1 : vector[k]!);
    if (weight === 0) return { loss: 0, over: 0, even: 0, under: 0 };
    const overlap = { shared: shared.value(), beyond: beyond.value(), missing: missing.value() };
    const { loss: value, over, even, under } = definition.region(overlap, parameters as never);
    total.add(value, weight);
    if (values !== null) values[at + k] = weight * value;
    const scale = weight * call.scale;
    return { loss: value, over: over * scale, even: even * scale, under: under * scale };
  });
  if (call.order === 0) return;
  for (const image of images) writeImage(pass, image, together ? ownWeight(call, image) : 1, regions);
}

/** Reads a pixel: its probabilities, and its label; −1 if it counts in no region. */
function readPixel({ call, sizes, definition, pred, pixel }: Pass, image: number, i: number): number {
  const data = call.inputs[0]!.data!;
  const place = image * sizes.pixels + i;
  if (call.labelled && isIgnored(call, place)) return -1;
  const start = rowStart(call, place);
  for (let k = 0; k < pred.length; k++) pred[k] = numberAt(data, start + k * call.inner);
  definition.activate(pred, call.parameters as never, pixel);
  return call.labelled ? labelAt(call.target.data!, place) : 0;
}

/** The target of a class of a pixel that begins at `start`: by the label, or its own. */
function targetOf(call: Call, start: number, k: number, label: number): number {
  if (!call.labelled) return numberAt(call.target.data!, start + k * call.inner);
  return Number(label === k + firstLabel(call.width));
}

function addImage(pass: Pass, image: number, w: number): void {
  const { call, sizes, pixel, sums } = pass;
  const error = imageFault(call, sizes, image);
  if (error !== null) throw error;
  for (let i = 0; i < sizes.pixels; i++) {
    const label = readPixel(pass, image, i);
    if (label < 0) continue;
    const start = rowStart(call, image * sizes.pixels + i);
    for (let k = 0; k < call.width; k++) {
      if (call.vector !== null && call.vector[k] === 0) continue;
      const [p, rest, y] = [pixel.p[k]!, pixel.rest[k]!, targetOf(call, start, k, label)];
      // Where p is near 1 the difference of what is missing to 1 has the digits.
      const difference = p > 0.5 ? 1 - y - rest : p - y;
      sums[k]![0].add(Math.min(p, y), w);
      sums[k]![1].add(Math.max(difference, 0), w);
      sums[k]![2].add(Math.max(-difference, 0), w);
    }
  }
}

/** Writes the gradient of an image, whose slopes are multiplied by its weight. */
function writeImage(pass: Pass, image: number, w: number, regions: readonly Region[]): void {
  const { call, sizes, definition, pixel } = pass;
  const out = call.grads[0]!.data;
  const slopes = new Float64Array(call.width);
  const grad = new Float64Array(call.width);
  const isOut = ownWeight(call, image) === 0;
  for (let i = 0; i < sizes.pixels; i++) {
    const label = isOut ? -1 : readPixel(pass, image, i);
    const start = rowStart(call, image * sizes.pixels + i);
    grad.fill(0);
    if (label >= 0) {
      for (let k = 0; k < call.width; k++) {
        slopes[k] = w * slopeAt(regions[k]!, pixel.p[k]!, targetOf(call, start, k, label));
      }
      definition.back(pixel, slopes, call.parameters as never, grad);
    }
    for (let k = 0; k < call.width; k++) out[start + k * call.inner] = grad[k]!;
  }
}

/** The slope of a region in p: for targets of 0 and 1 p can be on one side alone. */
function slopeAt({ over, even, under }: Region, p: number, y: number): number {
  if (p < y || y === 1) return under;
  return p > y || y === 0 ? over : even;
}
