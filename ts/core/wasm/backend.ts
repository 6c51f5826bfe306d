/** The WebAssembly backend: kernels on resident data in place, on all other data block by block through the arena. */

import type { Numbers } from '../base/typed.ts';
import type { ElementType } from '../base/types.ts';
import type { KernelExports, Memory } from '../memory/memory.ts';
import type { ResidentBuffer } from '../memory/resident.ts';
import { type Backend, type Call, hasDenseTarget, type Out, type Slot } from '../model/call.ts';
import { faultError } from '../settle/fault.ts';
import { kernelOf } from './kernels.ts';
import { Role, Segment } from './segment.ts';

/**
 * Bytes a block takes of one array: a multiple of the kernels' strips, so that the cut changes no bits. Larger blocks gained little in
 * measurements, and have to stay in the cache. A row that is longer is a block by itself.
 */
const blockBytes = 1 << 16;

/** A call that takes no more than this is one block, which can be repeated, and stays in the second cache of most machines. */
const wholeBytes = 3 << 17;

/** More pointers than any kernel has. */
const most = 12;

/** Runs calls on the instance. The segments and the arguments are reused: kernels call no user code, so calls don't nest. */
export class WasmBackend implements Backend {
  readonly name = 'wasm';
  readonly #exports: KernelExports;
  readonly #memory: Memory;
  readonly #segments: readonly Segment[] = Array.from({ length: most }, () => new Segment());
  #used = 0;
  /** The record that the call's arguments go into, and the place of the next. */
  #record = 0;
  #next = 0;

  constructor(exports: KernelExports, memory: Memory) {
    this.#exports = exports;
    this.#memory = memory;
  }

  allocate<T extends ElementType>(type: T, n: number): ResidentBuffer<T> {
    return this.#memory.allocate(type, n);
  }

  run(call: Call): number {
    const { whole } = call.loss.steps;
    if (whole !== undefined) return whole(call, this.#exports, this.#memory);
    const kernel = kernelOf(call, this.#exports);
    const memory = this.#memory;
    this.#record = call.repeat === null ? memory.record : call.repeat.recordIn(memory, call);
    if (this.#placeAll(call)) {
      call.kernel = kernel;
      return this.#finish(call, kernel, 0);
    }
    this.#plan(call);
    return this.#blocks(call, kernel);
  }

  /** Writes the arguments of one call on everything, in the order of `#plan`; false if not all of it is in WebAssembly's memory. */
  #placeAll(call: Call): boolean {
    if (call.values !== null || call.vector !== null || call.weightSpan > 1) return false;
    const { loss } = call;
    const { definition } = loss;
    this.#begin(call, 0, call.n);
    this.#putInteger(0);
    if (!this.#place(call.weights)) return false;
    for (let i = 0; i < loss.inputs.length; i++) if (!this.#place(call.inputs[i]!)) return false;
    if (loss.targetName !== '' && !this.#place(call.target)) return false;
    if (definition.shape === 'rowwise' ? definition.vector !== undefined : hasStream(call)) this.#putInteger(0);
    for (let i = 0; i < loss.grads.length; i++) if (!this.#place(call.grads[i]!)) return false;
    if (loss.hasHess) for (let i = 0; i < loss.grads.length; i++) if (!this.#place(call.hess[i]!)) return false;
    return true;
  }

  /** Writes the next argument, a number. */
  #put(x: number): void {
    this.#memory.f64[this.#next++] = x;
  }

  /** Writes the next argument, a count or an address. */
  #putInteger(x: number): void {
    this.#memory.i32[2 * this.#next++] = x;
  }

  /** Writes a pointer argument; false if the data isn't in WebAssembly's memory. */
  #place(slot: Slot | Out): boolean {
    const at = slot.data === null ? 0 : this.#memory.addressOf(slot.data, slot.owner);
    this.#putInteger(at);
    return at !== 0 || slot.data === null;
  }

  /** Writes the arguments that come before the pointers. */
  #begin(call: Call, sum: number, count: number): void {
    this.#next = this.#record;
    this.#put(sum);
    this.#put(call.scale);
    this.#putInteger(count);
    if (call.loss.shape === 'rowwise') this.#putInteger(call.width);
  }

  /** Adds the parameters, and runs the kernel. */
  #finish(call: Call, kernel: number, start: number): number {
    const { numbers } = call;
    for (let i = 0; i < numbers.length; i++) this.#put(numbers[i]!);
    const fault = this.#memory.run(kernel, this.#record);
    if (fault !== -1) throw faultError(call, start + fault);
    return this.#memory.f64[this.#record]!;
  }

  /** Lays out the pointer arguments in the kernel's order. */
  #plan(call: Call): void {
    const { loss, width } = call;
    const isRows = loss.shape === 'rowwise';
    const stride = isRows ? width : 1;
    this.#used = 0;
    this.#add(Role.write, call.values, 1);
    this.#addSlot(call.weightSpan > 1 ? Role.spread : Role.read, call.weights, call.weightSpan);
    for (let i = 0; i < loss.inputs.length; i++) this.#addSlot(Role.read, call.inputs[i]!, stride);
    if (call.target.data !== null) {
      this.#addSlot(call.labelled ? Role.labels : Role.read, call.target, hasDenseTarget(call) ? width : 1);
    }
    const { definition } = loss;
    if (definition.shape === 'rowwise' ? definition.vector !== undefined : hasStream(call)) {
      this.#add(isRows ? Role.vector : Role.stream, call.vector, 1);
    }
    // Without a derivative its data is null.
    const count = loss.grads.length;
    for (let i = 0; i < count; i++) this.#addSlot(Role.write, call.grads[i]!, stride);
    if (!loss.hasHess) return;
    for (let i = 0; i < count; i++) this.#addSlot(Role.write, call.hess[i]!, stride);
  }

  #addSlot(role: number, slot: Slot | Out, stride: number): void {
    const { data } = slot;
    // Weights that are spread over elements are copied wherever they are.
    const at = data === null || role === Role.spread ? 0 : this.#memory.addressOf(data, slot.owner);
    this.#segments[this.#used++]!.set(data === null ? Role.absent : role, data, slot, stride, at);
  }

  #add(role: number, data: Numbers | null, stride: number): void {
    this.#segments[this.#used++]!.set(data === null ? Role.absent : role, data, null, stride, 0);
  }

  /** Copies through the arena, as many samples at a time as fit a block. */
  #blocks(call: Call, kernel: number): number {
    const size = call.single ? 4 : 8;
    let samples = call.n;
    let bytes = this.#bytes(samples, size);
    if (bytes > wholeBytes) {
      const sampleBytes = call.loss.shape === 'rowwise' ? call.width * size : size;
      const limit = Math.max(1, Math.floor(blockBytes / sampleBytes));
      samples = Math.min(call.n, limit);
      bytes = this.#bytes(samples, size);
    }
    this.#reserve(call, samples, size, bytes);
    if (samples === call.n) call.kernel = kernel;
    let sum = 0;
    for (let start = 0; start < call.n; start += samples) {
      sum = this.#block(call, kernel, sum, start, Math.min(samples, call.n - start));
    }
    return sum;
  }

  /** Bytes of the arena that so many samples take. */
  #bytes(samples: number, size: number): number {
    let bytes = 0;
    for (let i = 0; i < this.#used; i++) bytes += aligned(this.#segments[i]!.bytes(samples, size));
    return bytes;
  }

  /** Divides the arena among the segments. */
  #reserve(call: Call, samples: number, size: number, bytes: number): void {
    const memory = this.#memory;
    const { buffer } = memory;
    let at = memory.arena(bytes);
    const hasMoved = memory.buffer !== buffer;
    for (let i = 0; i < this.#used; i++) {
      const segment = this.#segments[i]!;
      segment.region = at;
      at += aligned(segment.bytes(samples, size));
      if (segment.holder !== null) segment.holder.copiedTo = segment.at === 0 ? segment.region : 0;
      if (hasMoved) segment.relocate(memory, call.n, size);
      segment.begin(memory, samples, size);
    }
  }

  /** One kernel call, on `count` samples from `start` on. */
  #block(call: Call, kernel: number, sum: number, start: number, count: number): number {
    const memory = this.#memory;
    const size = call.single ? 4 : 8;
    this.#begin(call, sum, count);
    for (let i = 0; i < this.#used; i++) this.#putInteger(this.#segments[i]!.enter(memory, start, count, size));
    const result = this.#finish(call, kernel, start);
    for (let i = 0; i < this.#used; i++) this.#segments[i]!.leave(memory, start, count);
    return result;
  }
}

const aligned = (bytes: number): number => Math.ceil(bytes / 64) * 64;

const hasStream = (call: Call): boolean => 'stream' in call.loss.definition;
