/** Runs of a kernel: in one pass, each argument is placed where it lies in WebAssembly's memory, or copied into the arena. */

import { part, type TypedArray } from '../base/typed.ts';
import { isBig } from '../base/widen.ts';
import { aligned } from '../memory/allocator.ts';
import { copyOut } from '../memory/copies.ts';
import type { Memory } from '../memory/memory.ts';
import { type Block, type Call, hasDenseTarget, type RowLayout } from '../model/call.ts';
import type { Out, Slot } from '../model/slot.ts';
import { bigLabels, labelAt } from '../read/labels.ts';
import { spread } from '../settle/weights/weightOf.ts';
import { weighKept } from './layout/kept.ts';
import { bringIn, faultOf } from './layout/views.ts';
import { placeOf, placeOfLabels } from './place.ts';
import { runKernel } from './threads/crew.ts';

/** What isn't used yet of the arena. */
class Room {
  #at: number;

  constructor(at: number) {
    this.#at = at;
  }

  take(bytes: number): number {
    const at = this.#at;
    this.#at = at + aligned(bytes);
    return at;
  }
}

/**
 * Runs the kernel on `count` samples from `start` on, with the arguments in a record; the arena has room for as many as `samples`. What all
 * blocks share comes first in it, and is copied with the first of them.
 */
export function runBlock(
  memory: Memory,
  call: Call,
  kernel: number,
  record: number,
  start: number,
  count: number,
  samples: number,
): void {
  const { loss, inputs, grads, hess, numbers, vector } = call;
  const { f64, i32 } = memory;
  const isRows = loss.shape === 'rowwise';
  const apart = isRows && call.inner > 1 ? loss.steps.axis!.rows! : null;
  const block = { start, count };
  const from = isRows ? start * call.width : start;
  const n = isRows ? count * call.width : count;
  const room = new Room(memory.arena(0));
  const shared = vector === null ? 0 : sharedIn(memory, call, vector, room, start, samples);
  const values = call.values === null ? 0 : room.take(call.single ? 4 * count : 8 * count);
  const spare = apart === null ? 0 : room.take(n * (call.single ? 4 : 8));
  let next = record;
  f64[next++] = call.sum;
  f64[next++] = call.excess;
  f64[next++] = call.scale;
  i32[2 * next++] = count;
  if (isRows) i32[2 * next++] = call.width;
  i32[2 * next++] = values;
  const weights = next++;
  for (let i = 0; i < inputs.length; i++) {
    i32[2 * next++] =
      apart === null
        ? input(memory, call, inputs[i]!, room, from, n)
        : laidOut(memory, call, inputs[i]!, room, apart, block, spare);
  }
  i32[2 * weights] = weightsIn(memory, call, room, start, count, i32[2 * weights + 4]!);
  if (loss.targetName !== '') {
    i32[2 * next++] =
      apart === null || !hasDenseTarget(call)
        ? target(memory, call, room, start, count)
        : laidOut(memory, call, call.target, room, apart, block, spare);
  }
  if (loss.hasVector) i32[2 * next++] = shared;
  for (let i = 0; i < loss.grads.length; i++) i32[2 * next++] = output(memory, call, grads[i], room, from, n);
  if (loss.hasHess) {
    for (let i = 0; i < loss.grads.length; i++) i32[2 * next++] = output(memory, call, hess[i], room, from, n);
  }
  for (let i = 0; i < numbers.length; i++) f64[next++] = numbers[i]!;
  const fault = runKernel(memory, call, kernel, record, count);
  if (fault !== -1) throw faultOf(call, start + fault);
  call.sum = f64[record]!;
  call.excess = f64[record + 1]!;
  if (call.values !== null) copyOut(call.values, start, count, memory, values);
  for (const outs of [grads, hess]) {
    for (let i = 0; i < outs.length; i++) {
      if (apart === null) takeOut(memory, outs[i]!, from, n);
      else apart.take(memory, call, outs[i]!, block, outs[i]!.copiedTo, spare);
    }
  }
}

/** The address of a block of rows whose elements lie apart elsewhere. */
function laidOut(
  memory: Memory,
  call: Call,
  slot: Slot,
  room: Room,
  layout: RowLayout,
  block: Block,
  spare: number,
): number {
  slot.copiedTo = room.take(block.count * call.width * (call.single ? 4 : 8));
  layout.bring(memory, call, slot, block, slot.copiedTo, spare);
  return slot.copiedTo;
}

/** The address of n numbers, from place `from` on; 0 for an argument that is absent. */
function input(memory: Memory, call: Call, slot: Slot, room: Room, from: number, n: number): number {
  if (slot.data === null) return 0;
  const size = call.single ? 4 : 8;
  const place = placeOf(memory, slot, call.single);
  if (place !== 0) return place + from * size;
  const at = room.take(n * size);
  bringIn(slot, from, n, memory, at, size);
  slot.copiedTo = at;
  return at;
}

/** The address of the labels, dense targets or scalars of the samples. */
function target(memory: Memory, call: Call, room: Room, start: number, count: number): number {
  const slot = call.target;
  if (!call.labelled) {
    const stride = hasDenseTarget(call) ? call.width : 1;
    return input(memory, call, slot, room, start * stride, count * stride);
  }
  const place = placeOfLabels(memory, call);
  if (place !== 0) return place + 4 * start;
  slot.copiedTo = room.take(4 * count);
  labelsOf(memory, call, start, count, slot.copiedTo / 4);
  return slot.copiedTo;
}

/** Copies a call's labels as `labelsIn`; those that are ignored become one. */
export function labelsOf(memory: Memory, call: Call, start: number, count: number, base: number): void {
  labelsIn(memory, call.target.data!, start, count, base);
  const { ignoreIndex } = call.parameters;
  if (Array.isArray(ignoreIndex)) unite(memory.i32, base, count, ignoreIndex);
}

/** Copies labels as int32 to place `base`; what is none becomes `noLabel`. */
export function labelsIn({ i32 }: Memory, data: TypedArray, start: number, count: number, base: number): void {
  if (isBig(data)) bigLabels(data, start, count, i32, base);
  else if (data instanceof Uint32Array || data instanceof Float64Array) {
    for (let i = 0; i < count; i++) i32[base + i] = labelAt(data, start + i);
  } else i32.set(part(data, start, count), base);
}

/** Makes one label of all that are ignored, for the kernel compares with one. */
function unite(i32: Int32Array, base: number, count: number, ignored: readonly number[]): void {
  for (let i = base; i < base + count; i++) if (ignored.includes(i32[i]!)) i32[i] = ignored[0]!;
}

/** Where n results from place `from` on go; 0 for derivatives that aren't wanted. */
function output(memory: Memory, call: Call, out: Out | undefined, room: Room, from: number, n: number): number {
  if (out === undefined) return 0;
  const size = call.single ? 4 : 8;
  const isInPlace = call.inner === 1 || call.loss.shape !== 'rowwise';
  const place = isInPlace ? placeOf(memory, out, call.single) : 0;
  if (place !== 0) return place + from * size;
  out.copiedTo = room.take(n * size);
  return out.copiedTo;
}

function takeOut(memory: Memory, { data, copiedTo }: Out, from: number, n: number): void {
  if (copiedTo !== 0) copyOut(data, from, n, memory, copiedTo);
}

/**
 * The address of the samples' weights. Those of rows are spread over their elements; those that options make need the targets, which lie at
 * an address already.
 */
function weightsIn(memory: Memory, call: Call, room: Room, start: number, count: number, target: number): number {
  const { weights, weightSpan, single, loss } = call;
  const size = single ? 4 : 8;
  const heap = single ? memory.f32 : memory.f64;
  const { writeWeights } = loss.steps;
  if (writeWeights !== undefined && call.factorAt !== null) {
    const at = room.take(count * size);
    if (call.masked === null) writeWeights(call, start, count, heap, at / size);
    else weighKept(memory, call, start, count, target, at);
    return at;
  }
  if (weightSpan === 1 || weights.data === null) return input(memory, call, weights, room, start, count);
  const at = room.take(count * size);
  if (call.inner === 1) spread(call, start, count, heap, at / size);
  else loss.steps.axis!.elements!.weights(call, { start, count }, heap, at / size);
  return at;
}

/** One number a class: once for losses of rows; for elements as often as a block needs them, whatever class it begins with. */
function sharedIn(
  memory: Memory,
  call: Call,
  vector: Float64Array,
  room: Room,
  start: number,
  samples: number,
): number {
  const period = vector.length;
  const isRows = call.loss.shape === 'rowwise';
  const count = isRows ? period : period + samples;
  const size = call.single ? 4 : 8;
  const at = room.take(count * size);
  const heap = call.single ? memory.f32 : memory.f64;
  if (!isRows && call.inner > 1) {
    call.loss.steps.axis!.elements!.vector(call, vector, { start, count: samples }, heap, at / size);
    return at;
  }
  if (start === 0) {
    for (let i = 0, base = at / size; i < count; i++) heap[base + i] = vector[i % period]!;
  }
  return isRows ? at : at + (start % period) * size;
}
