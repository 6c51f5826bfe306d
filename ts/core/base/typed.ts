/** Typed arrays of any kind, from this realm or another (an iframe, a test runner's sandbox). */
import { Halves } from './half.ts';
import type { ArrayOf, ElementType, FloatArray, IntegerArray } from './types.ts';

/** Every typed array that is read; half-precision numbers are `Halves`. */
export type TypedArray = Float32Array | Float64Array | IntegerArray;

/** Plain arrays of true and false, as 1 and 0. */
export class Flags extends Uint8Array {
  /** What messages call them. */
  static override readonly name = 'boolean array';
}

/** Numbers as they came: a typed array, or a plain array that was checked to hold nothing but numbers. */
export type Numbers = TypedArray | number[];

const constructors = {
  Float32Array,
  Float64Array,
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  BigInt64Array,
  BigUint64Array,
};

// A subclass, an own property or a proxy may say anything of an array, and something else each time; the getters of the common prototype read
// what it is. So no property of a caller's array is asked for anywhere but here and in messages, which show what it says of itself, and its
// methods are those of the prototype.
const { prototype } = Object.getPrototypeOf(Float32Array) as { prototype: object };
const getter = (name: string | symbol) => Object.getOwnPropertyDescriptor(prototype, name)!.get! as () => unknown;
const kindGetter = getter(Symbol.toStringTag);
const lengthGetter = getter('length') as () => number;
const bufferGetter = getter('buffer') as () => ArrayBuffer;
const offsetGetter = getter('byteOffset') as () => number;
const bytesGetter = getter('byteLength') as () => number;
const { fill, set } = prototype as Float64Array;

/** 'Float32Array' and so on for what is a typed array, undefined for anything else (a proxy of one, too). Never throws. */
export const kindOf = (x: unknown): string | undefined => kindGetter.call(x as never) as string | undefined;

/** The number of elements that a typed array has, whatever its `length` says. */
export const lengthOf = (x: TypedArray): number => lengthGetter.call(x as never);

/** The same of numbers of either kind. */
export const countOf = (x: Numbers): number => (Array.isArray(x) ? x.length : lengthOf(x));

/** Its buffer. Small arrays have none until they are asked for it, and have to make it. */
export const bufferOf = (x: TypedArray): ArrayBufferLike => bufferGetter.call(x as never);

/** Where in its buffer it begins, in bytes. */
export const offsetOf = (x: TypedArray): number => offsetGetter.call(x as never);

/** Its length in bytes. */
export const bytesIn = (x: TypedArray): number => bytesGetter.call(x as never);

/** True for what has the prototype of typed arrays, but isn't one: a proxy, say. */
export const isLikeTyped = (x: unknown): boolean =>
  typeof x === 'object' && x !== null && Object.prototype.isPrototypeOf.call(prototype, x) && kindOf(x) === undefined;

/** True for floats of this realm, and of no class of its own. */
export function isPlainFloat(x: unknown): x is FloatArray {
  const kind = kindOf(x);
  if (kind === 'Float32Array') return Object.getPrototypeOf(x) === Float32Array.prototype;
  return kind === 'Float64Array' && Object.getPrototypeOf(x) === Float64Array.prototype;
}

/** The same of the labels that kernels read. */
export const isPlainInt32 = (x: unknown): x is Int32Array =>
  kindOf(x) === 'Int32Array' && Object.getPrototypeOf(x) === Int32Array.prototype;

/**
 * The typed array x itself, or an ordinary view of the same memory if it comes from another realm or a class of its own; null if x
 * is no typed array. A `Float16Array` (new engines have it) becomes a view of its bits.
 */
export function typedArray(x: unknown): TypedArray | null {
  const kind = kindOf(x);
  if (kind === undefined) return null;
  const array = x as TypedArray;
  if (kind === 'Float16Array') return viewAs(Halves, array);
  const make = constructors[kind as keyof typeof constructors];
  const isOrdinary = Object.getPrototypeOf(array) === make.prototype || array instanceof Halves;
  return isOrdinary ? array : viewAs<TypedArray>(make, array);
}

/** An ordinary view of the same memory. */
const viewAs = <A>(make: new (buffer: ArrayBuffer, offset?: number, length?: number) => A, x: TypedArray): A =>
  new make(bufferOf(x) as ArrayBuffer, offsetOf(x), lengthOf(x));

/** What a tensor holds that says whether it is of float16, whose bits stand in a `Uint16Array`. */
export const bitsIf = <A>(isHalf: boolean, x: A): A | Halves =>
  isHalf && x instanceof Uint16Array ? viewAs(Halves, x) : x;

/** A zeroed array of so many elements, or a RangeError that says how much memory there isn't. */
export function makeArray<T extends ElementType>(fn: string, type: T, length: number): ArrayOf[T] {
  const make = type === 'float32' ? Float32Array : type === 'float64' ? Float64Array : Int32Array;
  try {
    return new make(length) as ArrayOf[T];
  } catch (cause) {
    const gibibytes = ((length * make.BYTES_PER_ELEMENT) / 2 ** 30).toPrecision(3);
    throw new RangeError(`${fn}: there is no memory for ${length} elements (${gibibytes} GiB)`, { cause });
  }
}

/** What makes arrays of the same kind. */
const makerOf = (x: TypedArray) =>
  (x instanceof Halves ? Halves : constructors[kindOf(x) as keyof typeof constructors]) as typeof Float32Array;

/** Bytes of an element. */
export const elementBytes = (x: TypedArray): number => makerOf(x).BYTES_PER_ELEMENT;

/** Makes elements 0, all of them or those from one place to another. */
export const clear = (x: FloatArray, start = 0, end = lengthOf(x)): void =>
  void fill.call(x as Float64Array, 0, start, end);

/** Copies all of an array into another, from a place on. */
export const copyTo = (x: FloatArray, from: FloatArray, at = 0): void => void set.call(x as Float64Array, from, at);

/** A view of the same kind. */
export const viewLike = <A extends TypedArray>(x: A, buffer: ArrayBufferLike, offset: number, length: number): A =>
  new (makerOf(x))(buffer as ArrayBuffer, offset, length) as TypedArray as A;

/** Elements `start` to `start + n` of an array. */
export function part<A extends TypedArray>(data: A, start: number, n: number): A {
  if (n === lengthOf(data)) return data;
  return viewLike(data, bufferOf(data), offsetOf(data) + start * elementBytes(data), n);
}

/** Room for so many numbers of the same kind. */
export function roomLike(x: Numbers, length: number): Numbers {
  return Array.isArray(x) ? new Array<number>(length) : new (makerOf(x))(length);
}

/** True for numbers that have a precision. */
export const isFloat = (x: Numbers): x is FloatArray | Halves => isSingle(x) || x instanceof Float64Array;

/** True for float32, and for float16, which counts as that. */
export const isSingle = (x: unknown): x is Float32Array | Halves => x instanceof Float32Array || x instanceof Halves;

/** True when the memory of an array was transferred elsewhere: it then looks like an empty one. */
export function isDetached(x: TypedArray): boolean {
  if (lengthOf(x) > 0) return false;
  try {
    new Uint8Array(bufferOf(x) as ArrayBuffer);
    return false;
  } catch {
    return true;
  }
}
