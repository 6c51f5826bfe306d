/** Copies of arguments, in order or as they lie, into WebAssembly's memory. */

import { roomLike, type TypedArray } from '../../base/typed.ts';
import { copyIn } from '../../memory/copies.ts';
import type { Memory } from '../../memory/memory.ts';
import type { Call } from '../../model/call.ts';
import type { Slot } from '../../model/slot.ts';
import { bringIntoOrder, copyView, eachRun, isInPieces } from '../../read/strided.ts';

/** Copies n elements of an argument, from place `start` on, to an address, as the numbers of `size` bytes that the kernels read. */
export function bringIn(slot: Slot, start: number, n: number, memory: Memory, at: number, size: number): void {
  const { view } = slot;
  const data = slot.data!;
  if (view === null) copyIn(data, start, n, memory, at, size);
  else if (isInPieces(view)) {
    eachRun(view, start, n, (from, count, place) => copyIn(data, from, count, memory, at + place * size, size));
  } else if (size === 4 ? data instanceof Float32Array : data instanceof Float64Array) {
    copyView(data, view, start, n, size === 4 ? memory.f32 : memory.f64, at / size);
  } else {
    // What is to be converted is quicker converted all at once.
    const room = roomLike(data, n) as TypedArray;
    copyView(data, view, start, n, room, 0);
    copyIn(room, 0, n, memory, at, size);
  }
}

/** The error for a sample that a kernel found to be out of its domain: whoever looks for the place wants all in order. */
export function faultOf(call: Call, i: number): RangeError {
  for (const slot of [...call.inputs, call.target]) bringIntoOrder(slot);
  return call.loss.steps.fault(call, i);
}
