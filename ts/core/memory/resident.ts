/** The buffers that `allocate` makes, on either backend. */
import { bufferOf, type TypedArray, viewLike } from '../base/typed.ts';
import type { ArrayOf, ElementType, Resident } from '../base/types.ts';

/** Where a resident buffer's elements are: in a WebAssembly memory, or in ordinary memory. */
export interface Storage<T extends ElementType> {
  /** The view of the elements; a new one after the memory grew. */
  view(current: ArrayOf[T] | null): ArrayOf[T];
  /** Gives the memory back. */
  release(): void;
  /** The WebAssembly memory that it is in and the address there; null and 0 in ordinary memory. */
  readonly home: object | null;
  readonly at: number;
}

/** Grows whenever a buffer is freed, memory moves or the backend changes: what was known of buffers before may be wrong. */
class Staleness {
  #count = 0;
  readonly #keepers: Keeper[] = [];

  get count(): number {
    return this.#count;
  }

  set count(count: number) {
    this.#count = count;
    for (const keeper of this.#keepers) keeper.forget();
    this.#keepers.length = 0;
  }

  /** Lets something that keeps buffers know when to forget them, once. */
  tell(keeper: Keeper): void {
    this.#keepers.push(keeper);
  }
}

interface Keeper {
  forget(): void;
}

/** The one of all buffers. */
export const staleness = /* @__PURE__ */ new Staleness();

/** What `allocate` returns. */
export class ResidentBuffer<T extends ElementType = ElementType> implements Resident<T> {
  readonly type: T;
  readonly length: number;
  readonly #home: object | null;
  readonly #at: number;
  #storage: Storage<T> | null;
  #view: ArrayOf[T] | null = null;

  constructor(type: T, length: number, storage: Storage<T>) {
    this.type = type;
    this.length = length;
    this.#home = storage.home;
    this.#at = storage.at;
    this.#storage = storage;
    // Nobody may say that it is of another type, or longer.
    Object.freeze(this);
  }

  /** Where it is, for the backend that made it: no property of its own, which JSON or a copy would take along. */
  get home(): object | null {
    return this.#home;
  }

  get at(): number {
    return this.#at;
  }

  get array(): ArrayOf[T] {
    const storage = this.#storage;
    if (storage === null) throw new TypeError(`a ${this.type} buffer of ${this.length} elements was used after free()`);
    const view = this.#view;
    // A view that memory growth has detached reads as empty.
    if (view !== null && view.length === this.length && view.length > 0) return view;
    const fresh = storage.view(view);
    this.#view = fresh;
    return fresh;
  }

  /** Not a method: an own function makes posting the buffer to a worker an error, where it would copy the whole memory. */
  readonly free = (): void => {
    const storage = this.#storage;
    this.#storage = null;
    if (this.#view !== null) freed.add(this.#view);
    this.#view = null;
    staleness.count++;
    storage?.release();
  };

  [Symbol.dispose](): void {
    this.free();
  }
}

/** The views of buffers that were freed: another buffer may lie there by now. */
const freed = /* @__PURE__ */ new WeakSet<TypedArray>();

/** Whether an array is the view of a buffer that was freed. */
export const isFreed = (x: TypedArray): boolean => freed.has(x);

/** A view of n elements of a type. */
export function viewOf<T extends ElementType>(type: T, buffer: ArrayBuffer, at: number, n: number): ArrayOf[T] {
  const make = type === 'float32' ? Float32Array : type === 'float64' ? Float64Array : Int32Array;
  return new make(buffer, at, n) as ArrayOf[T];
}

/** Bytes of an element. */
export const bytesOf = (type: ElementType): number => (type === 'float64' ? 8 : 4);

/** The memories by the buffers that they had before they grew. */
const memories = /* @__PURE__ */ new WeakMap<ArrayBufferLike, { readonly buffer: ArrayBuffer }>();

/** Says that a memory has grown: views of its old buffer are detached, unless threads share it. */
export const hasGrown = (memory: { readonly buffer: ArrayBuffer }, old: ArrayBuffer): void =>
  void memories.set(old, memory);

/** The buffer that an array is a view of; of memory that has grown the newest, which where threads share it has all that the old ones have. */
export function bufferNow(x: TypedArray): ArrayBufferLike {
  const buffer = bufferOf(x);
  return memories.get(buffer)?.buffer ?? buffer;
}

/** Why an array is detached, and what to do. */
export const goneBecause = (x: TypedArray): string =>
  memories.has(bufferOf(x))
    ? "it is a resident buffer's from before memory grew: take its `array` anew, or give the buffer itself"
    : 'its buffer was transferred away (detached)';

/** A view of a memory that has grown since, made anew; null for any other array. */
export function movedView(view: TypedArray, offset: number, length: number): TypedArray | null {
  const memory = memories.get(bufferOf(view));
  return memory === undefined ? null : viewLike(view, memory.buffer, offset, length);
}
