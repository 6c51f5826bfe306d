/** The only file that knows of WebAssembly's memory: views, the arena that calls copy through, and resident buffers. */

import { bufferOf, offsetOf, type TypedArray } from '../base/typed.ts';
import type { ElementType } from '../base/types.ts';
import { bytesOf, ResidentBuffer, staleness, viewOf } from './resident.ts';

/** What the module exports. */
export interface KernelExports {
  readonly memory: WebAssembly.Memory;
  readonly abi_version: () => number;
  readonly alloc: (bytes: number) => number;
  readonly free: (pointer: number, bytes: number) => void;
  /** Runs a kernel on the arguments at an address: −1, or the first sample that is out of its domain. */
  readonly run: (kernel: number, at: number) => number;
  /** The handle of a kernel, by the address and length of its name; 0 if there is none. */
  readonly find_kernel: (name: number, length: number) => number;
}

/**
 * Bytes of the arena at first: a block of any pointwise call, ten arrays. It grows for long rows only, and so seldom
 * moves memory under the caller's own views of it.
 */
const firstArena = 10 * 2 ** 16;

/** Arguments in a record, eight bytes each: more than any kernel takes. */
const recordLength = 24;

/** Records: one for each loss and order of derivatives, with room to spare. */
const recordCount = 128;

/** The memory of the instance. */
export class Memory {
  readonly #exports: KernelExports;
  /** The buffer, and views of all of it; made anew whenever an allocation has let memory grow. */
  buffer: ArrayBuffer;
  f32: Float32Array<ArrayBuffer>;
  f64: Float64Array<ArrayBuffer>;
  i32: Int32Array<ArrayBuffer>;
  /** Where arguments of calls that aren't repeated go, as a place in `f64`. */
  readonly record: number;
  #records: number;
  #arena = 0;
  #arenaBytes = 0;

  /** Bytes that the arena has. */
  get arenaBytes(): number {
    return this.#arenaBytes;
  }

  constructor(exports: KernelExports) {
    this.#exports = exports;
    this.buffer = exports.memory.buffer as ArrayBuffer;
    this.f32 = new Float32Array(this.buffer);
    this.f64 = new Float64Array(this.buffer);
    this.i32 = new Int32Array(this.buffer);
    this.record = this.alloc(recordCount * recordLength * 8) >> 3;
    this.#records = 1;
    this.arena(firstArena);
  }

  /** Takes the views anew if memory grew: those of the old buffer are detached. */
  #refresh(): void {
    const buffer = this.#exports.memory.buffer as ArrayBuffer;
    if (buffer === this.buffer) return;
    this.buffer = buffer;
    this.f32 = new Float32Array(buffer);
    this.f64 = new Float64Array(buffer);
    this.i32 = new Int32Array(buffer);
    staleness.count++;
  }

  /** Runs a kernel on the arguments in a record: −1, or the first sample that is out of its domain. */
  run(kernel: number, record: number): number {
    return this.#exports.run(kernel, record << 3);
  }

  /** A record for a call that may be repeated; when there are none left, the one that all others share. */
  newRecord(): number {
    return this.#records < recordCount ? this.record + recordLength * this.#records++ : this.record;
  }

  /** The address of so many bytes; a RangeError if there are none left, after which everything still works. */
  alloc(bytes: number): number {
    // Beyond 32 bits the number would wrap around and look small.
    const pointer = bytes < 2 ** 32 - 2 ** 16 ? this.#exports.alloc(bytes) >>> 0 : 0;
    this.#refresh();
    if (pointer === 0)
      throw new RangeError(`losskit: no WebAssembly memory left for ${bytes} bytes; free resident buffers`);
    return pointer;
  }

  /** Gives back what `alloc` gave. */
  free(pointer: number, bytes: number): void {
    this.#exports.free(pointer, bytes);
  }

  /**
   * The address of scratch memory of at least so many bytes, the same for every call: safe because kernels never call user
   * code, so that no call begins before another has ended.
   */
  arena(bytes: number): number {
    if (bytes > this.#arenaBytes) {
      if (this.#arena !== 0) this.free(this.#arena, this.#arenaBytes);
      this.#arena = 0;
      this.#arenaBytes = 0;
      staleness.count++;
      this.#arena = this.alloc(bytes);
      this.#arenaBytes = bytes;
    }
    return this.#arena;
  }

  /**
   * The address of an argument that is already here, or 0. An array's offset is asked first: nothing of ours lies at 0, and to
   * ask a small array of its own for its buffer costs an allocation.
   */
  addressOf(data: TypedArray, owner: ResidentBuffer | null): number {
    if (owner !== null && owner.home === this) return owner.at;
    const at = offsetOf(data);
    return at !== 0 && bufferOf(data) === this.buffer ? at : 0;
  }

  /** A resident buffer. */
  allocate<T extends ElementType>(type: T, n: number): ResidentBuffer<T> {
    const bytes = n * bytesOf(type);
    const at = this.alloc(bytes);
    const view = (): ReturnType<typeof viewOf<T>> => viewOf(type, this.buffer, at, n);
    view().fill(0);
    return new ResidentBuffer(type, n, { view, release: () => this.free(at, bytes), home: this, at });
  }
}
