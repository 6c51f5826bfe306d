/**
 * The memory of the state machine: regions, which are resident buffers or ordinary arrays, and views into them. Each region is mirrored,
 * so that it shows at once when something other than a command changed it.
 */
import type { ElementType } from '../../ts/index.ts';
import type { Library } from './instances.ts';

export type Elements = Float32Array | Float64Array | Int32Array;

const constructors = { float32: Float32Array, float64: Float64Array, int32: Int32Array };
const newArray = (type: ElementType, length: number): Elements => new constructors[type](length);

/** A resident buffer as the library gives it. */
interface Handle {
  readonly array: Elements;
  free(): void;
}

/** Memory that arguments lie in. */
export class Region {
  readonly type: ElementType;
  readonly length: number;
  readonly handle: Handle | null;
  readonly #ordinary: Elements | null;
  isFreed = false;
  /** What it holds, as far as the commands know. */
  mirror: Elements;

  constructor(type: ElementType, length: number, library: Library | null) {
    this.type = type;
    this.length = length;
    this.handle = library === null ? null : (library.allocate(type, length) as Handle);
    this.#ordinary = library === null ? newArray(type, length) : null;
    this.mirror = newArray(type, length);
  }

  /** The elements, wherever they are now. */
  get elements(): Elements {
    return this.handle === null ? this.#ordinary! : this.handle.array;
  }

  free(): void {
    this.handle?.free();
    this.isFreed = this.handle !== null;
  }
}

/** An argument: a part of a region, given as an array, or the whole buffer as it is. */
export class Ref {
  readonly region: Region;
  readonly from: number;
  readonly length: number;
  readonly isHandle: boolean;
  #view: Elements | null = null;

  constructor(region: Region, from: number, length: number, isHandle: boolean) {
    this.region = region;
    this.from = from;
    this.length = length;
    this.isHandle = isHandle;
  }

  /** What the library is given: the same object every time, but for views that growing memory has detached; also after the region was freed. */
  get value(): unknown {
    if (this.isHandle) return this.region.handle;
    if (this.region.isFreed) return this.#view;
    const { buffer } = this.region.elements;
    if (this.#view === null || this.#view.buffer !== buffer) this.#view = this.#cut(this.region.elements);
    return this.#view;
  }

  #cut(all: Elements): Elements {
    return this.from === 0 && this.length === all.length ? all : all.subarray(this.from, this.from + this.length);
  }

  /** The same part of a copy of the region. */
  inCopy(copies: Copies): Elements {
    return this.#cut(copies.get(this.region)!);
  }

  /** Fills it, from a function of nothing. */
  fill(next: () => number): void {
    const all = this.#cut(this.region.elements);
    for (let i = 0; i < all.length; i++) all[i] = next();
    this.region.mirror = this.region.elements.slice();
  }
}

/** Copies of regions. */
export type Copies = Map<Region, Elements>;

/** All regions. */
export class World {
  readonly library: Library;
  readonly regions: Region[] = [];

  constructor(library: Library) {
    this.library = library;
  }

  get alive(): Region[] {
    return this.regions.filter(({ isFreed }) => !isFreed);
  }

  /** A new region, of WebAssembly's memory if it is to be resident and that backend runs. */
  add(type: ElementType, length: number, isResident: boolean): Region {
    const region = new Region(type, length, isResident ? this.library : null);
    this.regions.push(region);
    return region;
  }

  /** Copies of all that lives. */
  copies(): Copies {
    return new Map(this.alive.map((region) => [region, region.elements.slice()]));
  }

  /** Takes what a call has written, here and to copies of the regions, and fails where the two differ. */
  settle(copies: Copies): void {
    for (const [region, copy] of copies) region.mirror = copy;
    this.check();
  }

  /** Fails if a region isn't what it should be. */
  check(): void {
    for (const { type, handle, elements, mirror } of this.alive) {
      const i = mirror.findIndex((wanted, k) => !Object.is(elements[k], wanted));
      if (i < 0) continue;
      const kind = handle === null ? 'an ordinary' : 'a resident';
      throw new Error(`${kind} ${type} array of ${mirror.length}: [${i}] is ${elements[i]}, not ${mirror[i]}`);
    }
  }

  /** Frees what is left. */
  end(): void {
    for (const region of this.alive) region.free();
  }
}
