/** Images whose regions are compared: predictions of any shape with a class axis, and labels or dense targets. */
import { InputError } from '../lib/errors.ts';
import { inputNames } from '../lib/losses.ts';
import { equal, squeezed, unitOf } from './agree.ts';
import { axisOf, text, without } from './axis.ts';
import type { Part, Slot, Sources } from './part.ts';
import { weightOfEach } from './perSample.ts';
import type { Request } from './request.ts';
import { reshaped } from './reshaped.ts';
import type { Source } from './source.ts';
import { checkStated } from './stated.ts';

const product = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** The part that predictions and targets make. */
export function regionsAgreed(request: Request, { files, weight }: Sources): Part {
  const { loss, parameters } = request;
  const wanted = shapeOf(request, files[0]!);
  const [pred, target] = (wanted === null ? files : reshaped(files, wanted)) as [Source, Source];
  const { shape, path } = pred;
  if (shape.length < 2) {
    throw new InputError(
      `${path}: its shape ${text(shape)} has no images and classes; say --shape and --axis, or --batch and --classes`,
    );
  }
  const axis = axisOf(request, pred);
  if (axis === 0) throw new InputError(`${path}: the first axis is that of the images; say another --axis`);
  const [images, classes] = [shape[0]!, shape[axis]!];
  checkStated(request, pred, [images, 'images'], classes);
  const per = product(shape.slice(1));
  const pixels = per / Math.max(1, classes);
  const isLabels = target.size === images * pixels && (classes !== 1 || target.kind === 'int');
  const expected = isLabels ? without(shape, axis) : shape;
  checkTarget(target, [expected, ...(classes === 1 ? [shape, without(shape, axis)] : [])], without(shape, axis), shape);
  const [first, second] = inputNames(loss) as [string, string];
  const slots: Slot[] = [
    { name: first, source: pred, per, role: 'numbers' },
    { name: second, source: target, per: isLabels ? pixels : per, role: isLabels ? 'labels' : 'numbers' },
  ];
  return {
    slots,
    weights: weight === null ? null : weightOfEach(weight, images, 'image'),
    lengths: [],
    samples: images,
    width: classes,
    inner: product(shape.slice(axis + 1)),
    unit: unitOf(slots, 1),
    layout: (count) => ({ shape: [count, ...shape.slice(1)], axis }),
    losses: parameters.overBatch === true ? [classes] : [images, classes],
  };
}

/** The shape of predictions whose file doesn't say it: null where it does. */
function shapeOf({ shape, widths: { batch, classes } }: Request, pred: Source): readonly number[] | null {
  if (shape !== null || pred.shape.length > 1) return shape;
  return batch === undefined || classes === undefined ? null : [batch, -1, classes];
}

function checkTarget(
  { path, shape, size }: Source,
  shapes: readonly (readonly number[])[],
  labels: readonly number[],
  dense: readonly number[],
): void {
  const fits = (wanted: readonly number[]): boolean =>
    shape.length < 2 ? size === product(wanted) : equal(squeezed(shape), squeezed(wanted));
  if (shapes.some(fits)) return;
  throw new InputError(
    `${path}: a target of shape ${text(shape)} is neither labels of shape ${text(labels)} nor dense, of ${text(dense)}; which axis the classes are, --axis says`,
  );
}
