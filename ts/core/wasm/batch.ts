/** Losses of a batch as a whole, on WebAssembly: everything has to be in its memory at once. */

import type { KernelExports, Memory } from '../memory/memory.ts';
import type { Call } from '../model/call.ts';
import { findKernel, kernelName, kernelOf } from './kernels.ts';

/** Runs the kernel; the copies of what isn't resident, and the scratch memory, are given back at the end. */
export function runWhole(call: Call, exports: KernelExports, memory: Memory): void {
  const { n, width, single, loss, scale, order } = call;
  const size = single ? 4 : 8;
  const kernel = kernelOf(call, exports);
  const workSize = findKernel(exports, kernelName(`${loss.definition.name}Work`, false, single));
  const bytes = n * width * size;
  const inputs = [call.inputs[0]!.data!, call.inputs[1]!.data!];
  const outs = order > 0 ? [call.grads[0]!.data!, call.grads[1]!.data!] : [];
  const taken: { at: number; bytes: number }[] = [];
  const take = (length: number): number => {
    const at = memory.alloc(length);
    taken.push({ at, bytes: length });
    return at;
  };
  try {
    // All addresses before any view: an allocation may detach views.
    const homes = inputs.map((data) => memory.addressOf(data, null));
    // Every gradient needs every input: one that takes an input's place is written at the end.
    const outHomes = outs.map((data) => memory.addressOf(data, null)).map((at) => (homes.includes(at) ? 0 : at));
    const inAt = homes.map((home) => home || take(bytes));
    const outAt = outHomes.map((home) => home || take(bytes));
    const values = call.values === null ? 0 : take(2 * n * size);
    memory.f64.set([0, 0], memory.record);
    memory.i32[2 * (memory.record + 2)] = n;
    memory.i32[2 * (memory.record + 3)] = width;
    memory.run(workSize, memory.record);
    const work = take(memory.f64[memory.record]!);
    const heap = (): Float32Array | Float64Array => (single ? memory.f32 : memory.f64);
    inputs.forEach((data, i) => {
      if (homes[i] === 0) heap().set(data as Float32Array, inAt[i]! / size);
    });
    const integers = [n, width, values, inAt[0]!, inAt[1]!, outAt[0] ?? 0, outAt[1] ?? 0, work];
    memory.f64.set([0, 0, scale], memory.record);
    integers.forEach((x, i) => {
      memory.i32[2 * (memory.record + 3 + i)] = x;
    });
    memory.f64.set(call.numbers, memory.record + 3 + integers.length);
    memory.run(kernel, memory.record);
    call.sum = memory.f64[memory.record]!;
    call.excess = memory.f64[memory.record + 1]!;
    const copyOut = (data: Float32Array | Float64Array, at: number) =>
      data.set(heap().subarray(at / size, at / size + data.length));
    outs.forEach((data, i) => {
      if (outHomes[i] === 0) copyOut(data, outAt[i]!);
    });
    if (call.values !== null) copyOut(call.values, values);
  } finally {
    for (const { at, bytes: length } of taken) memory.free(at, length);
  }
}
