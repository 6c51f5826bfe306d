/** The steps, classes and labels of sequences, and how much of each is used. */

import { rangeError, words } from '../../base/errors.ts';
import type { TypedArray } from '../../base/typed.ts';
import type { Call } from '../../model/call.ts';
import { labelAt } from '../../read/labels.ts';
import { asLabels } from '../../read/tensor.ts';

/** The sizes of a settled call: `steps` and `count` are what there is room for. */
export interface SequenceSizes {
  readonly steps: number;
  readonly classes: number;
  /** Labels. */
  readonly count: number;
}

/** Where a sequence ends: as far as it says, or as there is room. */
export interface Used {
  readonly steps: number;
  readonly count: number;
}

/** Settles the number of sequences, their steps, classes and labels. */
export function settleSequences(call: Call, length: number): void {
  const { loss, target, parameters, weights } = call;
  const { name } = loss;
  const [n, width] = sizesOf(call, length);
  call.n = n;
  call.width = width;
  const count = countOf(call, n);
  const { data, plain, shape } = target;
  if (!plain && !(data instanceof Int32Array)) {
    target.data = asLabels(name, loss.targetName, { data: data!, shape }).data as TypedArray;
  }
  call.labelled = true;
  const { steps } = sequenceSizes(call);
  checkUsed(call, 'inputLengths', steps, 'steps');
  checkUsed(call, 'labelLengths', count, 'labels');
  const blank = parameters.blank as number;
  if (width > 0 && blank >= width) throw rangeError(name, 'blank', `a class, below ${width}`, blank);
  if (weights.shape !== null && weights.shape.length > 1 && weights.length === n) {
    throw rangeError(name, 'sampleWeight', `of shape [${n}]`, words(`shape [${weights.shape.join(', ')}]`), 'or flat');
  }
}

/** The number of sequences, and of classes. */
function sizesOf(call: Call, length: number): readonly [n: number, width: number] {
  const { loss, inputs, batch, classes } = call;
  const { name } = loss;
  const { shape } = inputs[0]!;
  if (shape !== null && shape.length > 1) {
    const text = `[${shape.join(', ')}]`;
    if (shape.length !== 3) {
      throw rangeError(name, 'logits', 'of shape [sequences, steps, classes]', words(`shape ${text}`));
    }
    const [n, , width] = shape as readonly [number, number, number];
    if (batch >= 0 && batch !== n) throw rangeError(name, 'batch', `${n}, as for logits of shape ${text}`, batch);
    if (classes >= 0 && classes !== width) {
      throw rangeError(name, 'classes', `${width}, as for logits of shape ${text}`, classes);
    }
    return [n, width];
  }
  const n = batch >= 0 ? batch : knownNumber(call);
  if (n === 0 && length === 0) return [0, Math.max(classes, 0)];
  if (classes < 0 || n < 0) {
    const fix = 'give { shape: [sequences, steps, classes] }, or { batch, classes }';
    throw new RangeError(
      `${name}: logits is flat, and ${classes < 0 ? 'its row width' : 'the number of sequences'} isn't known; ${fix}`,
    );
  }
  if (n === 0 || length % (n * classes) !== 0) {
    const expected = `of a length that is a multiple of ${n * classes} (batch = ${n}, classes = ${classes})`;
    throw rangeError(name, 'logits', expected, words(`length ${length}`));
  }
  return [n, classes];
}

/** The number of sequences that labels or lengths say; −1 if nothing says it. */
function knownNumber({ target, parameters }: Call): number {
  const { shape } = target;
  if (shape !== null && shape.length > 1) return shape[0]!;
  const given = (parameters.inputLengths ?? parameters.labelLengths) as Int32Array | null;
  return given === null ? -1 : given.length;
}

/** Labels that there is room for in each sequence. */
function countOf({ loss, target }: Call, n: number): number {
  const { length, shape } = target;
  const text = `one row for each of the ${n} sequences`;
  if (shape !== null && shape.length > 1 && (shape.length !== 2 || shape[0] !== n)) {
    throw rangeError(
      loss.name,
      loss.targetName,
      `of shape [${n}, labels], ${text}`,
      words(`shape [${shape.join(', ')}]`),
    );
  }
  if (n === 0 ? length > 0 : length % n !== 0) {
    const fix = 'pad shorter ones, and say how many count with { labelLengths }';
    throw rangeError(
      loss.name,
      loss.targetName,
      `of a length that is a multiple of ${n}, ${text}`,
      words(`length ${length}`),
      fix,
    );
  }
  return n === 0 ? 0 : length / n;
}

/** Lengths are one a sequence, each within what there is room for. */
function checkUsed({ loss, parameters, n }: Call, option: string, most: number, what: string): void {
  const used = parameters[option] as Int32Array | null;
  if (used === null) return;
  if (used.length !== n)
    throw rangeError(loss.name, option, `of length ${n} (one per sequence)`, words(`length ${used.length}`));
  const place = used.findIndex((length) => length > most);
  if (place >= 0)
    throw rangeError(loss.name, `${option}[${place}]`, `at most ${most}, as there are ${most} ${what}`, used[place]);
}

/** The sizes of a settled call. */
export function sequenceSizes({ inputs, target, n, width }: Call): SequenceSizes {
  if (n === 0) return { steps: 0, classes: width, count: 0 };
  return { steps: width === 0 ? 0 : inputs[0]!.length / (n * width), classes: width, count: target.length / n };
}

/** How much of sequence i is used. */
export function usedOf({ parameters }: Call, sizes: SequenceSizes, i: number): Used {
  const at = (lengths: unknown, all: number): number => (lengths as Int32Array | null)?.[i] ?? all;
  return { steps: at(parameters.inputLengths, sizes.steps), count: at(parameters.labelLengths, sizes.count) };
}

/** The place of the first label in use that is no class, or the blank; −1 if there is none. */
export function badLabel(call: Call, sizes: SequenceSizes, i: number): number {
  const { count } = usedOf(call, sizes, i);
  for (let j = 0; j < count; j++) {
    const label = labelAt(call.target.data!, i * sizes.count + j);
    if (label < 0 || label >= sizes.classes || label === call.parameters.blank) return i * sizes.count + j;
  }
  return -1;
}

/** The error for sequence i, in which a backend found such a label. */
export function sequenceFault(call: Call, i: number): RangeError {
  const { loss, target, width, parameters } = call;
  const at = Math.max(0, badLabel(call, sequenceSizes(call), i));
  const label = String(target.data![at]);
  const what = !Number.isInteger(Number(label))
    ? 'is no whole number'
    : Number(label) === parameters.blank
      ? 'is the blank, which no label may be'
      : `is out of range for ${width} ${width === 1 ? 'class' : 'classes'}`;
  const fix = 'what is padding is left out by { labelLengths }, and another blank is given as { blank }';
  return new RangeError(`${loss.name}: ${loss.targetName}[${at}] = ${label} ${what}; ${fix}`);
}
