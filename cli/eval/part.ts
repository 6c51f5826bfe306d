/** A part of the data: the files of one call, their shapes in agreement. */
import { InputError } from '../lib/errors.ts';
import { type AnyLoss, inputNames, takesLabels } from '../lib/losses.ts';
import type { Request } from './request.ts';
import { type Runs, shifted } from './shift.ts';
import { openSource, type Source } from './source.ts';

/** An input of a part. */
export interface Slot {
  readonly name: string;
  readonly source: Source;
  /** Elements for each sample. */
  readonly per: number;
  /** 'labels' are read as int32. */
  readonly role: 'numbers' | 'labels';
  /** Which samples of the file count, if not all. */
  readonly runs?: Runs;
}

/** What one call would take. */
export interface Part {
  readonly slots: readonly Slot[];
  readonly weights: Slot | null;
  /** Rows; elements of a pointwise loss whose rows don't matter. */
  readonly samples: number;
  /** The row width of the first input; 0 where rows don't matter. */
  readonly width: number;
  /** Blocks are multiples of this many samples. */
  readonly unit: number;
}

const text = (shape: readonly number[]): string => `[${shape.join(', ')}]`;
const equal = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((n, i) => n === b[i]);

/** One column is one column, as text or as an array of width 1. */
const squeezed = (shape: readonly number[]): readonly number[] =>
  shape.at(-1) === 1 ? squeezed(shape.slice(0, -1)) : shape;

/** Opens the files of part `i` and checks that their shapes agree. */
export async function openPart(request: Request, i: number): Promise<Part> {
  const { loss, inputs, csv, weights } = request;
  const sources: Source[] = [];
  const opened = async (name: string): Promise<Source> => {
    const source = await openSource(inputs, name, csv);
    sources.push(source);
    return source;
  };
  try {
    for (const name of request.parts[i]!) await opened(name);
    const own = [...sources];
    const weight = weights[i] === undefined ? null : await opened(weights[i]!);
    const part = agreed(request, own, weight);
    return request.shift ? shifted(part, loss.info.differentiable) : part;
  } catch (error) {
    for (const source of sources) source.close();
    throw error;
  }
}

/** The part that sources make, if their shapes agree. */
function agreed(request: Request, sources: readonly Source[], weight: Source | null): Part {
  const { loss } = request;
  const isElements = loss.info.shape === 'pointwise' || loss.info.shape === 'regularizer';
  const width = isElements ? elementWidth(request, sources, weight) : rowWidth(request, sources);
  const first = sources[0]!;
  const samples = isElements && width === 0 ? first.size : width === 0 ? 0 : first.size / width;
  const names = inputNames(loss);
  const slots = sources.map((source, k): Slot => {
    if (isElements) sameShape(names[0]!, first, names[k]!, source);
    const per = isElements ? Math.max(1, width) : perRow(loss, sources, k, samples, width);
    const isTarget = k > 0 && k === sources.length - 1 && takesLabels(loss) && per === 1;
    // With one class both fit: whole numbers are labels.
    const isLabels = isTarget && (width > 1 || source.kind === 'int' || loss.info.inputs[k]!.domain === 'labels');
    return { name: names[k]!, source, per, role: isLabels ? 'labels' : 'numbers' };
  });
  const weightSlot = weight === null ? null : weightsOf(weight, first, samples, Math.max(1, width), isElements);
  const all = weightSlot === null ? slots : [...slots, weightSlot];
  const unit = all.reduce((least, { source, per }) => common(least, source.unit / divisor(source.unit, per)), 1);
  return { slots, weights: weightSlot, samples, width, unit };
}

/** Closes a part's files. */
export function closePart({ slots, weights }: Part): void {
  for (const { source } of slots) source.close();
  weights?.source.close();
}

/** Elements: rows matter only to weights by row, and to a number for each class. */
function elementWidth(
  { parameters, widths, loss }: Request,
  sources: readonly Source[],
  weight: Source | null,
): number {
  const first = sources[0]!;
  const perClass = Object.values(parameters).find(Array.isArray) as number[] | undefined;
  const byRow = weight !== null && weight.size !== first.size;
  if (loss.info.shape === 'regularizer' || (perClass === undefined && !byRow)) return 0;
  return widths.classes ?? widths.dim ?? (first.shape.length > 1 ? first.shape.at(-1)! : (perClass?.length ?? 0));
}

/** The width of a row of the first input. */
function rowWidth({ loss, widths }: Request, sources: readonly Source[]): number {
  const first = sources[0]!;
  const { shape, path, size } = first;
  const stated = widths.classes ?? widths.dim ?? (widths.batch === undefined ? undefined : size / widths.batch);
  if (shape.length > 1) {
    const width = shape.at(-1)!;
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
    `${path}: its shape ${text(shape)} has no rows; reshape it to [rows, width], or say --classes or --batch`,
  );
}

function perRow(loss: AnyLoss, sources: readonly Source[], k: number, samples: number, width: number): number {
  const source = sources[k]!;
  const [first] = sources as [Source];
  const names = inputNames(loss);
  if (k === 0) return width;
  const isTarget = k === sources.length - 1 && !loss.info.differentiable.includes(names[k]!);
  const rows = first.shape.slice(0, -1);
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
  );
  return samples === 0 ? width : source.size / samples;
}

function sameShape(a: string, x: Source, b: string, y: Source, or = ''): void {
  if (equal(x.shape, y.shape)) return;
  const isText = x.kind === 'text' || y.kind === 'text' || x.shape.length === 0 || y.shape.length === 0;
  if (isText && equal(squeezed(x.shape), squeezed(y.shape))) return;
  throw new InputError(
    `${y.path}: ${b} of shape ${text(y.shape)} must have the shape of ${a}, ${text(x.shape)}${or}; nothing is broadcast`,
  );
}

/** One weight a sample, or one an element; in more than one dimension, those of the samples. */
function weightsOf(source: Source, first: Source, samples: number, width: number, isPointwise: boolean): Slot {
  const slot = { name: 'sampleWeight', source, role: 'numbers' } as const;
  const shape = squeezed(source.shape);
  const whole = first.shape.length > 1 ? first.shape : [first.size / width, width];
  if (shape.length > 1 && !equal(shape, whole.slice(0, shape.length))) {
    throw new InputError(`${source.path}: weights of shape ${text(shape)} for samples of shape ${text(whole)}`);
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
