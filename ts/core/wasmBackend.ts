/** The WebAssembly backend: kernels on resident data in place, on all other data block by block through the arena. */
import type { Backend } from './backend.ts';
import type { Call, Out, Slot } from './call.ts';
import type { Kernel } from './compiled.ts';
import { faultError } from './fault.ts';
import { invoke } from './invoke.ts';
import { hasDenseTarget, kernelOf } from './kernels.ts';
import type { KernelExports, Memory } from './memory.ts';
import type { ResidentBuffer } from './resident.ts';
import { Role, Segment } from './segment.ts';
import type { Numbers } from './typed.ts';
import type { ElementType } from './types.ts';
import { runBatch } from './wasmBatch.ts';

/**
 * Elements a block of a pointwise loss: a multiple of the kernels' strips of 512, so that the cut changes no bits. Larger blocks gained
 * little in measurements, and have to stay in the cache.
 */
const blockElements = 8192;

/** Bytes a block of rows takes of one array; a row that is longer is a block by itself. */
const blockBytes = 1 << 16;

/** More pointers than any kernel has. */
const most = 12;

/** Runs calls on the instance. The segments and the arguments are reused: kernels call no user code, so calls don't nest. */
export class WasmBackend implements Backend {
  readonly name = 'wasm';
  readonly #exports: KernelExports;
  readonly #memory: Memory;
  readonly #segments: readonly Segment[] = Array.from({ length: most }, () => new Segment());
  readonly #args: number[] = new Array(most + 10).fill(0.5);
  #used = 0;

  constructor(exports: KernelExports, memory: Memory) {
    this.#exports = exports;
    this.#memory = memory;
  }

  allocate<T extends ElementType>(type: T, n: number): ResidentBuffer<T> {
    return this.#memory.allocate(type, n);
  }

  run(call: Call): number {
    if (call.loss.shape === 'batch') return runBatch(call, this.#exports, this.#memory);
    const kernel = kernelOf(call, this.#exports);
    const used = this.#placeAll(call);
    if (used > 0) return this.#invoke(call, kernel, used, 0);
    this.#plan(call);
    return this.#blocks(call, kernel);
  }

  /** The arguments of one call on everything, if all of it is in WebAssembly's memory; else 0. In the order of `#plan`. */
  #placeAll(call: Call): number {
    if (call.values !== null || call.vector !== null || call.weightSpan > 1) return 0;
    const { loss } = call;
    const { definition } = loss;
    const args = this.#args;
    let used = this.#begin(call, 0, call.n);
    args[used++] = 0;
    if (!this.#place(call.weights, used++)) return 0;
    for (let i = 0; i < loss.inputs.length; i++) if (!this.#place(call.inputs[i]!, used++)) return 0;
    if (loss.targetName !== '' && !this.#place(call.target, used++)) return 0;
    if (definition.shape === 'rowwise' ? definition.vector !== undefined : hasStream(call)) args[used++] = 0;
    for (let i = 0; i < loss.grads.length; i++) if (!this.#place(call.grads[i]!, used++)) return 0;
    if (!loss.hasHess) return used;
    for (let i = 0; i < loss.grads.length; i++) if (!this.#place(call.hess[i]!, used++)) return 0;
    return used;
  }

  /** Sets a pointer argument; false if the data isn't in WebAssembly's memory. */
  #place(slot: Slot | Out, argument: number): boolean {
    const at = slot.data === null ? 0 : this.#memory.addressOf(slot.data, slot.owner);
    this.#args[argument] = at;
    return at !== 0 || slot.data === null;
  }

  /** Sets the arguments that come before the pointers. */
  #begin(call: Call, sum: number, count: number): number {
    const args = this.#args;
    args[0] = sum;
    args[1] = call.scale;
    args[2] = count;
    if (call.loss.shape !== 'rowwise') return 3;
    args[3] = call.width;
    return 4;
  }

  /** Adds the parameters, and calls. */
  #invoke(call: Call, kernel: Kernel, pointersEnd: number, start: number): number {
    const { numbers } = call;
    let used = pointersEnd;
    for (let i = 0; i < numbers.length; i++) this.#args[used++] = numbers[i]!;
    const result = invoke(kernel, this.#args, used);
    // NaN data is no fault; only a fault has a place.
    if (Number.isNaN(result)) {
      const place = this.#exports.fault();
      if (place >= 0) throw faultError(call, start + place);
    }
    return result;
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
  #blocks(call: Call, kernel: Kernel): number {
    const size = call.single ? 4 : 8;
    const limit =
      call.loss.shape === 'rowwise' ? Math.max(1, Math.floor(blockBytes / (call.width * size))) : blockElements;
    const samples = Math.min(call.n, limit);
    this.#reserve(call, samples, size);
    let sum = 0;
    for (let start = 0; start < call.n; start += samples) {
      sum = this.#block(call, kernel, sum, start, Math.min(samples, call.n - start));
    }
    return sum;
  }

  /** Divides the arena among the segments. */
  #reserve(call: Call, samples: number, size: number): void {
    const memory = this.#memory;
    let bytes = 0;
    for (let i = 0; i < this.#used; i++) bytes += aligned(this.#segments[i]!.bytes(samples, size));
    const { buffer } = memory;
    let at = memory.arena(bytes);
    const hasMoved = memory.buffer !== buffer;
    for (let i = 0; i < this.#used; i++) {
      const segment = this.#segments[i]!;
      segment.region = at;
      at += aligned(segment.bytes(samples, size));
      if (hasMoved) segment.relocate(memory, call.n, size);
      segment.begin(memory, samples, size);
    }
  }

  /** One kernel call, on `count` samples from `start` on. */
  #block(call: Call, kernel: Kernel, sum: number, start: number, count: number): number {
    const memory = this.#memory;
    const size = call.single ? 4 : 8;
    let used = this.#begin(call, sum, count);
    for (let i = 0; i < this.#used; i++) this.#args[used++] = this.#segments[i]!.enter(memory, start, count, size);
    const result = this.#invoke(call, kernel, used, start);
    for (let i = 0; i < this.#used; i++) this.#segments[i]!.leave(memory, start, count, size);
    return result;
  }
}

const aligned = (bytes: number): number => Math.ceil(bytes / 64) * 64;

const hasStream = (call: Call): boolean => 'stream' in call.loss.definition;
