/** The WebAssembly backend: kernels on resident data in place, on all other data block by block through the arena. */

import type { ElementType } from '../base/types.ts';
import type { Memory } from '../memory/memory.ts';
import type { ResidentBuffer } from '../memory/resident.ts';
import type { Backend, Call, Order, Repeat } from '../model/call.ts';
import { bytesOf, mostBytes, samplesAtOnce, wholeBytes } from './blocks.ts';
import { kernelOf } from './kernels.ts';
import { keptWeight } from './layout/kept.ts';
import { taking } from './place.ts';
import { runBlock } from './plan.ts';
import { WasmRepeat } from './repeat/repeat.ts';

/** Runs calls on kernels. Nothing of the caller's runs meanwhile, so calls don't nest, and all share the arena. */
export class WasmBackend implements Backend {
  readonly name = 'wasm';
  readonly bringsIntoOrder = true;
  readonly #memory: Memory;

  constructor(memory: Memory) {
    this.#memory = memory;
  }

  get memory(): Memory {
    return this.#memory;
  }

  allocate<T extends ElementType>(type: T, n: number): ResidentBuffer<T> {
    return this.#memory.allocate(type, n);
  }

  repeatOf(order: Order): Repeat {
    return new WasmRepeat(order);
  }

  keptWeight(call: Call): number {
    return keptWeight(this.#memory, call);
  }

  reserve(call: Call): void {
    this.#reserved(call);
  }

  /** What has its memory can't fail but by its data. */
  together(_: Call, work: () => void): void {
    work();
  }

  run(call: Call): void {
    const memory = this.#memory;
    const { whole } = call.loss.steps;
    if (whole !== undefined) {
      whole(call, memory);
      return;
    }
    const kernel = kernelOf(call, memory);
    const samples = this.#reserved(call);
    const record = this.#record(call);
    for (let start = 0; start < call.n; start += samples) {
      runBlock(memory, call, kernel, record, start, Math.min(samples, call.n - start), samples);
    }
    if (samples === call.n) call.kernel = kernel;
  }

  /** Where the call's arguments go. */
  #record(call: Call): number {
    const memory = this.#memory;
    const { repeat } = call;
    let { record } = memory;
    if (repeat !== null) {
      taking(memory, call, () => {
        record = repeat.recordIn(memory);
      });
    }
    return record;
  }

  /** Takes the arena that the call needs; so many samples fit in at a time. */
  #reserved(call: Call): number {
    const memory = this.#memory;
    if (mostBytes(call) <= Math.min(wholeBytes, memory.arenaBytes)) return call.n;
    const samples = samplesAtOnce(memory, call);
    const bytes = bytesOf(memory, call, samples);
    if (bytes > memory.arenaBytes) taking(memory, call, () => memory.arena(bytes));
    return samples;
  }
}
