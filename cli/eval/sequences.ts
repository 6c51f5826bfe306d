/** Sequences of scores, each with labels of its own: [sequences, steps, classes] and [sequences, labels]. */
import { InputError, UsageError } from '../lib/errors.ts';
import { inputNames } from '../lib/losses.ts';
import { equal, squeezed, unitOf } from './agree.ts';
import { text } from './axis.ts';
import type { Part, Slot, Sources } from './part.ts';
import { lengthOfEach, weightOfEach } from './perSample.ts';
import type { Request } from './request.ts';
import type { Source } from './source.ts';
import { checkStated } from './stated.ts';

/** The part that scores, labels and lengths make. */
export function sequencesAgreed(request: Request, { files, weight, lengths }: Sources): Part {
  const { loss, axis } = request;
  if (axis !== null) throw new UsageError(`${loss.info.name} takes no --axis: its classes are the last`);
  const [logits, labels] = files as [Source, Source];
  const [samples, steps, width] = shapeOf(request, logits);
  checkStated(request, logits, [samples, 'sequences'], width);
  const count = samples === 0 ? 0 : labels.size / samples;
  const shape = squeezed(labels.shape);
  if (!Number.isInteger(count) || (shape.length > 1 && !equal(shape, squeezed([samples, count])))) {
    throw new InputError(
      `${labels.path}: labels of shape ${text(labels.shape)} for ${samples} sequences; give [sequences, labels], the shorter ones filled up, with --label-lengths`,
    );
  }
  const [first, second] = inputNames(loss) as [string, string];
  const slots: Slot[] = [
    { name: first, source: logits, per: steps * width, role: 'numbers' },
    { name: second, source: labels, per: count, role: 'labels' },
  ];
  const weights = weight === null ? null : weightOfEach(weight, samples, 'sequence');
  return {
    slots,
    weights,
    lengths: Object.entries(lengths).map(([name, source]) => lengthOfEach(name, source, samples)),
    samples,
    width,
    inner: 1,
    unit: unitOf(slots, 1),
    layout: (n) => ({ shape: [n, steps, width] }),
    losses: [samples],
  };
}

/** Sequences, steps and classes. */
function shapeOf({ shape: wanted, widths }: Request, { path, shape, size }: Source): readonly [number, number, number] {
  const { batch, classes } = widths;
  const isFlat = shape.length < 2;
  const given = wanted ?? (isFlat && batch !== undefined && classes !== undefined ? [batch, -1, classes] : shape);
  const known = given.reduce((n, length) => (length === -1 ? n : n * length), 1);
  const all = given.map((length) => (length === -1 ? size / known : length));
  if (all.length === 3 && all.every(Number.isInteger) && all.reduce((a, b) => a * b, 1) === size) {
    return all as unknown as readonly [number, number, number];
  }
  throw new InputError(
    `${path}: its shape ${text(shape)} isn't [sequences, steps, classes]; say --shape, or --batch and --classes`,
  );
}
