/**
 * Copies between arrays and WebAssembly's memory: by element type, so that the engine compiles each for one kind of array. Nothing is asked
 * of the caller's arrays that they might answer themselves: `set` is that of the prototype.
 */

import { Halves } from '../base/half.ts';
import { bufferOf, copyTo, elementBytes, lengthOf, offsetOf, type TypedArray } from '../base/typed.ts';
import type { FloatArray } from '../base/types.ts';
import { widen } from '../base/widen.ts';
import { type Memory, stageBytes } from './memory.ts';

/** Copies up to this are quicker by hand than by `set`, into memory and, where that takes a view to be made, out of it. */
const few = 12;
const fewOut = 40;

/** Copies n elements, from place `start` on, to an address, as the numbers of `size` bytes that the kernels read. */
export function copyIn(data: TypedArray, start: number, n: number, memory: Memory, at: number, size: number): void {
  if (size === 4) {
    if (data instanceof Float32Array) floatsIn(data, start, n, memory.f32, at >>> 2);
    else singlesIn(data, start, n, memory, at);
  } else if (data instanceof Float64Array) doublesIn(data, start, n, memory.f64, at >>> 3);
  else widen(data, start, n, memory.f64, at >>> 3);
}

/** Numbers that kernels convert at a time (`TOGETHER` in their `loops/widen.rs`). */
const together = 8;

/** The kernel that converts numbers of this type to float32, where engines have nothing as fast; null if `set` is. */
function widenerOf(data: TypedArray): string | null {
  if (data instanceof Halves) return 'widen_float16';
  if (data instanceof Float64Array) return 'widen_float64';
  if (data instanceof BigInt64Array) return 'widen_int64';
  return data instanceof BigUint64Array ? 'widen_uint64' : null;
}

/** Copies n numbers of another type as float32: their bytes first, which a kernel then converts. */
function singlesIn(data: TypedArray, start: number, n: number, memory: Memory, at: number): void {
  const widener = n <= few ? null : widenerOf(data);
  if (widener === null) {
    widen(data, start, n, memory.f32, at >>> 2);
    return;
  }
  const size = elementBytes(data);
  const [buffer, from] = [bufferOf(data), offsetOf(data) + start * size];
  const whole = n - (n % together);
  for (let done = 0; done < whole; done += stageBytes / size) {
    const count = Math.min(whole - done, stageBytes / size);
    memory.u8.set(new Uint8Array(buffer, from + done * size, count * size), memory.stage);
    memory.widen(widener, count, at + 4 * done);
  }
  widen(data, start + whole, n - whole, memory.f32, (at >>> 2) + whole);
}

/**
 * Copies all of an array to an address, into a heap of its own kind: floats of `size` bytes, or labels where it is 0. Its prototype isn't asked,
 * which may be another than its kind's.
 */
export function copyAllIn(
  data: Int32Array | FloatArray,
  length: number,
  memory: Memory,
  at: number,
  size: number,
): void {
  if (size === 0) memory.i32.set(data, at >>> 2);
  else if (size === 4) allFloatsIn(data as Float32Array, length, memory.f32, at >>> 2);
  else allDoublesIn(data as Float64Array, length, memory.f64, at >>> 3);
}

function allFloatsIn(data: Float32Array, n: number, heap: Float32Array, base: number): void {
  if (n <= few) floatsIn(data, 0, n, heap, base);
  else heap.set(data, base);
}

function allDoublesIn(data: Float64Array, n: number, heap: Float64Array, base: number): void {
  if (n <= few) doublesIn(data, 0, n, heap, base);
  else heap.set(data, base);
}

/** Copies n elements from an address to an array, from place `start` on. */
export function copyOut(data: FloatArray, start: number, n: number, memory: Memory, at: number): void {
  if (data instanceof Float32Array) floatsOut(data, start, n, memory.f32, at >>> 2);
  else doublesOut(data, start, n, memory.f64, at >>> 3);
}

/**
 * Copies n elements from an address to the front of an array of its kind, whatever its prototype, by a view of them that was made before, or
 * is made now; returns the view.
 */
export function copyOutAgain(
  data: FloatArray,
  n: number,
  single: boolean,
  view: FloatArray | null,
  memory: Memory,
  at: number,
): FloatArray | null {
  if (n <= few) {
    if (single) floatsOut(data as Float32Array, 0, n, memory.f32, at >>> 2);
    else doublesOut(data as Float64Array, 0, n, memory.f64, at >>> 3);
    return null;
  }
  const source = view ?? (single ? viewOfFloats(memory, at, n) : viewOfDoubles(memory, at, n));
  copyTo(data, source);
  return source;
}

const viewOfFloats = (memory: Memory, at: number, n: number) => memory.f32.subarray(at >>> 2, (at >>> 2) + n);
const viewOfDoubles = (memory: Memory, at: number, n: number) => memory.f64.subarray(at >>> 3, (at >>> 3) + n);

function floatsIn(data: Float32Array, start: number, n: number, heap: Float32Array, base: number): void {
  if (n <= few) for (let i = 0; i < n; i++) heap[base + i] = data[start + i]!;
  else if (n === lengthOf(data)) heap.set(data, base);
  else heap.set(new Float32Array(bufferOf(data) as ArrayBuffer, offsetOf(data) + 4 * start, n), base);
}

function doublesIn(data: Float64Array, start: number, n: number, heap: Float64Array, base: number): void {
  if (n <= few) for (let i = 0; i < n; i++) heap[base + i] = data[start + i]!;
  else if (n === lengthOf(data)) heap.set(data, base);
  else heap.set(new Float64Array(bufferOf(data) as ArrayBuffer, offsetOf(data) + 8 * start, n), base);
}

function floatsOut(data: Float32Array, start: number, n: number, heap: Float32Array, base: number): void {
  if (n <= fewOut) for (let i = 0; i < n; i++) data[start + i] = heap[base + i]!;
  else copyTo(data, heap.subarray(base, base + n), start);
}

function doublesOut(data: Float64Array, start: number, n: number, heap: Float64Array, base: number): void {
  if (n <= fewOut) for (let i = 0; i < n; i++) data[start + i] = heap[base + i]!;
  else copyTo(data, heap.subarray(base, base + n), start);
}
