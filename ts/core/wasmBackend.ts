/** The WebAssembly backend: kernels on resident data in place, on all other data block by block through the arena. */
import type { Backend } from './backend.ts';
import type { Call } from './call.ts';
import type { Kernel } from './compiled.ts';
import { faultError } from './fault.ts';
import { invoke } from './invoke.ts';
import { kernelName, kernelNamed } from './kernels.ts';
import type { KernelExports, Memory } from './memory.ts';
import type { ResidentBuffer } from './resident.ts';
import { Role, Segment } from './segment.ts';
import type { Numbers } from './typed.ts';
import type { ElementType } from './types.ts';
import { runBatch } from './wasmBatch.ts';

/** Elements a block of a pointwise loss: a multiple of the kernels' strips of 512, so that the cut changes no bits. */
const blockElements = 4096;

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
  #inPlace = true;

  constructor(exports: KernelExports, memory: Memory) {
    this.#exports = exports;
    this.#memory = memory;
  }

  allocate<T extends ElementType>(type: T, n: number): ResidentBuffer<T> {
    return this.#memory.allocate(type, n);
  }

  run(call: Call): number {
    if (call.loss.shape === 'batch') return runBatch(call, this.#exports, this.#memory);
    const kernel = this.#kernel(call);
    this.#plan(call);
    return this.#inPlace ? this.#block(call, kernel, 0, 0, call.n) : this.#blocks(call, kernel);
  }

  /** The call's kernel, looked up once for each loss. */
  #kernel(call: Call): Kernel {
    const { loss } = call;
    const isDense = !call.labelled && call.target.data !== null && isClasses(call);
    const place = (call.single ? 0 : 1) + (isDense ? 2 : 0);
    const known = loss.kernels[place];
    if (known !== undefined) return known;
    const found = kernelNamed(this.#exports, kernelName(loss.definition.name, isDense, call.single));
    loss.kernels[place] = found;
    return found;
  }

  /** Lays out the pointer arguments in the kernel's order. */
  #plan(call: Call): void {
    const { loss, width } = call;
    const isRows = loss.shape === 'rowwise';
    const stride = isRows ? width : 1;
    this.#used = 0;
    this.#inPlace = true;
    this.#add(Role.write, call.values, null, 1);
    this.#addSlot(call.weightSpan > 1 ? Role.spread : Role.read, call.weights, call.weightSpan);
    for (let i = 0; i < loss.inputs.length; i++) this.#addSlot(Role.read, call.inputs[i]!, stride);
    if (call.target.data !== null) {
      const isRow = !call.labelled && isClasses(call);
      this.#addSlot(call.labelled ? Role.labels : Role.read, call.target, isRow ? width : 1);
    }
    const { definition } = loss;
    if (definition.shape === 'rowwise' ? definition.vector !== undefined : hasStream(call)) {
      this.#add(isRows ? Role.vector : Role.stream, call.vector, null, 1);
    }
    // Without a derivative its data is null.
    const count = loss.grads.length;
    for (let i = 0; i < count; i++) this.#addSlot(Role.write, call.grads[i]!, stride);
    if (!loss.hasHess) return;
    for (let i = 0; i < count; i++) this.#addSlot(Role.write, call.hess[i]!, stride);
  }

  #addSlot(role: number, slot: { data: Numbers | null }, stride: number): void {
    this.#add(role, slot.data, slot, stride);
  }

  #add(wanted: number, data: Numbers | null, holder: { data: Numbers | null } | null, stride: number): void {
    const role = data === null ? Role.absent : wanted;
    const isArray = role === Role.read || role === Role.write || role === Role.labels;
    // Labels other than int32 are never resident.
    const at = isArray && ArrayBuffer.isView(data) ? this.#memory.addressOf(data) : 0;
    if (role !== Role.absent && at === 0) this.#inPlace = false;
    this.#segments[this.#used++]!.set(role, data, holder, stride, at);
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
    const args = this.#args;
    let used = 0;
    args[used++] = sum;
    args[used++] = call.scale;
    args[used++] = count;
    if (call.loss.shape === 'rowwise') args[used++] = call.width;
    for (let i = 0; i < this.#used; i++) args[used++] = this.#segments[i]!.enter(memory, start, count, size);
    const { numbers } = call;
    for (let i = 0; i < numbers.length; i++) args[used++] = numbers[i]!;
    const result = invoke(kernel, args, used);
    // NaN data is no fault; only a fault has a place.
    if (Number.isNaN(result)) {
      const place = this.#exports.fault();
      if (place >= 0) throw faultError(call, start + place);
    }
    if (!this.#inPlace) for (let i = 0; i < this.#used; i++) this.#segments[i]!.leave(memory, start, count, size);
    return result;
  }
}

const aligned = (bytes: number): number => Math.ceil(bytes / 64) * 64;

const isClasses = (call: Call): boolean =>
  call.loss.definition.shape === 'rowwise' && call.loss.definition.target === 'classes';

const hasStream = (call: Call): boolean => 'stream' in call.loss.definition;
