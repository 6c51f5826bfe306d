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
 * Bytes a block takes of one array, at most, unless a chunk is longer. Larger blocks gained little in measurements, and have to stay in the
 * cache.
 */
const blockBytes = 1 << 16;

/** Elements that the kernels add up by themselves before they add to the running sum (`CHUNK` in their `loops/total.rs`). */
const chunk = 8192;

/** Samples of a block: whole chunks, so that the cut changes no bits. As `chunk_rows` of the kernels says, a chunk of many rows is a multiple of 64. */
function blockSamples(width: number, size: number): number {
  const rows = Math.floor(chunk / width);
  const whole = rows < 64 ? Math.max(1, rows) : rows - (rows % 64);
  return whole * Math.max(1, Math.floor(blockBytes / (whole * width * size)));
}

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

  run(call: Call): void {
    const { whole } = call.loss.steps;
    if (whole !== undefined) {
      whole(call, this.#exports, this.#memory);
      return;
    }
    call.sum = 0;
    call.excess = 0;
    const kernel = kernelOf(call, this.#exports);
    const memory = this.#memory;
    this.#record = call.repeat === null ? memory.record : call.repeat.recordIn(memory, call);
    if (this.#placeAll(call)) {
      call.kernel = kernel;
      this.#finish(call, kernel, 0);
      return;
    }
    this.#plan(call);
    this.#blocks(call, kernel);
  }

  /** Writes the arguments of one call on everything, in the order of `#plan`; false if not all of it is in WebAssembly's memory. */
  #placeAll(call: Call): boolean {
    if (call.values !== null || call.vector !== null || call.weightSpan > 1) return false;
    const { loss } = call;
    const { definition } = loss;
    this.#begin(call, call.n);
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
  #begin(call: Call, count: number): void {
    this.#next = this.#record;
    this.#put(call.sum);
    this.#put(call.excess);
    this.#put(call.scale);
    this.#putInteger(count);
    if (call.loss.shape === 'rowwise') this.#putInteger(call.width);
  }

  /** Adds the parameters, runs the kernel, and takes over the sum. */
  #finish(call: Call, kernel: number, start: number): void {
    const { numbers } = call;
    for (let i = 0; i < numbers.length; i++) this.#put(numbers[i]!);
    const fault = this.#memory.run(kernel, this.#record);
    if (fault !== -1) throw faultError(call, start + fault);
    call.sum = this.#memory.f64[this.#record]!;
    call.excess = this.#memory.f64[this.#record + 1]!;
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
  #blocks(call: Call, kernel: number): void {
    const size = call.single ? 4 : 8;
    let samples = call.n;
    let bytes = this.#bytes(samples, size);
    if (bytes > wholeBytes) {
      samples = Math.min(call.n, blockSamples(call.loss.shape === 'rowwise' ? Math.max(1, call.width) : 1, size));
      bytes = this.#bytes(samples, size);
    }
    this.#reserve(call, samples, size, bytes);
    if (samples === call.n) call.kernel = kernel;
    for (let start = 0; start < call.n; start += samples) {
      this.#block(call, kernel, start, Math.min(samples, call.n - start));
    }
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
  #block(call: Call, kernel: number, start: number, count: number): void {
    const memory = this.#memory;
    const size = call.single ? 4 : 8;
    this.#begin(call, count);
    for (let i = 0; i < this.#used; i++) this.#putInteger(this.#segments[i]!.enter(memory, start, count, size));
    this.#finish(call, kernel, start);
    for (let i = 0; i < this.#used; i++) this.#segments[i]!.leave(memory, start, count);
  }
}

const aligned = (bytes: number): number => Math.ceil(bytes / 64) * 64;

const hasStream = (call: Call): boolean => 'stream' in call.loss.definition;
