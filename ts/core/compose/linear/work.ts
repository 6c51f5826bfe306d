/** What a linear layer's kernels work with in a call: where everything lies, and which classes they take at once. */

import { copyIn } from '../../memory/copies.ts';
import type { Memory } from '../../memory/memory.ts';
import type { KernelSource } from '../../memory/modules.ts';
import type { Out, Slot } from '../../model/slot.ts';
import { findKernel, kernelName, known } from '../../wasm/kernels.ts';
import { placeOf } from '../../wasm/place.ts';
import { writeRecord } from '../../wasm/record.ts';
import { type Cut, crew, runCut } from '../../wasm/threads/crew.ts';
import type { Head } from './head.ts';
import type { Sizes } from './sizes.ts';

/** Some classes. */
export interface Classes {
  readonly first: number;
  readonly count: number;
}

/** Addresses of what a call works in; 0 for what it doesn't need. What the loss copies of a row has a place of its own. */
export type Places = { readonly [thing in Exclude<keyof Sizes['bytes'], 'row'>]: number };

/** What is resident, if it is. */
type Home = 'hidden' | 'weight' | 'hiddenGrad' | 'weightGrad' | 'biasGrad';

/** A kernel's argument, which may move on from one class or column to the next. */
type Argument = number | Moving;

/** An address, and the bytes by which it moves on. */
export type Moving = readonly [address: number, stride: number];

/** A call's arrays, memory and kernels. */
export class Work {
  readonly head: Head;
  readonly sizes: Sizes;
  readonly memory: Memory;
  readonly at: Places;
  /** Bytes of an element. */
  readonly size: number;
  /** Addresses of what is resident, for good: views of it may be detached when memory grows. 0 for what isn't. */
  readonly home: { readonly [name in Home]: number };
  /** The classes that kernels take at once: those of one copy, where the weight or its gradient has to be copied. */
  readonly classes: readonly Classes[];
  readonly #kernels: KernelSource;

  constructor(head: Head, sizes: Sizes, memory: Memory, kernels: KernelSource, at: Places) {
    const { call, outs, layer } = head;
    this.head = head;
    this.sizes = sizes;
    this.memory = memory;
    this.at = at;
    this.size = call.single ? 4 : 8;
    this.#kernels = kernels;
    const homeOf = (x: Slot | Out | undefined): number => (x === undefined ? 0 : placeOf(memory, x, call.single));
    this.home = {
      hidden: homeOf(call.inputs[0]),
      weight: homeOf(call.inputs[1]),
      hiddenGrad: homeOf(outs.hidden),
      weightGrad: homeOf(outs.weight),
      biasGrad: homeOf(outs.bias),
    };
    const isThere = this.home.weight > 0 && (outs.weight === undefined || this.home.weightGrad > 0);
    const most = isThere ? sizes.span : sizes.block;
    this.classes = Array.from({ length: Math.ceil(layer.classes / most) }, (_, i) => ({
      first: i * most,
      count: Math.min(most, layer.classes - i * most),
    }));
  }

  /**
   * Runs a kernel by its name, without `linear`. The second argument is how many classes or columns there are, of which threads take so many
   * at a time, and the last one memory to work in, unless it `worksInPlace`.
   */
  run(name: string, given: readonly Argument[], atATime = Infinity, worksInPlace = false): void {
    const { single, loss } = this.head.call;
    const find = () => findKernel(this.#kernels, kernelName(`linear${name}`, '', single), this.memory);
    const kernel = known(loss, name, single, find);
    const numbers = given.map((x) => (typeof x === 'number' ? x : x[0]));
    writeRecord(this.memory, [0, 0], numbers, []);
    const samples = numbers[1]!;
    let cut: Cut | null = null;
    if (crew !== null && this.sizes.isShared && samples > atATime) {
      const strides = [0, 0, ...given.map((x) => (typeof x === 'number' ? 0 : x[1]))];
      const scratch = worksInPlace ? 0 : strides.length - 1;
      cut = { samples, chunk: atATime, strides, scratch, scratchBytes: this.sizes.bytes.work, cantRepeat: true };
    }
    runCut(this.memory, kernel, this.memory.record, cut);
  }

  /** Where the weight of some classes lies, once it is copied if it has to be. */
  weight({ first, count }: Classes): number {
    const { dim } = this.head.layer;
    if (this.home.weight !== 0) return this.home.weight + first * dim * this.size;
    copyIn(this.head.call.inputs[1]!.data!, first * dim, count * dim, this.memory, this.at.stage, this.size);
    return this.at.stage;
  }
}
