/** The shapes of a part's files: what they have to agree in, and how many samples that makes. */
import { InputError } from '../lib/errors.ts';
import { type AnyLoss, inputNames, takesLabels } from '../lib/losses.ts';
import { axisHint, axisOf, text, without } from './axis.ts';
import type { Layout, Part, Slot, Sources } from './part.ts';
import type { Request } from './request.ts';
import { reshaped } from './reshaped.ts';
import type { Source } from './source.ts';

export const equal = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((n, i) => n === b[i]);

/** One column is one column, as text or as an array of width 1. */
export const squeezed = (shape: readonly number[]): readonly number[] =>
  shape.at(-1) === 1 ? squeezed(shape.slice(0, -1)) : shape;

/** The part that sources make, if their shapes agree. */
export function agreed(request: Request, { files, weight }: Sources): Part {
  const { loss } = request;
  const sources = request.shape === null ? files : reshaped(files, request.shape);
  const isElements = loss.info.shape === 'pointwise' || loss.info.shape === 'regularizer';
  const width = isElements ? elementWidth(request, sources, weight) : rowWidth(request, sources);
  const first = sources[0]!;
  const axis = width === 0 ? null : axisOf(request, first);
  const inner = axis === null ? 1 : first.shape.slice(axis + 1).reduce((a, b) => a * b, 1);
  const samples = isElements && width === 0 ? first.size : width === 0 ? 0 : first.size / width;
  const rows = rowsOf(first, axis, samples);
  const names = inputNames(loss);
  const slots = sources.map((source, k): Slot => {
    if (isElements) sameShape(names[0]!, first, names[k]!, source);
    const per = isElements ? Math.max(1, width) : perRow(loss, sources, k, samples, width, axis);
    const isTarget = k > 0 && k === sources.length - 1 && takesLabels(loss) && per === 1;
    // With one class both fit: whole numbers are labels.
    const isLabels = isTarget && (width > 1 || source.kind === 'int' || loss.info.inputs[k]!.domain === 'labels');
    return { name: names[k]!, source, per, role: isLabels ? 'labels' : 'numbers' };
  });
  const whole = first.shape.length > 1 ? first.shape : [first.size / Math.max(1, width), Math.max(1, width)];
  const shapes = isElements && inner === 1 ? [whole] : isElements ? [whole, rows] : [rows];
  const weightSlot = weight === null ? null : weightsOf(weight, shapes, samples, Math.max(1, width), isElements);
  const unit = unitOf(weightSlot === null ? slots : [...slots, weightSlot], inner);
  const layout = (count: number): Layout => layoutOf(width, inner, count);
  return { slots, weights: weightSlot, lengths: [], samples, width, inner, unit, layout };
}

/** How rows lie; elements without rows say nothing. */
function layoutOf(width: number, inner: number, count: number): Layout {
  if (width === 0) return {};
  return inner === 1 ? { batch: count } : { shape: [count / inner, width, inner], axis: 1 };
}

/** So many samples at least are read at a time, and multiples of them, from files of which not every place is one to begin at. */
export const unitOf = (slots: readonly Slot[], least: number): number =>
  slots.reduce((unit, { source, per }) => common(unit, source.unit / divisor(source.unit, per)), least);

/** Elements: rows matter only to weights by row, and to a number for each class. */
function elementWidth(request: Request, sources: readonly Source[], weight: Source | null): number {
  const { parameters, widths, loss } = request;
  const first = sources[0]!;
  const isPerClass = ([name, value]: [string, unknown]): boolean =>
    Array.isArray(value) && loss.info.parameters[name]!.domain.includes('per class');
  const perClass = Object.entries(parameters).find(isPerClass)?.[1] as number[] | undefined;
  const byRow = weight !== null && weight.size !== first.size;
  if (loss.info.shape === 'regularizer' || (perClass === undefined && !byRow)) return 0;
  return (
    widths.classes ??
    widths.dim ??
    (first.shape.length > 1 ? first.shape[axisOf(request, first)]! : (perClass?.length ?? 0))
  );
}

/** The width of a row of the first input. */
function rowWidth(request: Request, sources: readonly Source[]): number {
  const { loss, widths } = request;
  const first = sources[0]!;
  const { shape, path, size } = first;
  const stated = widths.classes ?? widths.dim ?? (widths.batch === undefined ? undefined : size / widths.batch);
  if (shape.length > 1) {
    const width = shape[axisOf(request, first)]!;
    if (stated === undefined || stated === width) return width;
    throw new InputError(`${path}: its rows are ${width} wide (shape ${text(shape)}), not ${stated}`);
  }
  if (stated !== undefined) {
    if (size % stated === 0) return stated;
    throw new InputError(`${path}: its ${size} elements are no whole number of rows of ${stated}`);
  }
  const last = sources.at(-1)!;
  if (takesLabels(loss) && last.size > 0 && last.size < size && size % last.size === 0) return size / last.size;
  throw new InputError(
    `${path}: its shape ${text(shape)} has no rows; reshape it to [rows, width], or say --shape, ${
      loss.info.shape === 'list' ? '--dim, or --groups: the sizes of the lists' : '--classes or --batch'
    }`,
  );
}

/** The shape of the samples. */
const rowsOf = ({ shape }: Source, axis: number | null, samples: number): readonly number[] =>
  axis === null || shape.length < 2 ? [samples] : without(shape, axis);

function perRow(
  loss: AnyLoss,
  sources: readonly Source[],
  k: number,
  samples: number,
  width: number,
  axis: number | null,
): number {
  const source = sources[k]!;
  const [first] = sources as [Source];
  const rows = rowsOf(first, axis, samples);
  const names = inputNames(loss);
  if (k === 0) return width;
  const isTarget = k === sources.length - 1 && !loss.info.differentiable.includes(names[k]!);
  const fits = source.shape.length < 2 || first.shape.length < 2 || equal(squeezed(source.shape), squeezed(rows));
  if (isTarget && source.size === samples && fits) return 1;
  // An ELBO's latents have a width of their own.
  const own = sources.length > 3 && k > 1 ? sources[2]! : first;
  if (own === source && samples > 0 && source.size % samples === 0) return source.size / samples;
  sameShape(
    own === first ? names[0]! : names[2]!,
    own,
    names[k]!,
    source,
    isTarget ? `, or ${samples} of them, one a row` : '',
    isTarget && takesLabels(loss) && axis !== null ? axisHint(first.shape, axis, squeezed(source.shape)) : '',
  );
  return samples === 0 ? width : source.size / samples;
}

function sameShape(a: string, x: Source, b: string, y: Source, or = '', hint = ''): void {
  if (equal(x.shape, y.shape)) return;
  const isText = x.kind === 'text' || y.kind === 'text' || x.shape.length === 0 || y.shape.length === 0;
  if (isText && equal(squeezed(x.shape), squeezed(y.shape))) return;
  throw new InputError(
    `${y.path}: ${b} of shape ${text(y.shape)} must have the shape of ${a}, ${text(x.shape)}${or}; nothing is broadcast${hint}${x.note ?? ''}${y.note ?? ''}`,
  );
}

/** One weight a sample, or one an element; in more than one dimension, of a shape that samples have, or the first dimensions of it. */
function weightsOf(
  source: Source,
  shapes: readonly (readonly number[])[],
  samples: number,
  width: number,
  isPointwise: boolean,
): Slot {
  const slot = { name: 'sampleWeight', source, role: 'numbers' } as const;
  const shape = squeezed(source.shape);
  if (shape.length > 1 && !shapes.some((whole) => equal(shape, whole.slice(0, shape.length)))) {
    throw new InputError(`${source.path}: weights of shape ${text(shape)} for samples of shape ${text(shapes[0]!)}`);
  }
  if (source.size === samples) return { ...slot, per: 1 };
  if (isPointwise && source.size === samples * width) return { ...slot, per: width };
  throw new InputError(`${source.path}: ${source.size} weights for ${samples} samples; give one for each`);
}

/** The greatest common divisor, and the least common multiple. */
function divisor(a: number, b: number): number {
  return b === 0 ? Math.max(1, a) : divisor(b, a % b);
}
const common = (a: number, b: number): number => (a / divisor(a, b)) * b;
