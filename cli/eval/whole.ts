/** Losses that compare all rows with all others: the files of all parts in memory, as one call. */
import { InputError } from '../lib/errors.ts';
import type { Block } from './call.ts';
import type { Numbers } from './dtype.ts';
import type { Part, Slot } from './part.ts';
import { type Precision, Reading } from './reading.ts';
import type { Request } from './request.ts';

/** Whether everything has to be in one block: losses of a batch, and what regions of all images together have by themselves. */
export const isWhole = ({ loss, parameters, byRow, grad }: Request): boolean =>
  loss.info.shape === 'batch' || (parameters.overBatch === true && (byRow || grad !== undefined));

/** The one block that holds everything. */
export function wholeBlock({ loss: { info } }: Request, parts: readonly Part[], precision: Precision): Block {
  const [first] = parts as [Part];
  const rowOf = ({ layout, width }: Part): string => [...(layout(1).shape ?? [1, width])].slice(1).join(', ');
  for (const part of parts) {
    if (rowOf(part) === rowOf(first)) continue;
    const { path } = part.slots[0]!.source;
    throw new InputError(`${path}: it has [${rowOf(part)}] a sample, ${first.slots[0]!.source.path} [${rowOf(first)}]`);
  }
  const count = parts.reduce((n, { samples }) => n + samples, 0);
  try {
    const args = info.inputs.map((_, k) => joined(parts, precision, ({ slots }) => slots[k]!));
    const weights = first.weights === null ? null : joined(parts, precision, (part) => part.weights!);
    return { start: 0, count, args, options: { ...first.layout(count), ...(weights && { sampleWeight: weights }) } };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const bytes = count * first.slots.reduce((n, { per }) => n + per, 0) * (precision === 'float32' ? 4 : 8);
    const size = `${(bytes / 2 ** 30).toFixed(1)} GiB`;
    throw new InputError(`${info.name} needs all rows at once, and ${size} of memory, which isn't there`);
  }
}

/** One of the inputs, of all parts one after the other. */
function joined(parts: readonly Part[], precision: Precision, slotOf: (part: Part) => Slot): Numbers {
  const arrays = parts.map((part) => new Reading(slotOf(part), precision).read(0, part.samples));
  if (arrays.length === 1) return arrays[0]!;
  const length = arrays.reduce((n, { length }) => n + length, 0);
  const all = new (arrays[0]!.constructor as new (length: number) => Numbers)(length);
  let at = 0;
  for (const array of arrays) {
    all.set(array, at);
    at += array.length;
  }
  return all;
}
