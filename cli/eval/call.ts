/** One block through a loss, its errors told in terms of the files. */
import { InputError } from '../lib/errors.ts';
import type { AnyLoss } from '../lib/losses.ts';
import type { Numbers } from './dtype.ts';
import type { Part, Slot } from './part.ts';
import { type Precision, Reading } from './reading.ts';
import { placeOf } from './shift.ts';

/** A block: the loss's arguments, and the options that go with them. */
export interface Block {
  readonly start: number;
  readonly count: number;
  readonly args: readonly unknown[];
  readonly options: {
    readonly batch?: number;
    readonly shape?: readonly number[];
    readonly axis?: number;
    readonly sampleWeight?: Numbers;
  };
}

/** The blocks of a part, `least` elements each or the smallest that can be read. */
export function* blocksOf(loss: AnyLoss, part: Part, precision: Precision, least: number): Generator<Block, void> {
  const readings = part.slots.map((slot) => new Reading(slot, precision));
  const weights = part.weights === null ? null : new Reading(part.weights, precision);
  const size = blockSize(part, least);
  for (let start = 0; start < part.samples; start += size) {
    const count = Math.min(size, part.samples - start);
    const arrays = readings.map((reading) => reading.read(start, count));
    const args = loss.info.byName ? [Object.fromEntries(arrays.map((x, i) => [readings[i]!.name, x]))] : arrays;
    const rows = rowsOf(part, count);
    const sampleWeight = weights?.read(start, count);
    yield { start, count, args, options: sampleWeight === undefined ? rows : { ...rows, sampleWeight } };
  }
}

/** The options that say how the rows of a block lie. */
function rowsOf({ width, inner }: Part, count: number): Block['options'] {
  if (width === 0) return {};
  return inner === 1 ? { batch: count } : { shape: [count / inner, width, inner], axis: 1 };
}

/** Samples in a block: about `least` elements of the widest input, a multiple of what the files can be read by. */
export function blockSize({ slots, unit, samples }: Part, least: number): number {
  const widest = Math.max(...slots.map(({ per }) => per));
  // Columns of Fortran order are read one by one: fewer, longer pieces.
  const isColumns = slots.some(({ source }) => source.kind !== 'text' && source.unit > 1);
  const wanted = Math.floor((isColumns ? 8 * least : least) / Math.max(1, widest));
  return Math.min(Math.max(1, Math.floor(wanted / unit)) * unit, Math.max(1, samples));
}

/** Runs a call; what the loss says of its data names the place in the whole file. */
export function guarded<T>(part: Part, start: number, call: () => T): T {
  try {
    return call();
  } catch (error) {
    if (!(error instanceof RangeError || error instanceof TypeError)) throw error;
    const [, name, index] = error.message.match(/: ([A-Za-z0-9]+)\[(\d+)\]/) ?? [];
    const all = part.weights === null ? part.slots : [...part.slots, part.weights];
    const slot = name === undefined ? undefined : named(all, name);
    if (slot === undefined) throw new InputError(`${part.slots[0]!.source.path}: ${error.message}`);
    const sample = placeOf(slot, start + Math.floor(Number(index) / slot.per));
    const place = `: ${name}[${sample * slot.per + (Number(index) % slot.per)}]`;
    throw new InputError(`${slot.source.path}: ${error.message.replace(/: [A-Za-z0-9]+\[\d+\]/, place)}`);
  }
}

/** Labels are called so whatever the argument's name is. */
const named = (slots: readonly Slot[], name: string): Slot | undefined =>
  slots.find((slot) => slot.name === name) ??
  (name === 'labels' ? slots.find(({ role }) => role === 'labels') : undefined);
