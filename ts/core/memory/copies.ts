/** Copies between arrays and WebAssembly's memory: by element type, so that the engine compiles each for one kind of array. */

import type { Numbers } from '../base/typed.ts';
import type { FloatArray } from '../base/types.ts';
import type { Memory } from './memory.ts';

/** Copies up to this are quicker by hand than by `set`. */
const few = 12;

/** Copies n elements, from place `start` on, to an address. Floats go into a heap of their own kind. */
export function copyIn(data: Numbers, start: number, n: number, memory: Memory, at: number, size: number): void {
  if (data instanceof Float32Array && size === 4) floatsIn(data, start, n, memory.f32, at >> 2);
  else if (data instanceof Float64Array && size === 8) doublesIn(data, start, n, memory.f64, at >> 3);
  else anyIn(data, start, n, size === 4 ? memory.f32 : memory.f64, at / size);
}

/** Copies all of an array to an address: labels, or floats into a heap of their own kind. */
export function copyAllIn(data: Int32Array | FloatArray, memory: Memory, at: number): void {
  if (data instanceof Int32Array) memory.i32.set(data, at >> 2);
  else copyIn(data, 0, data.length, memory, at, data.BYTES_PER_ELEMENT);
}

/** Copies n elements from an address to an array, from place `start` on. */
export function copyOut(data: Numbers, start: number, n: number, memory: Memory, at: number): void {
  if (data instanceof Float32Array) floatsOut(data, start, n, memory.f32, at >> 2);
  else doublesOut(data as Float64Array, start, n, memory.f64, at >> 3);
}

/** Copies n elements from an address to the front of an array, by a view of them that was made before, or is made now; returns the view. */
export function copyOutAgain(data: FloatArray, view: FloatArray | null, memory: Memory, at: number): FloatArray | null {
  if (data.length <= few) {
    copyOut(data, 0, data.length, memory, at);
    return null;
  }
  const heap = data instanceof Float32Array ? memory.f32 : memory.f64;
  const base = at / data.BYTES_PER_ELEMENT;
  const source = view ?? heap.subarray(base, base + data.length);
  data.set(source);
  return source;
}

function floatsIn(data: Float32Array, start: number, n: number, heap: Float32Array, base: number): void {
  if (n <= few) for (let i = 0; i < n; i++) heap[base + i] = data[start + i]!;
  else heap.set(n === data.length ? data : data.subarray(start, start + n), base);
}

function doublesIn(data: Float64Array, start: number, n: number, heap: Float64Array, base: number): void {
  if (n <= few) for (let i = 0; i < n; i++) heap[base + i] = data[start + i]!;
  else heap.set(n === data.length ? data : data.subarray(start, start + n), base);
}

/** Plain numbers, which take any precision. */
function anyIn(data: Numbers, start: number, n: number, heap: Float32Array | Float64Array, base: number): void {
  for (let i = 0; i < n; i++) heap[base + i] = data[start + i] as number;
}

function floatsOut(data: Float32Array, start: number, n: number, heap: Float32Array, base: number): void {
  if (n <= few) for (let i = 0; i < n; i++) data[start + i] = heap[base + i]!;
  else data.set(heap.subarray(base, base + n), start);
}

function doublesOut(data: Float64Array, start: number, n: number, heap: Float64Array, base: number): void {
  if (n <= few) for (let i = 0; i < n; i++) data[start + i] = heap[base + i]!;
  else data.set(heap.subarray(base, base + n), start);
}
