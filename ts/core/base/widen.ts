/**
 * Numbers of every type as floats. Each is converted exactly, or where the float can't hold it to the nearest one, and
 * rounded once.
 */

import { Halves, halfToNumber } from './half.ts';
import { bufferOf, lengthOf, offsetOf, part, type TypedArray } from './typed.ts';
import type { FloatArray } from './types.ts';

/** Runs up to this are quicker copied by hand than by `set`. */
const few = 12;

/** True for 64-bit integers. */
export const isBig = (data: TypedArray): data is BigInt64Array | BigUint64Array =>
  data instanceof BigInt64Array || data instanceof BigUint64Array;

/** One element as a double. */
export const numberAt = (data: TypedArray, i: number): number =>
  data instanceof Halves ? halfToNumber(data[i]!) : Number(data[i]);

/** Writes n elements, from place `start` on, as floats to place `at`. */
export function widen(data: TypedArray, start: number, n: number, into: FloatArray, at: number): void {
  if (data instanceof Halves) for (let i = 0; i < n; i++) into[at + i] = halfToNumber(data[start + i]!);
  else if (isBig(data)) widenBig(data, start, n, into, at);
  else if (n <= few) for (let i = 0; i < n; i++) into[at + i] = data[start + i]!;
  else into.set(part(data, start, n), at);
}

/** The two halves of each integer are read, for an element of a `BigInt64Array` is an object that engines make. */
function widenBig(data: BigInt64Array | BigUint64Array, start: number, n: number, into: FloatArray, at: number): void {
  const halves = halvesOf(data, start, n);
  const single = into instanceof Float32Array;
  const signed = data instanceof BigInt64Array;
  for (let i = 0; i < n; i++) {
    const low = halves[2 * i + lowPlace]!;
    const upper = halves[2 * i + 1 - lowPlace]!;
    const high = signed ? upper | 0 : upper;
    into[at + i] = single && (high >= 0x200000 || high < -0x200000) ? towardOdd(low, high) : high * 2 ** 32 + low;
  }
}

/** The upper and lower halves of 64-bit integers, one after the other. */
export const halvesOf = (data: BigInt64Array | BigUint64Array, start: number, n: number): Uint32Array =>
  new Uint32Array(bufferOf(data) as ArrayBuffer, offsetOf(data) + 8 * start, 2 * n);

/** The place of an integer's lower half: 0 on all machines but a few. */
export const lowPlace = /* @__PURE__ */ new Uint8Array(/* @__PURE__ */ Uint16Array.of(0x0100).buffer)[0]!;

/**
 * A double that rounds to the same float32 as an integer that no double may hold: the last bits that it has are 1 where any are lost, and so
 * it is never a tie.
 */
const towardOdd = (low: number, high: number): number =>
  high * 2 ** 32 + ((low & 0xfffff800) >>> 0) + ((low & 0x7ff) === 0 ? 0 : 0x800 & ~low);

/** The elements as floats of a precision: themselves, or converted. */
export function floatsOf(data: TypedArray, single: boolean): FloatArray {
  return (single ? data instanceof Float32Array : data instanceof Float64Array)
    ? (data as FloatArray)
    : floatsFrom(data, single);
}

/** The elements as floats of a precision, in an array of ours. */
export function floatsFrom(data: TypedArray, single: boolean): FloatArray {
  const length = lengthOf(data);
  const floats = single ? new Float32Array(length) : new Float64Array(length);
  widen(data, 0, length, floats, 0);
  return floats;
}
