/** One block through a loss, its errors told in terms of the files. */
import { InputError } from '../lib/errors.ts';
import type { AnyLoss } from '../lib/losses.ts';
import type { Layout, Part, Slot } from './part.ts';
import { type Precision, Reading } from './reading.ts';
import { elementOf } from './shift.ts';

/** A block: the loss's arguments, and the options that go with them. */
export interface Block {
  readonly start: number;
  readonly count: number;
  readonly args: readonly unknown[];
  readonly options: Layout & { readonly [perSample: string]: unknown };
}

/** The blocks of a part, `least` elements each or the smallest that can be read. */
export function* blocksOf(loss: AnyLoss, part: Part, precision: Precision, least: number): Generator<Block, void> {
  const readings = part.slots.map((slot) => new Reading(slot, precision));
  const perSample = [...part.lengths, ...(part.weights === null ? [] : [part.weights])].map(
    (slot) => new Reading(slot, precision),
  );
  for (let start = 0, count = 0; start < part.samples; start += count) {
    count = countFrom(part, start, least);
    const arrays = readings.map((reading) => reading.read(start, count));
    const args = loss.info.byName ? [Object.fromEntries(arrays.map((x, i) => [readings[i]!.name, x]))] : arrays;
    const own = Object.fromEntries(perSample.map((reading) => [reading.name, reading.read(start, count)]));
    yield { start, count, args, options: { ...part.layout(count), ...own } };
  }
}

/** Samples of the block that begins at one. */
export function countFrom(part: Part, start: number, least: number): number {
  const { samples, slots } = part;
  const { starts } = slots[0]!;
  if (starts === undefined) return Math.min(blockSize(part, least), samples - start);
  let end = start + 1;
  while (end < samples && starts[end + 1]! - starts[start]! <= least) end++;
  return end - start;
}

/** Samples in a block: about `least` elements of the widest input, a multiple of what the files can be read by. */
function blockSize({ slots, unit, samples }: Part, least: number): number {
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
    const all = [...part.slots, ...part.lengths, ...(part.weights === null ? [] : [part.weights])];
    const slot = name === undefined ? undefined : named(all, name);
    if (slot === undefined) throw new InputError(`${part.slots[0]!.source.path}: ${error.message}`);
    const place = `: ${name}[${elementOf(slot, start, Number(index))}]`;
    throw new InputError(`${slot.source.path}: ${error.message.replace(/: [A-Za-z0-9]+\[\d+\]/, place)}`);
  }
}

/** Labels are called so whatever the argument's name is. */
const named = (slots: readonly Slot[], name: string): Slot | undefined =>
  slots.find((slot) => slot.name === name) ??
  (name === 'labels' ? slots.find(({ role }) => role === 'labels') : undefined);
