/** The arrays of a call: what it reads, and what it writes. */

import { bytesIn, elementBytes, lengthOf, offsetOf, type TypedArray } from '../base/typed.ts';
import type { FloatArray } from '../base/types.ts';
import type { ResidentBuffer } from '../memory/resident.ts';

/** Where the elements of a tensor lie in an array, if not one after the other: in runs of so many, a stride apart. */
export interface View {
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  readonly offset: number;
  /** Dimensions by which one gets from run to run: those before the last ones, of which a run is. */
  readonly outer: number;
  readonly run: number;
  readonly stride: number;
}

/** One array of a call; the same for its whole time but for a view of memory that moved, and for what is brought into order. */
export class Slot {
  /** Numbers as they came, of any type, or null where the argument is absent. Resident buffers appear as their view. */
  data: TypedArray | null;
  /** Where the argument's elements lie in `data`; null where they are all of it, in order. */
  view: View | null;
  readonly length: number;
  /** Of its own, or as the options say; null for a flat array. */
  shape: readonly number[] | null;
  /** The resident buffer that `data` is the view of. */
  readonly owner: ResidentBuffer | null;
  /** True for a plain array, which was read into a `Float64Array` of ours and has no precision of its own. */
  readonly plain: boolean;
  /** Where in its buffer an array of the caller's begins and ends, in bytes. */
  from: number;
  to: number;
  /** Its buffer, once somebody has asked for it. */
  buffer: ArrayBufferLike | null = null;
  /** Where in WebAssembly's memory it was copied to; 0 if it was used in place. */
  copiedTo = 0;

  constructor(
    data: TypedArray | null,
    length: number,
    shape: readonly number[] | null,
    owner: ResidentBuffer | null,
    plain: boolean,
    view: View | null = null,
  ) {
    this.data = data;
    this.view = view;
    this.length = length;
    this.shape = shape;
    this.owner = owner;
    this.plain = plain;
    this.from = data === null || plain ? 0 : offsetOf(data);
    this.to = data === null || plain ? 0 : this.from + bytesIn(data);
  }

  /** Elements that `data` has to have. */
  get held(): number {
    return this.view === null ? this.length : (this.to - this.from) / elementBytes(this.data!);
  }

  /** Takes an array of ours, which has the elements in order. */
  bringIntoOrder(data: TypedArray): void {
    this.data = data;
    this.view = null;
    this.buffer = null;
    this.from = 0;
    this.to = bytesIn(data);
  }
}

/** The place of an argument that isn't there. */
export const absent: Slot = /* @__PURE__ */ Object.freeze(new Slot(null, 0, null, null, false));

/** One array that a call writes. */
export class Out {
  data: FloatArray;
  readonly length: number;
  /** The resident buffer that it is the view of: the result has the buffer's newest view. */
  readonly owner: ResidentBuffer | null;
  /** What the caller gave, of which `data` may be an ordinary view, and gets back. */
  readonly given: FloatArray;
  /** As those of a slot. */
  readonly from: number;
  readonly to: number;
  buffer: ArrayBufferLike | null = null;
  /** As those of a slot: its elements are all of `data`, in order. */
  readonly view = null;
  /** Where in WebAssembly's memory it was copied from; 0 if it was written in place. */
  copiedTo = 0;

  constructor(data: FloatArray, length: number, owner: ResidentBuffer | null, given: FloatArray) {
    this.data = data;
    this.length = length;
    this.owner = owner;
    this.given = given;
    this.from = offsetOf(data);
    this.to = this.from + bytesIn(data);
  }

  /** Elements that `data` has to have. */
  get held(): number {
    return this.length;
  }

  /** The result, which may be a view of memory that has moved. */
  get result(): FloatArray {
    if (this.owner !== null) return this.owner.array as FloatArray;
    return lengthOf(this.given) === this.length ? this.given : this.data;
  }
}
