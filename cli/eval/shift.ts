/** `--shift`: position t of a sequence predicts the label of t + 1, so the last position and the first label fall out. */
import { InputError, UsageError } from '../lib/errors.ts';
import type { Sink } from './npyWriter.ts';
import type { Part, Slot } from './part.ts';

/** Of every `period` samples that lie in a file, the `length` from place `first` on are read. */
export interface Runs {
  readonly period: number;
  readonly length: number;
  readonly first: number;
}

/** A part with its inputs moved against each other: predictions up to the last position, targets and weights from the second one. */
export function shifted(part: Part, differentiable: readonly string[]): Part {
  const { source } = part.slots[0]!;
  const { shape, path } = source;
  if (shape.length < 2 || part.width === 0) {
    throw new UsageError('--shift is for rows of classes: predictions of shape [sequences, positions, classes]');
  }
  const period = shape.at(-2)!;
  if (period < 2) throw new InputError(`${path}: its sequences have ${period} position: nothing comes next`);
  const runs = (first: number): Runs => ({ period, length: period - 1, first });
  const slots = part.slots.map((slot) => ({ ...slot, runs: runs(differentiable.includes(slot.name) ? 0 : 1) }));
  const weights = part.weights === null ? null : { ...part.weights, runs: runs(1) };
  // A file whose rows can't be read in pieces is read by whole sequences.
  const isWhole = [...slots, ...(weights === null ? [] : [weights])].some((slot) => !isPiecewise(slot));
  const samples = (part.samples / period) * (period - 1);
  return { ...part, slots, weights, samples, unit: isWhole ? period - 1 : 1 };
}

/** Gradients of predictions of which the last position predicts nothing: it gets zeros. */
export class Padded implements Sink {
  readonly #sink: Sink;
  readonly #parts: readonly Part[];
  #part = 0;
  #sample = 0;

  constructor(sink: Sink, parts: readonly Part[]) {
    this.#sink = sink;
    this.#parts = parts;
  }

  async write(numbers: Float32Array | Float64Array): Promise<void> {
    for (let done = 0; done < numbers.length; ) {
      const { width, samples, slots } = this.#parts[this.#part]!;
      const { length } = slots[0]!.runs!;
      const left = (length - (this.#sample % length)) * width;
      const piece = numbers.subarray(done, done + left);
      await this.#sink.write(piece);
      done += piece.length;
      this.#sample += piece.length / width;
      if (piece.length === left) await this.#sink.write(new (numbers.constructor as typeof Float64Array)(width));
      if (this.#sample < samples) continue;
      this.#part += 1;
      this.#sample = 0;
    }
  }

  end(): Promise<void> | void {
    return this.#sink.end();
  }

  abandon(): void {
    this.#sink.abandon();
  }
}

/** Whether a read may start and end at any sample. */
export const isPiecewise = ({ source, per }: Slot): boolean => per % source.unit === 0;

/** The place in the file of a sample that is read. */
export const placeOf = ({ runs }: Slot, sample: number): number =>
  runs === undefined ? sample : Math.floor(sample / runs.length) * runs.period + runs.first + (sample % runs.length);

/** The place in the file of an element of what is read from a sample on. */
export const elementOf = (slot: Slot, start: number, i: number): number =>
  slot.starts === undefined
    ? placeOf(slot, start + Math.floor(i / slot.per)) * slot.per + (i % slot.per)
    : slot.starts[start]! + i;
