/** One pointer argument of a kernel, and how its part of a block gets into WebAssembly's memory and back. */

import type { Numbers } from '../base/typed.ts';
import type { FloatArray } from '../base/types.ts';
import { copyIn, copyOut } from '../memory/copies.ts';
import type { Memory } from '../memory/memory.ts';
import { viewOf } from '../memory/resident.ts';
import type { Out, Slot } from '../model/call.ts';
import { copyLabels } from '../read/labels.ts';

/** What a segment holds: nothing; numbers read; numbers written; labels; weights of rows, spread over their elements; numbers a class. */
export const Role = { absent: 0, read: 1, write: 2, labels: 3, spread: 4, vector: 5, stream: 6 } as const;

/** A pointer argument. A backend has a fixed set of them, set up anew for each call. */
export class Segment {
  role: number = Role.absent;
  data: Numbers | null = null;
  /** Who else holds `data`, to be told where it is. */
  holder: Slot | Out | null = null;
  /** Elements a sample; for `spread`, the elements that share a weight. */
  stride = 1;
  /** Address, if the data is in WebAssembly's memory and used there; else 0. */
  at = 0;
  /** Address of its part of the arena. */
  region = 0;

  set(role: number, data: Numbers | null, holder: Slot | Out | null, stride: number, at: number): void {
    this.role = role;
    this.data = data;
    this.holder = holder;
    this.stride = stride;
    this.at = at;
    this.region = 0;
  }

  /** Bytes that a block of so many samples takes in the arena. */
  bytes(samples: number, size: number): number {
    if (this.role === Role.absent || this.at !== 0) return 0;
    if (this.role === Role.vector) return this.data!.length * size;
    if (this.role === Role.stream) return (this.data!.length + samples) * size;
    if (this.role === Role.spread) return samples * size;
    return samples * this.stride * size;
  }

  /** Before the first block: what doesn't change from block to block. */
  begin(memory: Memory, samples: number, size: number): void {
    if (this.role !== Role.vector && this.role !== Role.stream) return;
    const period = this.data!.length;
    const count = this.role === Role.vector ? period : period + samples;
    const heap = size === 4 ? memory.f32 : memory.f64;
    const base = this.region / size;
    for (let i = 0, k = 0; i < count; i++) {
      heap[base + i] = this.data![k] as number;
      if (++k === period) k = 0;
    }
  }

  /** After memory grew: views of it are detached, and made anew. */
  relocate(memory: Memory, samples: number, size: number): void {
    if (this.at === 0 || this.holder === null) return;
    const type = this.role === Role.labels ? 'int32' : size === 4 ? 'float32' : 'float64';
    this.data = viewOf(type, memory.buffer, this.at, samples * this.stride);
    this.holder.data = this.data as FloatArray;
  }

  /** Brings samples `start` on in; the address that the kernel gets. */
  enter(memory: Memory, start: number, count: number, size: number): number {
    if (this.role === Role.absent) return 0;
    if (this.at !== 0) return this.at + start * this.stride * (this.role === Role.labels ? 4 : size);
    if (this.role === Role.labels) {
      const base = this.region >> 2;
      copyLabels(this.data as Int32Array, start, count, memory.i32.subarray(base, base + count));
    } else if (this.role === Role.read) {
      copyIn(this.data!, start * this.stride, count * this.stride, memory, this.region, size);
    } else if (this.role === Role.spread) {
      this.#spread(size === 4 ? memory.f32 : memory.f64, start, count, this.region / size);
    } else if (this.role === Role.stream) {
      return this.region + (start % this.data!.length) * size;
    }
    return this.region;
  }

  /** Takes the results of samples `start` on out. */
  leave(memory: Memory, start: number, count: number): void {
    if (this.role !== Role.write || this.at !== 0) return;
    copyOut(this.data!, start * this.stride, count * this.stride, memory, this.region);
  }

  #spread(heap: Float32Array | Float64Array, start: number, count: number, base: number): void {
    const data = this.data as Float32Array;
    let row = Math.floor(start / this.stride);
    let left = (row + 1) * this.stride - start;
    for (let i = 0; i < count; i++) {
      heap[base + i] = data[row]!;
      if (--left === 0) {
        row++;
        left = this.stride;
      }
    }
  }
}
