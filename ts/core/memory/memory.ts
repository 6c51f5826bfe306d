/** The one WebAssembly memory: its views, the arena that calls copy through, and resident buffers. */

import { PAGES } from '../../generated/layout.ts';
import { bufferOf, offsetOf, type TypedArray } from '../base/typed.ts';
import type { ElementType } from '../base/types.ts';
import { Allocator, wholeLines } from './allocator.ts';
import { type Compile, type KernelExports, type KernelSource, Modules } from './modules.ts';
import { bufferNow, bytesOf, hasGrown, ResidentBuffer, staleness, viewOf } from './resident.ts';

const pageBytes = 65536;

/** Pages that 32 bits can address; a memory that is to be shared needs a maximum. */
export const mostPages = 65536;

/** The last line is nobody's: the end of a block is an address like any other then, which for a kernel's 32 bits 4 GiB isn't. */
const mostBytes = mostPages * pageBytes - 64;

/**
 * Bytes of the arena at first: a block of any pointwise call, ten arrays. It grows for long rows only, and so seldom
 * moves memory under the caller's own views of it.
 */
const firstArena = 10 * 2 ** 16;

/** Arguments in a record, eight bytes each: more than any kernel takes. */
export const recordLength = 24;

/** Records that are made at a time: there is one for each loss and order of derivatives that is called again and again. */
const recordsAtOnce = 32;

/** Bytes of numbers that are widened at a time. */
export const stageBytes = 1 << 15;

/** No kernel's name is longer. */
const nameBytes = 64;

const viewsOf = (buffer: ArrayBuffer) =>
  [new Float32Array(buffer), new Float64Array(buffer), new Int32Array(buffer), new Uint8Array(buffer)] as const;

/** The one memory, which every module of kernels uses. */
export class Memory {
  readonly #wasm: WebAssembly.Memory;
  readonly #modules: Modules;
  /** Whether other threads may have it as well: its old buffers are then good for what they were. */
  readonly isShared: boolean;
  /** What comes before is the modules': their stack and their constants. */
  readonly #free = new Allocator(PAGES * pageBytes, PAGES * pageBytes);
  /** The buffer, and views of all of it; made anew whenever an allocation has let memory grow. */
  buffer: ArrayBuffer;
  f32: Float32Array;
  f64: Float64Array;
  i32: Int32Array;
  u8: Uint8Array;
  /** Where arguments of calls that aren't repeated go, as a place in `f64`. */
  readonly record: number;
  /** The next records that nobody has, and how many there are. */
  #nextRecord = 0;
  #records = 0;
  readonly #name: number;
  /** Where arguments go of kernels that run for another one, whose own wait in `record`. */
  readonly aside: number;
  /** Where numbers that are to be widened lie, and the kernels that widen them. */
  readonly stage: number;
  readonly #wideners = new Map<string, number>();
  #arena = 0;
  #arenaBytes = 0;
  /** Whether there was a resident buffer, by which others have views of this memory. */
  #hasViews = false;
  /** Bytes of resident buffers, and how many there are. */
  #resident = 0;
  #buffers = 0;

  /** Of its own, or one that threads share; modules are compiled as `compile` says. */
  constructor(
    wasm = new WebAssembly.Memory({ initial: PAGES, maximum: mostPages }),
    compile: Compile = (source) => source.compile(),
  ) {
    this.#wasm = wasm;
    this.#modules = new Modules(wasm, compile);
    this.buffer = wasm.buffer as ArrayBuffer;
    this.isShared = !(wasm.buffer instanceof ArrayBuffer);
    [this.f32, this.f64, this.i32, this.u8] = viewsOf(this.buffer);
    this.#grow(wholeLines(recordsAtOnce * recordLength * 8) + nameBytes + stageBytes + firstArena);
    this.record = this.newRecord();
    this.aside = this.newRecord();
    this.#name = this.alloc(nameBytes);
    this.stage = this.alloc(stageBytes);
    this.arena(firstArena);
  }

  /** Bytes that the arena has. */
  get arenaBytes(): number {
    return this.#arenaBytes;
  }

  /** The memory itself, for other threads. */
  get wasm(): WebAssembly.Memory {
    return this.#wasm;
  }

  /** How many resident buffers there are. */
  get buffers(): number {
    return this.#buffers;
  }

  /** The modules that were started. */
  get sources(): KernelSource[] {
    return this.#modules.sources;
  }

  /** Starts a module, unless it was before. */
  start(source: KernelSource): void {
    this.#modules.exportsOf(source);
  }

  /** The handle of a kernel: its place in the table, and in the highest byte the number of its arguments. 0 if there is none. */
  find(source: KernelSource, name: string): number {
    return this.#find(this.#modules.exportsOf(source).find, name);
  }

  #find(find: KernelExports['find'], name: string): number {
    const bytes = new Uint8Array(this.buffer, this.#name, name.length);
    for (let i = 0; i < name.length; i++) bytes[i] = name.charCodeAt(i);
    return find(this.#name, name.length);
  }

  /** Runs a kernel on the arguments in a record: −1, or the first sample that is out of its domain. */
  run(kernel: number, record: number): number {
    return this.#modules.run!(kernel, record << 3);
  }

  /** The exports of a module that isn't one of kernels. */
  instantiate(module: WebAssembly.Module): WebAssembly.Exports {
    return this.#modules.instantiate(module);
  }

  /** Converts the first n numbers of the stage, a multiple of 8, to float32, by a kernel that every module has, and writes them to an address. */
  widen(name: string, n: number, to: number): void {
    const known = this.#wideners.get(name);
    const kernel = known ?? this.#find(this.#modules.find!, name);
    if (known === undefined) this.#wideners.set(name, kernel);
    const { i32 } = this;
    const record = 2 * this.aside;
    i32[record] = this.stage;
    i32[record + 2] = n;
    i32[record + 4] = to;
    this.run(kernel, this.aside);
  }

  /** A record for calls that may be repeated: for good. */
  newRecord(): number {
    if (this.#records === 0) {
      this.#nextRecord = this.alloc(recordsAtOnce * recordLength * 8) / 8;
      this.#records = recordsAtOnce;
    }
    const record = this.#nextRecord;
    this.#nextRecord += recordLength;
    this.#records--;
    return record;
  }

  /** The address of so many bytes; a RangeError if there are none left, after which everything still works. */
  alloc(bytes: number): number {
    const size = wholeLines(bytes);
    const at = this.#free.take(size);
    if (at !== 0) return at;
    this.#grow(size);
    return this.#free.take(size);
  }

  /** Lets memory grow by what is missing for a block, and takes the views anew: those of the old buffer are detached. */
  #grow(size: number): void {
    const needed = this.#free.needed(size);
    if (needed > mostBytes) throw this.#shortage(size);
    try {
      this.#wasm.grow(Math.ceil((needed - this.buffer.byteLength) / pageBytes));
    } catch {
      throw this.#shortage(size);
    }
    hasGrown(this, this.buffer);
    this.buffer = this.#wasm.buffer as ArrayBuffer;
    [this.f32, this.f64, this.i32, this.u8] = viewsOf(this.buffer);
    this.#free.extend(Math.min(this.buffer.byteLength, mostBytes));
    staleness.count++;
  }

  #shortage(bytes: number): RangeError {
    const why =
      bytes > mostBytes
        ? 'it can be 4 GiB at most'
        : this.#resident > 0
          ? `resident buffers take ${this.#resident} bytes of it; free some`
          : 'this engine gives no more';
    return new RangeError(`no WebAssembly memory left for ${bytes} bytes: ${why}`);
  }

  /** Gives back what `alloc` gave. */
  free(at: number, bytes: number): void {
    this.#free.give(at, wholeLines(bytes));
  }

  /**
   * The address of scratch memory of at least so many bytes, the same for every call: safe because kernels never call user
   * code, so that no call begins before another has ended.
   */
  arena(bytes: number): number {
    if (bytes > this.#arenaBytes) {
      const [at, had] = [this.#arena, this.#arenaBytes];
      if (at !== 0) this.free(at, had);
      staleness.count++;
      try {
        this.#arena = this.alloc(bytes);
      } catch (error) {
        // What was just given back can be had again: other calls count on an arena.
        if (at !== 0) this.#arena = this.alloc(had);
        throw error;
      }
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
    if (!this.#hasViews) return 0;
    const at = offsetOf(data);
    if (at === 0) return 0;
    return bufferOf(data) === this.buffer || (this.isShared && bufferNow(data) === this.buffer) ? at : 0;
  }

  /** A resident buffer. */
  allocate<T extends ElementType>(type: T, n: number): ResidentBuffer<T> {
    const bytes = n * bytesOf(type);
    const { touched } = this.#free;
    const at = this.alloc(bytes);
    this.#hasViews = true;
    this.#resident += bytes;
    this.#buffers++;
    const view = (): ReturnType<typeof viewOf<T>> => viewOf(type, this.buffer, at, n);
    // What nobody had before is 0 already, and needs no memory of the machine's until it is used.
    view().fill(0, 0, Math.min(n, Math.max(0, Math.ceil((touched - at) / bytesOf(type)))));
    const release = (): void => {
      this.#resident -= bytes;
      this.#buffers--;
      this.free(at, bytes);
    };
    return new ResidentBuffer(type, n, { view, release, home: this, at });
  }
}
