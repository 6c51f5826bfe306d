/** Tensors with a flat buffer and a shape: ort and transformers.js (`dims`), scijs ndarray (`stride`), stdlib (`strides`). */
import { rangeError, typeError } from '../base/errors.ts';
import { decodeHalf } from '../base/half.ts';
import { type Numbers, typedArray } from '../base/typed.ts';
import { checkNumbers } from './nested.ts';
import { attempt, checkShape, checkSize, type Read, sizeOf } from './read.ts';

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

/** A tensor's elements in the order of its shape, without a copy where they lie so already. */
export function readStrided(fn: string, arg: string, x: Strided): Read {
  const location = attempt(fn, arg, () => x.location);
  if (typeof location === 'string' && !location.startsWith('cpu')) {
    // An ort tensor throws on `data` then, and says less.
    const fix = location === 'none' ? 'it was disposed' : '`await tensor.getData()` and pass what that gives';
    throw typeError(fn, arg, 'a tensor in CPU memory', location, fix);
  }
  const shape = checkShape(fn, arg, x.shape ?? x.dims);
  const data = bufferOf(fn, arg, x);
  const strides = integers(x.stride) ?? integers(x.strides);
  if (strides === null) {
    checkSize(fn, arg, data, shape);
    return { data, shape };
  }
  if (strides.length !== shape.length) {
    throw rangeError(fn, arg, `a tensor with ${shape.length} strides, one per dimension`, strides);
  }
  return { data: gather(fn, arg, data, shape, strides, Number(x.offset ?? 0)), shape };
}

function bufferOf(fn: string, arg: string, x: Strided): Numbers {
  const raw = attempt(fn, arg, () => x.data);
  if (Array.isArray(raw)) {
    checkNumbers(fn, `${arg}.data`, raw);
    return raw;
  }
  const data = typedArray(raw);
  if (data === null) throw typeError(fn, `${arg}.data`, 'a typed array or an array of numbers', raw);
  const isHalf = data instanceof Uint16Array && (x.type === 'float16' || x.dtype === 'float16');
  return isHalf ? decodeHalf(data) : data;
}

function integers(x: unknown): readonly number[] | null {
  return Array.isArray(x) || ArrayBuffer.isView(x) ? Array.from(x as unknown as ArrayLike<number>) : null;
}

/** The elements of a strided view, row by row. */
function gather(
  fn: string,
  arg: string,
  data: Numbers,
  shape: readonly number[],
  strides: readonly number[],
  offset: number,
): Numbers {
  const size = sizeOf(shape);
  if (size === 0) return data.slice(0, 0) as Numbers;
  let first = offset;
  let last = offset;
  let contiguous = true;
  let expected = 1;
  for (let d = shape.length - 1; d >= 0; d--) {
    const reach = strides[d]! * (shape[d]! - 1);
    if (reach < 0) first += reach;
    else last += reach;
    // The stride of a dimension of length 1 is never walked.
    if (shape[d]! > 1 && strides[d] !== expected) contiguous = false;
    expected *= shape[d]!;
  }
  if (!(Number.isInteger(first + last) && first >= 0 && last < data.length)) {
    const inside = `must be a view inside its ${data.length} elements`;
    throw new RangeError(`${fn}: ${arg} ${inside}, got elements ${first} to ${last}; check its strides and offset`);
  }
  if (contiguous) {
    if (size === data.length) return data;
    return Array.isArray(data) ? data.slice(offset, offset + size) : data.subarray(offset, offset + size);
  }

  const gathered = Array.isArray(data)
    ? new Array<number>(size)
    : new (data.constructor as Float32ArrayConstructor)(size);
  const index = new Array<number>(shape.length).fill(0);
  let at = offset;
  for (let i = 0; i < size; i++) {
    gathered[i] = data[at] as number;
    // Counts up like an odometer: the last dimension first.
    for (let d = shape.length - 1; d >= 0; d--) {
      at += strides[d]!;
      if (++index[d]! < shape[d]!) break;
      at -= strides[d]! * shape[d]!;
      index[d] = 0;
    }
  }
  return gathered;
}
