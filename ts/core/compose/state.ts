/** The state of an accumulator, as JSON has it. */

import { rangeError, reading, typeError } from '../base/errors.ts';
import { recordOf } from '../base/keys.ts';
import type { AccumulatorState } from './accumulatorTypes.ts';
import type { Kept } from './kept.ts';
import { overlapsOf } from './overlaps.ts';

/** A record of the same names. */
export const mapped = (record: object, of: (x: unknown) => unknown): Kept =>
  Object.fromEntries(Object.entries(record).map(([name, x]) => [name, of(x)]));

/** An option as JSON can have it: a copy of a list, a word for NaN. */
export const worded = (x: unknown): unknown =>
  Array.isArray(x) ? x.map(worded) : typeof x === 'number' ? plain(x) : x;

/** The same as it was. */
const unworded = (x: unknown): unknown => (Array.isArray(x) ? x.map(unworded) : isWord(x) ? Number(x) : x);

/** The parts of a sum, as `toJSON` writes them. */
export const partsOf = (parts: AccumulatorState['sum']) =>
  parts.map(Number) as [total: number, rest: number, excess?: number];

/** JSON writes NaN and the infinities as null: they become words. */
export const plain = (x: number): number | string => (Number.isFinite(x) ? x : String(x));
const isWord = (x: unknown): boolean => x === 'NaN' || x === 'Infinity' || x === '-Infinity';

/** A state as `toJSON` gives it; throws for anything else. */
export const checkState = (fn: string, x: unknown): AccumulatorState => reading(fn, () => readState(fn, x));

function readState(fn: string, x: unknown): AccumulatorState {
  const expected = 'what toJSON() of an accumulator gives';
  if (typeof x === 'function') throw typeError(fn, 'state', expected, x, 'the state comes first, then the loss');
  if (typeof x !== 'object' || x === null) throw typeError(fn, 'state', expected, x, 'parse the JSON text first');
  const state = recordOf(x as Partial<AccumulatorState>);
  const { loss, options, count, overlaps } = state;
  if (typeof loss !== 'string' || typeof options !== 'object' || options === null) {
    throw typeError(fn, 'state', expected, x);
  }
  if (!Number.isSafeInteger(count) || count! < 0) throw rangeError(fn, 'state.count', 'a whole number >= 0', count);
  const sum = readParts(fn, 'state.sum', state.sum);
  const weight = readParts(fn, 'state.weight', state.weight);
  const whole = weight.reduce((a, b) => a + b, 0);
  if (!(whole >= 0 && whole < Infinity)) throw rangeError(fn, 'state.weight', 'finite and >= 0', state.weight);
  if (count === 0 && whole !== 0) throw rangeError(fn, 'state.weight', '0 where the count is 0', state.weight);
  if (whole === 0 && sum.some((part) => part !== 0)) {
    throw rangeError(fn, 'state.sum', '0 where nothing has weight', state.sum);
  }
  const numbers = { count: count!, sum: sum.map(plain), weight: weight.map(plain) };
  const given = { loss, options: mapped(options, unworded), ...numbers };
  if (given.options.overBatch !== true) {
    if (overlaps === undefined) return given;
    throw typeError(fn, 'state.overlaps', 'left out, where overBatch is not true', overlaps);
  }
  return { ...given, overlaps: overlapsOf(fn, overlaps, readParts).map((part) => part.map(plain)) };
}

function readParts(fn: string, arg: string, parts: unknown): readonly number[] {
  const isNumber = (x: unknown): boolean => typeof x === 'number' || isWord(x);
  if (!Array.isArray(parts) || !(parts.length === 2 || parts.length === 3) || !parts.every(isNumber)) {
    throw typeError(fn, arg, 'two or three numbers', parts);
  }
  return parts.map(Number);
}
