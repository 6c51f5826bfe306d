/** Typed arrays of any kind, from this realm or another (an iframe, a test runner's sandbox). */
import { decodeHalf } from './half.ts';

/** Every typed array that holds whole numbers. */
export type IntegerArray =
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array;

/** Every typed array that is read. */
export type TypedArray = Float32Array | Float64Array | IntegerArray;

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

/**
 * The typed array x itself, a view of the same memory if it comes from another realm, or null if x is none. A
 * `Float16Array` (new engines have it) becomes a `Float32Array`.
 */
export function typedArray(x: unknown): TypedArray | null {
  if (x instanceof Float32Array || x instanceof Float64Array) return x;
  if (!ArrayBuffer.isView(x)) return null;
  const view = x as unknown as { readonly [Symbol.toStringTag]: string; readonly length: number };
  const tag = view[Symbol.toStringTag];
  if (tag === 'Float16Array') return decodeHalf(new Uint16Array(x.buffer, x.byteOffset, view.length));
  // A DataView has no elements, and isn't in the table.
  const make = constructors[tag as keyof typeof constructors];
  if (make === undefined) return null;
  return x instanceof make ? x : new make(x.buffer as ArrayBuffer, x.byteOffset, view.length);
}

/** True when the memory of an array was transferred elsewhere: it then looks like an empty one. */
export function isDetached(x: TypedArray): boolean {
  if (x.length > 0) return false;
  try {
    new Uint8Array(x.buffer as ArrayBuffer);
    return false;
  } catch {
    return true;
  }
}
