/** Losses of regions on WebAssembly: images are added up block by block, and then their gradients are written block by block. */

import { copyIn, copyOut } from '../../memory/copies.ts';
import type { Memory } from '../../memory/memory.ts';
import { type Call, rowStart } from '../../model/call.ts';
import type { Out, Slot } from '../../model/slot.ts';
import { kernelOf } from '../kernels.ts';
import { labelsOf } from '../plan.ts';
import { scratchBytes, withMemory } from '../scratch.ts';
import type { Cut as ThreadCut } from '../threads/crew.ts';
import { runRagged } from '../whole/ragged.ts';
import { type Block, type Cut, cutOf, groupsOf, stateBytes } from './cut.ts';

/** What a kernel does, as bits (`phase` in its `loops/region/mod.rs`). */
const begin = 1;
const add = 2;
const end = 4;
const slopes = 8;
const shared = 16;

/** Arguments of a kernel before `values`: sum, excess, scale, images, classes, pixels, inner, start, count, phases. */
const valuesAt = 10;

/** Where the arrays of a block are. */
interface Places {
  readonly pred: number;
  readonly target: number;
  readonly grad: number;
  readonly weights: number;
  readonly classWeight: number;
  readonly values: number;
  readonly states: number;
  readonly work: number;
}

/** Runs the kernel on groups of blocks. */
export function runRegionsByBlocks(call: Call, memory: Memory): void {
  const cut = cutOf(call, memory);
  const { classes, most, run, home, together } = cut;
  const size = call.single ? 4 : 8;
  const planes = most * run * classes * size;
  const regions = classes * (together ? 1 : most);
  const scratch = scratchBytes(call, memory, 'regions', [classes]);
  const plan = (take: (bytes: number) => number): Places => ({
    pred: isThere(cut, home.pred) ? 0 : take(planes),
    target: call.labelled ? home.target || take(4 * most * run) : isThere(cut, home.target) ? 0 : take(planes),
    grad: call.order === 0 || isThere(cut, home.grad) ? 0 : take(planes),
    weights: call.weights.data === null || home.weights > 0 ? 0 : take(size * most),
    classWeight: call.vector === null ? 0 : take(classes * size),
    values: call.values === null ? 0 : take(regions * size),
    states: take(regions * stateBytes),
    work: take(cut.threads * scratch),
  });
  withMemory(memory, call, plan, (at) => {
    if (call.vector !== null) copyIn(call.vector, 0, classes, memory, at.classWeight, size);
    const pass = new Pass(call, memory, cut, at, scratch);
    for (const blocks of groupsOf(cut)) pass.group(blocks);
  });
}

/** Whether an array with an address takes part where it lies: of blocks of pixels, only if all do. */
const isThere = ({ inPlace, run, pixels }: Cut, home: number): boolean => home > 0 && (inPlace || run === pixels);

/** The kernel on the blocks of a call. */
class Pass {
  readonly #call: Call;
  readonly #memory: Memory;
  readonly #cut: Cut;
  readonly #at: Places;
  readonly #kernel: number;
  readonly #size: number;
  readonly #scratchBytes: number;

  constructor(call: Call, memory: Memory, cut: Cut, at: Places, scratchBytes: number) {
    this.#call = call;
    this.#memory = memory;
    this.#cut = cut;
    this.#at = at;
    this.#kernel = kernelOf(call, memory);
    this.#size = call.single ? 4 : 8;
    this.#scratchBytes = scratchBytes;
  }

  /** Blocks whose regions are complete with the last of them. */
  group(blocks: readonly Block[]): void {
    const [first] = blocks as readonly [Block];
    const { overlaps } = this.#call;
    if (blocks.length === 1 && overlaps === null) {
      this.#run(first, begin | add | end | slopes);
      return;
    }
    for (const block of blocks) this.#run(block, block === first ? begin | add : add);
    if (overlaps !== null) {
      const at = this.#at.states / 8;
      overlaps.set(this.#memory.f64.subarray(at, at + overlaps.length));
      return;
    }
    this.#run(first, end);
    if (this.#call.order > 0) for (const block of blocks) this.#run(block, slopes);
  }

  #run(block: Block, phases: number): void {
    const { labelled, target, inputs, grads, parameters, order } = this.#call;
    const [adds, writes] = [(phases & add) > 0, (phases & slopes) > 0 && order > 0];
    // With an activation the gradient keeps what it is made of, between the phases.
    const keeps = parameters.activation !== 'none' && order > 0;
    if (adds || (writes && !labelled && !keeps)) this.#bring(inputs[0]!, block, this.#at.pred);
    if (keeps && writes && !adds) this.#bring(grads[0]!, block, this.#at.grad);
    if (adds || writes) {
      if (labelled) this.#labels(block);
      else this.#bring(target, block, this.#at.target);
    }
    this.#kernelOn(block, phases);
    if (writes || (adds && keeps)) this.#take(grads[0]!, block);
    if ((phases & end) > 0) this.#values(block);
  }

  #kernelOn(block: Block, phases: number): void {
    const { classes, together, home, pixels, inner } = this.#cut;
    const { image, images, from, count } = block;
    const at = this.#at;
    const inCopies = count < pixels && !this.#cut.inPlace;
    const place = (copied: number, there: number): number =>
      copied > 0 || there === 0 ? copied : there + image * pixels * classes * this.#size;
    const labels = home.target > 0 ? home.target + 4 * (image * pixels + from) : at.target;
    const integers = [
      images,
      classes,
      ...(inCopies ? [count, inner === 1 ? 1 : count, 0] : [pixels, inner, from]),
      count,
      together ? phases | shared : phases,
      at.values,
      this.#weights(block),
      place(at.pred, home.pred),
      this.#call.labelled ? labels : place(at.target, home.target),
      at.classWeight,
      place(at.grad, home.grad),
      at.states,
      at.work,
    ];
    runRagged(this.#call, this.#memory, this.#kernel, image, integers, this.#parts(images));
  }

  /** How a block of so many images is cut for threads; null if it isn't. */
  #parts(images: number): ThreadCut | null {
    const { classes, pixels, threads } = this.#cut;
    if (threads === 1 || images === 1) return null;
    const [size, plane] = [this.#size, pixels * classes * this.#size];
    const target = this.#call.labelled ? 4 * pixels : plane;
    // As the record has them from `values` on: values, weight, pred, target, class_weight, grad, states, work.
    const arrays = [classes * size, size, plane, target, 0, plane, classes * stateBytes];
    const strides = [...Array.from({ length: valuesAt }, () => 0), ...arrays];
    const scratch = valuesAt + arrays.length;
    return { samples: images, chunk: 1, strides, scratch, scratchBytes: this.#scratchBytes };
  }

  /** The address of a block's weights. */
  #weights({ image, images }: Block): number {
    const { data } = this.#call.weights;
    if (data === null) return 0;
    const { weights: home } = this.#cut.home;
    if (home > 0) return home + image * this.#size;
    copyIn(data, image, images, this.#memory, this.#at.weights, this.#size);
    return this.#at.weights;
  }

  /** Copies the labels of a block, unless they take part where they lie. */
  #labels({ image, images, from, count }: Block): void {
    if (this.#cut.home.target > 0) return;
    labelsOf(this.#memory, this.#call, image * this.#cut.pixels + from, images * count, this.#at.target / 4);
  }

  /** Copies what a block has of an array, unless it takes part where it lies. */
  #bring({ data }: Slot | Out, block: Block, to: number): void {
    if (to === 0) return;
    this.#each(block, (from, at, count) => copyIn(data!, from, count, this.#memory, to + at * this.#size, this.#size));
  }

  #take({ data }: Out, block: Block): void {
    const source = this.#at.grad;
    if (source === 0) return;
    this.#each(block, (to, at, count) => copyOut(data, to, count, this.#memory, source + at * this.#size));
  }

  #values({ image, images }: Block): void {
    const { values } = this.#call;
    const { classes, together } = this.#cut;
    if (values === null) return;
    copyOut(
      values,
      together ? 0 : image * classes,
      together ? classes : images * classes,
      this.#memory,
      this.#at.values,
    );
  }

  /** The pieces of a block: where they are in an array, where in its copy, and how long. */
  #each({ image, images, from, count }: Block, visit: (at: number, copied: number, length: number) => void): void {
    const { pixels, classes, inner } = this.#cut;
    if (count === pixels || inner === 1) {
      visit((image * pixels + from) * classes, 0, images * count * classes);
      return;
    }
    for (let pixel = from; pixel < from + count; ) {
      const run = Math.min(inner - (pixel % inner), from + count - pixel);
      const place = rowStart(this.#call, image * pixels + pixel);
      for (let k = 0; k < classes; k++) visit(place + k * inner, k * count + pixel - from, run);
      pixel += run;
    }
  }
}
