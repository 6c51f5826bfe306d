/** Tensors with a flat buffer and a shape: ort and transformers.js (`dims`), scijs ndarray (`stride`), stdlib (`strides`). */
import { rangeError, typeError, words } from '../base/errors.ts';
import { bitsIf, countOf, type Numbers, part, roomLike, type TypedArray, typedArray } from '../base/typed.ts';
import type { Slot, View } from '../model/slot.ts';
import { flatNumbers } from './nested.ts';
import { checkShape, checkSize, isShape, manyNumbers, type Read, sizeOf, wholeNumber, wholeNumbers } from './read.ts';

/** What is looked at; `stride` of a transformers.js tensor is a method, and says nothing new. */
interface Strided {
  readonly data: unknown;
  readonly stride?: unknown;
  readonly strides?: unknown;
  readonly offset?: unknown;
  readonly location?: unknown;
  readonly type?: unknown;
  readonly dtype?: unknown;
}

/**
 * A tensor's elements in the order of its shape, whose sizes were read before: without a copy where they lie so already, or as they lie if
 * `asItLies`.
 */
export function readStrided(fn: string, arg: string, x: Strided, sizes: unknown, asItLies: boolean): Read {
  const { location } = x;
  if (typeof location === 'string' && !location.startsWith('cpu')) {
    // An ort tensor throws on `data` then, and says less.
    const fix = location === 'none' ? 'it was disposed' : '`await tensor.getData()` and pass what that gives';
    throw typeError(fn, arg, 'a tensor in CPU memory', location, fix);
  }
  const shape = checkShape(fn, arg, sizes);
  const data = numbersIn(fn, arg, x);
  const [name, given] = stridesOf(x);
  if (!isShape(given)) {
    checkSize(fn, arg, data, shape);
    return { data, shape };
  }
  const strides = wholeNumbers(fn, `${arg}.${name}`, given);
  // A single number has no dimension to walk; stdlib says [0] all the same.
  if (strides.length !== shape.length && shape.length > 0) {
    throw rangeError(fn, arg, `a tensor with ${shape.length} strides, one per dimension`, strides);
  }
  const view = viewOf(shape, strides, wholeNumber(fn, `${arg}.offset`, x.offset ?? 0));
  checkInside(fn, arg, data, view);
  const inOrder = partInOrder(data, view);
  if (inOrder !== null) return { data: inOrder, shape };
  return asItLies && !Array.isArray(data) ? { data, shape, view } : { data: gather(data, view), shape };
}

/** A view, and the runs that it is made of. */
function viewOf(shape: readonly number[], strides: readonly number[], offset: number): View {
  const [inner, run] = lastRun(shape, strides);
  // What isn't in one piece is a run of one element after another, along the last dimension.
  if (run > 1 || inner === 0) return { shape, strides, offset, outer: inner, run, stride: 1 };
  return { shape, strides, offset, outer: inner - 1, run: shape[inner - 1]!, stride: strides[inner - 1]! };
}

/** What says the strides, and what it says. */
function stridesOf(x: Strided): readonly [name: string, given: unknown] {
  const { stride } = x;
  return isShape(stride) ? ['stride', stride] : ['strides', x.strides];
}

function numbersIn(fn: string, arg: string, x: Strided): Numbers {
  const raw = x.data;
  if (Array.isArray(raw)) return flatNumbers(fn, `${arg}.data`, raw);
  const data = typedArray(raw);
  if (data === null) throw typeError(fn, `${arg}.data`, 'a typed array or an array of numbers', raw);
  return bitsIf(x.type === 'float16' || x.dtype === 'float16', data);
}

/** Every element lies in the buffer, and strides of 0 don't make few numbers into very many. */
function checkInside(fn: string, arg: string, data: Numbers, { shape, strides, offset }: View): void {
  const size = sizeOf(shape);
  if (size === 0) return;
  let first = offset;
  let last = offset;
  shape.forEach((n, d) => {
    const reach = strides[d]! * (n - 1);
    if (reach < 0) first += reach;
    else last += reach;
  });
  const held = countOf(data);
  if (!(first >= 0 && last < held)) {
    const inside = `must be a view inside its ${held} elements`;
    throw new RangeError(`${fn}: ${arg} ${inside}, got elements ${first} to ${last}; check its strides and offset`);
  }
  if (size > Math.max(manyNumbers, held)) {
    const most = `a view of at most ${manyNumbers} elements, since its data has only ${held}`;
    throw rangeError(fn, arg, most, words(`shape [${shape.join(', ')}]`), 'nothing is broadcast');
  }
}

/** The part of the buffer that a view is, if it lies in order; else null. */
function partInOrder(data: Numbers, { shape, outer, stride, offset }: View): Numbers | null {
  const size = sizeOf(shape);
  if (size === 0) return roomLike(data, 0);
  if (outer > 0 || stride !== 1) return null;
  return Array.isArray(data) ? data.slice(offset, offset + size) : part(data, offset, size);
}

/** All elements of a view, row by row. */
function gather(data: Numbers, view: View): Numbers {
  const size = sizeOf(view.shape);
  const gathered = roomLike(data, size);
  copyView(data, view, 0, size, gathered, 0);
  return gathered;
}

/** Brings what lies apart into order. */
export function bringIntoOrder(slot: Slot): void {
  if (slot.view !== null) slot.bringIntoOrder(gather(slot.data!, slot.view) as TypedArray);
}

/** Copies n elements of a view, from its place `start` on, to place `to`. */
export function copyView(data: Numbers, view: View, start: number, n: number, into: Numbers, to: number): void {
  const copyRun = isInPieces(view) ? copyPiece : copyStrided;
  eachRun(view, start, n, (at, count, place) => copyRun(data, at, view.stride, count, into, to + place));
}

/** Visits the runs that n elements of a view from `start` on are made of: where each begins, how many it has, and how many were before. */
export function eachRun(
  { shape, strides, offset, outer, run, stride }: View,
  start: number,
  n: number,
  visit: (at: number, count: number, place: number) => void,
): void {
  const index = new Array<number>(outer).fill(0);
  let at = offset;
  for (let d = outer - 1, rest = Math.floor(start / run); d >= 0; d--) {
    index[d] = rest % shape[d]!;
    rest = Math.floor(rest / shape[d]!);
    at += index[d]! * strides[d]!;
  }
  let skipped = start % run;
  for (let i = 0; i < n; skipped = 0) {
    const count = Math.min(run - skipped, n - i);
    visit(at + skipped * stride, count, i);
    i += count;
    // Counts up like an odometer: the last dimension first.
    for (let d = outer - 1; d >= 0; d--) {
      at += strides[d]!;
      if (++index[d]! < shape[d]!) break;
      at -= strides[d]! * shape[d]!;
      index[d] = 0;
    }
  }
}

/** Runs up to this are quicker copied one by one than by a view of them. */
const fewest = 32;

/** Whether a view is copied run by run. */
export const isInPieces = ({ stride, run }: View): boolean => stride === 1 && run > fewest;

function copyPiece(data: Numbers, at: number, _stride: number, count: number, into: Numbers, to: number): void {
  if (Array.isArray(data)) copyStrided(data, at, 1, count, into, to);
  else (into as Float32Array).set(part(data, at, count) as Float32Array, to);
}

function copyStrided(data: Numbers, at: number, stride: number, count: number, into: Numbers, to: number): void {
  for (let i = 0; i < count; i++) into[to + i] = data[at + i * stride] as number;
}

/** How many elements lie in one piece, in the last dimensions, and how many dimensions are before those. */
function lastRun(shape: readonly number[], strides: readonly number[]): [inner: number, run: number] {
  let run = 1;
  let inner = shape.length;
  // The stride of a dimension of length 1 is never walked.
  while (inner > 0 && (shape[inner - 1]! === 1 || strides[inner - 1] === run)) run *= shape[--inner]!;
  return [inner, run];
}
