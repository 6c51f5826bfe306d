/** Runs of a kernel: in one pass, each argument is placed where it lies in WebAssembly's memory, or copied into the arena. */

import type { TypedArray } from '../base/typed.ts';
import { copyIn, copyOut, part } from '../memory/copies.ts';
import type { Memory } from '../memory/memory.ts';
import { type Call, hasDenseTarget, type Out, type Slot } from '../model/call.ts';
import { labelAt } from '../read/labels.ts';
import { aligned, placeOf } from './place.ts';

/** The arguments of one call in its record, written for each block anew. */
export class Plan {
  readonly #memory: Memory;
  readonly #call: Call;
  readonly #record: number;
  /** Bytes of a number, and numbers of a sample. */
  readonly #size: number;
  readonly #stride: number;
  /** Where the next argument goes, and the next copy. */
  #next = 0;
  #free = 0;
  /** Where the samples' losses are. */
  #values = 0;

  constructor(memory: Memory, call: Call, record: number) {
    this.#memory = memory;
    this.#call = call;
    this.#record = record;
    this.#size = call.single ? 4 : 8;
    this.#stride = call.loss.shape === 'rowwise' ? call.width : 1;
  }

  /**
   * Runs the kernel on `count` samples from `start` on; the arena has room for as many as `samples`. What all blocks share comes first in
   * it, and is copied with the first of them.
   */
  run(kernel: number, start: number, count: number, samples: number): void {
    const memory = this.#memory;
    const call = this.#call;
    this.#next = this.#record;
    this.#free = memory.arena(0);
    const shared = call.vector === null ? 0 : this.#shared(call.vector, start, samples);
    this.#number(call.sum);
    this.#number(call.excess);
    this.#number(call.scale);
    this.#integer(count);
    if (call.loss.shape === 'rowwise') this.#integer(call.width);
    this.#pointers(start, count, shared);
    for (let i = 0; i < call.numbers.length; i++) this.#number(call.numbers[i]!);
    const fault = memory.run(kernel, this.#record);
    if (fault !== -1) throw call.loss.steps.fault(call, start + fault);
    call.sum = memory.f64[this.#record]!;
    call.excess = memory.f64[this.#record + 1]!;
    this.#copyOut(start, count);
  }

  /** Writes the pointers in the kernel's order. */
  #pointers(start: number, count: number, shared: number): void {
    const { loss, values, weights, inputs, target, grads, hess } = this.#call;
    const stride = this.#stride;
    this.#values = values === null ? 0 : this.#room(count * this.#size);
    this.#integer(this.#values);
    this.#integer(this.#call.weightSpan > 1 ? this.#spread(weights, start, count) : this.#input(weights, start, count));
    for (let i = 0; i < inputs.length; i++) this.#integer(this.#input(inputs[i]!, start * stride, count * stride));
    if (loss.targetName !== '') this.#integer(this.#target(target, start, count));
    if (loss.hasVector) this.#integer(shared);
    for (let i = 0; i < loss.grads.length; i++) this.#integer(this.#output(grads[i], start * stride, count * stride));
    if (!loss.hasHess) return;
    for (let i = 0; i < loss.grads.length; i++) this.#integer(this.#output(hess[i], start * stride, count * stride));
  }

  /** Writes the next argument. */
  #number(x: number): void {
    this.#memory.f64[this.#next++] = x;
  }

  /** The same for a count or an address. */
  #integer(x: number): void {
    this.#memory.i32[2 * this.#next++] = x;
  }

  /** So many bytes of the arena. */
  #room(bytes: number): number {
    const at = this.#free;
    this.#free = at + aligned(bytes);
    return at;
  }

  /** The address of n numbers, from place `start` on; 0 for an argument that is absent. */
  #input(slot: Slot, start: number, n: number): number {
    const { data } = slot;
    if (data === null) return 0;
    const place = placeOf(this.#memory, slot, this.#call.single);
    if (place !== 0) return place + start * this.#size;
    const at = this.#room(n * this.#size);
    copyIn(data, start, n, this.#memory, at, this.#size);
    slot.copiedTo = at;
    return at;
  }

  /** The address of the labels, dense targets or scalars of the samples. */
  #target(slot: Slot, start: number, count: number): number {
    if (!this.#call.labelled) {
      const stride = hasDenseTarget(this.#call) ? this.#stride : 1;
      return this.#input(slot, start * stride, count * stride);
    }
    const place = placeOf(this.#memory, slot, null);
    if (place !== 0) return place + 4 * start;
    const at = this.#room(4 * count);
    this.#labels(slot.data!, start, count, at / 4);
    slot.copiedTo = at;
    return at;
  }

  /** Copies labels as int32 to place `base`; what is none becomes `noLabel`. */
  #labels(data: TypedArray, start: number, count: number, base: number): void {
    const { i32 } = this.#memory;
    if (data instanceof Int32Array) i32.set(part(data, start, count), base);
    else for (let i = 0; i < count; i++) i32[base + i] = labelAt(data, start + i);
  }

  /** Where n results from place `start` on go; 0 for derivatives that aren't wanted. */
  #output(out: Out | undefined, start: number, n: number): number {
    if (out === undefined) return 0;
    const place = placeOf(this.#memory, out, this.#call.single);
    if (place !== 0) return place + start * this.#size;
    out.copiedTo = this.#room(n * this.#size);
    return out.copiedTo;
  }

  /** Weights of rows, spread over their elements. */
  #spread({ data }: Slot, start: number, count: number): number {
    if (data === null) return 0;
    const { weightSpan, single } = this.#call;
    const at = this.#room(count * this.#size);
    const heap = single ? this.#memory.f32 : this.#memory.f64;
    const base = at / this.#size;
    let row = Math.floor(start / weightSpan);
    let left = (row + 1) * weightSpan - start;
    for (let i = 0; i < count; i++) {
      heap[base + i] = data[row] as number;
      if (--left > 0) continue;
      row++;
      left = weightSpan;
    }
    return at;
  }

  /** One number a class: once for losses of rows; for elements as often as a block needs them, whatever class it begins with. */
  #shared(vector: Float64Array, start: number, samples: number): number {
    const period = vector.length;
    const isRows = this.#call.loss.shape === 'rowwise';
    const count = isRows ? period : period + samples;
    const at = this.#room(count * this.#size);
    if (start === 0) {
      const heap = this.#call.single ? this.#memory.f32 : this.#memory.f64;
      for (let i = 0, base = at / this.#size; i < count; i++) heap[base + i] = vector[i % period]!;
    }
    return isRows ? at : at + (start % period) * this.#size;
  }

  /** Takes the results out. */
  #copyOut(start: number, count: number): void {
    const { values, grads, hess } = this.#call;
    const [from, n] = [start * this.#stride, count * this.#stride];
    if (values !== null) copyOut(values, start, count, this.#memory, this.#values);
    for (let i = 0; i < grads.length; i++) takeOut(this.#memory, grads[i]!, from, n);
    for (let i = 0; i < hess.length; i++) takeOut(this.#memory, hess[i]!, from, n);
  }
}

function takeOut(memory: Memory, { data, copiedTo }: Out, start: number, n: number): void {
  if (copiedTo !== 0) copyOut(data, start, n, memory, copiedTo);
}
