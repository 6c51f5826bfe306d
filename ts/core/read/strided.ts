/** Tensors with a flat buffer and a shape: ort and transformers.js (`dims`), scijs ndarray (`stride`), stdlib (`strides`). */
import { rangeError, typeError, words } from '../base/errors.ts';
import { bitsIf } from '../base/half.ts';
import { type Numbers, roomLike, typedArray } from '../base/typed.ts';
import { flatNumbers } from './nested.ts';
import { checkShape, checkSize, isShape, manyNumbers, type Read, sizeOf, wholeNumber, wholeNumbers } from './read.ts';

/** What is looked at; `stride` of a transformers.js tensor is a method, and says nothing new. */
interface Strided {
  readonly data: unknown;
  readonly shape?: unknown;
  readonly dims?: unknown;
  readonly stride?: unknown;
  readonly strides?: unknown;
  readonly offset?: unknown;
  readonly location?: unknown;
  readonly type?: unknown;
  readonly dtype?: unknown;
}

/** Where the elements of a view lie in its buffer. */
interface View {
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  readonly offset: number;
}

/** A tensor's elements in the order of its shape, without a copy where they lie so already. */
export function readStrided(fn: string, arg: string, x: Strided): Read {
  const { location } = x;
  if (typeof location === 'string' && !location.startsWith('cpu')) {
    // An ort tensor throws on `data` then, and says less.
    const fix = location === 'none' ? 'it was disposed' : '`await tensor.getData()` and pass what that gives';
    throw typeError(fn, arg, 'a tensor in CPU memory', location, fix);
  }
  const shape = checkShape(fn, arg, x.shape ?? x.dims);
  const data = bufferOf(fn, arg, x);
  const name = isShape(x.stride) ? 'stride' : isShape(x.strides) ? 'strides' : null;
  if (name === null) {
    checkSize(fn, arg, data, shape);
    return { data, shape };
  }
  const strides = wholeNumbers(fn, `${arg}.${name}`, x[name]);
  // A single number has no dimension to walk; stdlib says [0] all the same.
  if (strides.length !== shape.length && shape.length > 0) {
    throw rangeError(fn, arg, `a tensor with ${shape.length} strides, one per dimension`, strides);
  }
  const view = { shape, strides, offset: wholeNumber(fn, `${arg}.offset`, x.offset ?? 0) };
  checkInside(fn, arg, data, view);
  return { data: gather(data, view), shape };
}

function bufferOf(fn: string, arg: string, x: Strided): Numbers {
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
  if (!(first >= 0 && last < data.length)) {
    const inside = `must be a view inside its ${data.length} elements`;
    throw new RangeError(`${fn}: ${arg} ${inside}, got elements ${first} to ${last}; check its strides and offset`);
  }
  if (size > Math.max(manyNumbers, data.length)) {
    const most = `a view of at most ${manyNumbers} elements, since its data has only ${data.length}`;
    throw rangeError(fn, arg, most, words(`shape [${shape.join(', ')}]`), 'nothing is broadcast');
  }
}

/** The elements of a strided view, row by row; a part of the buffer itself where they lie so already. */
function gather(data: Numbers, { shape, strides, offset }: View): Numbers {
  const size = sizeOf(shape);
  if (size === 0) return data.slice(0, 0) as Numbers;
  if (lastRun(shape, strides)[0] === 0) {
    if (size === data.length) return data;
    return Array.isArray(data) ? data.slice(offset, offset + size) : data.subarray(offset, offset + size);
  }
  const gathered = roomLike(data, size);
  const [inner, run] = lastRun(shape, strides);
  // What isn't in one piece is a run of one element after another, along the last dimension.
  const isPiece = run > 1;
  const [dimensions, count, stride] = isPiece ? [inner, run, 1] : [inner - 1, shape[inner - 1]!, strides[inner - 1]!];
  const copyRun = isPiece && count > fewest ? copyPiece : copyStrided;
  const index = new Array<number>(dimensions).fill(0);
  let at = offset;
  for (let i = 0; i < size; i += count) {
    copyRun(data, at, stride, count, gathered, i);
    // Counts up like an odometer: the last dimension first.
    for (let d = dimensions - 1; d >= 0; d--) {
      at += strides[d]!;
      if (++index[d]! < shape[d]!) break;
      at -= strides[d]! * shape[d]!;
      index[d] = 0;
    }
  }
  return gathered;
}

/** Pieces up to this are quicker copied one by one than by a view of them. */
const fewest = 32;

function copyPiece(data: Numbers, at: number, _stride: number, count: number, into: Numbers, to: number): void {
  if (Array.isArray(data)) copyStrided(data, at, 1, count, into, to);
  else (into as Float32Array).set(data.subarray(at, at + count) as Float32Array, to);
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
