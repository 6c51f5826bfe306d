/** Losses that compare all rows with all others: the files of all parts in memory, as one call. */
import { InputError } from '../lib/errors.ts';
import type { AnyLoss } from '../lib/losses.ts';
import type { Block } from './call.ts';
import type { Numbers } from './dtype.ts';
import type { Part } from './part.ts';
import { type Precision, Reading } from './reading.ts';

/** The one block that holds everything. */
export function wholeBlock({ info }: AnyLoss, parts: readonly Part[], precision: Precision): Block {
  const [first] = parts as [Part];
  for (const { slots, width } of parts) {
    if (width === first.width) continue;
    const { path } = slots[0]!.source;
    throw new InputError(`${path}: its rows are ${width} wide, those of ${first.slots[0]!.source.path} ${first.width}`);
  }
  const count = parts.reduce((n, { samples }) => n + samples, 0);
  try {
    const args = info.inputs.map((_, k) => joined(parts, k, precision));
    return { start: 0, count, args, options: { batch: count } };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const bytes = count * first.width * info.inputs.length * (precision === 'float32' ? 4 : 8);
    const size = `${(bytes / 2 ** 30).toFixed(1)} GiB`;
    throw new InputError(
      `${info.name} compares all rows with all others, and needs ${size} of memory, which isn't there`,
    );
  }
}

/** Input k of all parts, one after the other. */
function joined(parts: readonly Part[], k: number, precision: Precision): Numbers {
  const arrays = parts.map(({ slots, samples }) => new Reading(slots[k]!, precision).read(0, samples));
  if (arrays.length === 1) return arrays[0]!;
  const length = arrays.reduce((n, { length }) => n + length, 0);
  const all = precision === 'float32' ? new Float32Array(length) : new Float64Array(length);
  let at = 0;
  for (const array of arrays) {
    all.set(array, at);
    at += array.length;
  }
  return all;
}
