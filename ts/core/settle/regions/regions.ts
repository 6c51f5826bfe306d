/** Regions: the pixels of an image, once for each class. */

import { rangeError, words } from '../../base/errors.ts';
import { Sum } from '../../base/sum.ts';
import type { Call, Compiled } from '../../model/call.ts';
import type { Regionwise } from '../../model/definition.ts';
import { axisOf, text, without } from '../../read/axis.ts';
import { sizeOf } from '../../read/read.ts';
import { checkFlatAxis, checkVector } from '../shape.ts';
import { settleTarget } from '../targets.ts';
import { sampleTotal } from '../totals/totals.ts';

/** How the predictions of a settled call lie. */
export interface RegionSizes {
  readonly images: number;
  readonly classes: number;
  /** Pixels of an image. */
  readonly pixels: number;
  /** Of these, so many lie one after another before those of the next class. */
  readonly inner: number;
}

/** The sizes of a settled call. */
export function regionSizes(call: Call): RegionSizes {
  const shape = call.inputs[0]!.shape!;
  const axis = axisOf(call, shape);
  const inner = sizeOf(shape.slice(axis + 1));
  return { images: shape[0]!, classes: shape[axis]!, pixels: sizeOf(shape.slice(1, axis)) * inner, inner };
}

/** Settles images, classes and pixels; `n` is the number of regions. */
export function settleRegions(call: Call, length: number): void {
  const { loss, inputs, batch, classes } = call;
  const { name } = loss;
  const slot = inputs[0]!;
  if (slot.shape === null || slot.shape.length < 2) {
    slot.shape = flatShape(call, length);
    if (call.target.shape?.length === 1) call.target.shape = null;
  }
  const { shape } = slot;
  const axis = axisOf(call, shape);
  const source = `${loss.inputs[0]!} of shape ${text(shape)}`;
  if (axis === 0) {
    const fix = 'the first axis is that of the images';
    throw rangeError(name, 'axis', `from 1 to ${shape.length - 1}, for ${source}`, call.axis, fix);
  }
  const { images, classes: width, pixels, inner } = regionSizes(call);
  if (batch >= 0 && batch !== images) throw rangeError(name, 'batch', `${images}, as for ${source}`, batch);
  if (classes >= 0 && classes !== width) throw rangeError(name, 'classes', `${width}, as for ${source}`, classes);
  call.width = width;
  call.inner = inner;
  call.n = width * (call.parameters.overBatch === true ? 1 : images);
  if (width === 1) dropShape(call, axis);
  settleTarget(call, images * pixels, width, length);
  const vector = call.parameters.classWeight as Float64Array | null;
  if (vector !== null && length > 0) checkVector(call, 'classWeight', vector, width);
  call.vector = vector;
}

/** Of one class, a mask may have the dimension of the classes, or do without it. */
function dropShape({ inputs, target }: Call, axis: number): void {
  const shape = inputs[0]!.shape!;
  const fitting = [shape, without(shape, axis)].map(text);
  if (!target.plain && target.shape !== null && fitting.includes(text(target.shape))) target.shape = null;
}

/** The shape of flat predictions: images, pixels, classes. */
function flatShape(call: Call, length: number): readonly number[] {
  const { loss, batch, classes, axis } = call;
  if (axis !== -1) checkFlatAxis(call);
  if (batch < 0 || classes < 0) {
    const missing = classes < 0 ? 'the number of its classes' : 'the number of images';
    const fix =
      'give { shape: [images, classes, height, width], axis: 1 }, or { batch, classes } where the classes are last';
    throw new RangeError(`${loss.name}: ${loss.inputs[0]!} is flat, and ${missing} isn't known; ${fix}`);
  }
  const unit = batch * classes;
  if (unit === 0 ? length > 0 : length % unit !== 0) {
    const expected = `of a length that is a multiple of ${unit} (batch = ${batch}, classes = ${classes})`;
    throw rangeError(loss.name, loss.inputs[0]!, expected, words(`length ${length}`));
  }
  return [batch, unit === 0 ? 0 : length / unit, classes];
}

/** Weights are one an image. */
export function settleImageWeights(call: Call): void {
  const { weights, loss } = call;
  if (weights.data === null) return;
  const { images } = regionSizes(call);
  const expected = `of length ${images} (one per image)`;
  if (weights.length !== images) {
    throw rangeError(loss.name, 'sampleWeight', expected, words(`length ${weights.length}`));
  }
  if (weights.shape !== null && weights.shape.length > 1) {
    throw rangeError(
      loss.name,
      'sampleWeight',
      `of shape [${images}]`,
      words(`shape ${text(weights.shape)}`),
      'or flat',
    );
  }
}

/** Σ w: a region weighs what its class and its image do; over all images of a batch, what its class does. */
export function regionTotal(call: Call): number {
  const { weights, vector, width, parameters } = call;
  const { images } = regionSizes(call);
  // First, for the check.
  const samples = sampleTotal(call);
  if (images === 0) return 0;
  const classes = vector === null ? width : totalOf(vector);
  if (parameters.overBatch === true) return classes;
  return (weights.data === null ? images : samples) * classes;
}

function totalOf(vector: Float64Array): number {
  const sum = new Sum();
  for (const x of vector) sum.add(x);
  return sum.value();
}

/** Σ w·L and Σ w of regions that all images have in common, from the three sums of each class. */
export function concludeRegions(
  { definition }: Compiled,
  parameters: Compiled['defaults'],
  sums: readonly Sum[],
): readonly [Sum, Sum] {
  const total = [new Sum(), new Sum()] as const;
  const weights = parameters.classWeight as ArrayLike<number> | null;
  for (let k = 0; 3 * k < sums.length; k++) {
    const weight = weights === null ? 1 : weights[k]!;
    if (weight === 0) continue;
    const [shared, beyond, missing] = sums.slice(3 * k).map((sum) => sum.value()) as [number, number, number];
    total[0].add((definition as Regionwise).region({ shared, beyond, missing }, parameters as never).loss, weight);
    total[1].add(weight);
  }
  return total;
}
