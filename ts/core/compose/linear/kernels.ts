/**
 * A linear layer on kernels, a chunk of rows at a time: their scores for all classes, on which the loss runs as on any resident array, and
 * then the products with what it leaves in their place. What isn't resident of the weight comes block by block.
 */

import { Sum } from '../../base/sum.ts';
import { copyIn, copyOut } from '../../memory/copies.ts';
import type { Memory } from '../../memory/memory.ts';
import type { KernelSource } from '../../memory/modules.ts';
import { ResidentBuffer, viewOf } from '../../memory/resident.ts';
import type { Backend } from '../../model/call.ts';
import { Out, Slot } from '../../model/slot.ts';
import { findKernel, kernelName, known } from '../../wasm/kernels.ts';
import { placeOf, taking } from '../../wasm/place.ts';
import { writeRecord } from '../../wasm/record.ts';
import { withMemory } from '../../wasm/scratch.ts';
import type { Head } from './head.ts';
import { type Chunk, runPart, type Scores } from './part.ts';
import { eachRun } from './rows.ts';
import { type Sizes, sizesOf } from './sizes.ts';

/** Computes everything; the rows that don't count get gradients of 0. */
export function runKernels(head: Head, kernels: KernelSource, memory: Memory, backend: Backend): Sum {
  const { call, layer, rows } = head;
  const sizes = sizesOf(layer.dim, layer.classes, call.single ? 4 : 8);
  const counted = rows?.length ?? layer.rows;
  const total = new Sum();
  withMemory(memory, call, planOf(head, sizes, counted), (at) => {
    const run = new Run(head, { ...sizes, rows: Math.min(sizes.rows, counted) }, memory, kernels, at);
    for (let start = 0; start < counted; start += sizes.rows) {
      const chunk = { start, count: Math.min(sizes.rows, counted - start) };
      const part = { before: start > 0, after: start + chunk.count < counted };
      run.pack(chunk);
      run.scores(chunk);
      const [sum, excess] = runPart(head, chunk, run.held(chunk), (own) => {
        // Room for what the loss copies may move all memory.
        taking(memory, call, () => backend.reserve(own));
        backend.run(own);
      });
      total.addParts(sum, 0, excess);
      if (call.order > 0) run.gradients(chunk, part);
    }
  });
  return total;
}

/** Addresses of what a call works in; 0 for what it doesn't need. */
type Places = ReturnType<ReturnType<typeof planOf>>;

/** Takes memory for no more rows than there are. */
function planOf(head: Head, { bytes, rows }: Sizes, counted: number) {
  const { outs, bias } = head;
  const share = Math.min(1, counted / rows);
  // Panels are whole.
  const some = (of: number): number => Math.ceil((of * Math.min(1, share + 8 / rows)) / 64) * 64;
  const isCut = counted > rows;
  return (take: (bytes: number) => number) => ({
    scores: take(some(bytes.scores)),
    byRows: take(some(bytes.byRows)),
    byColumns: outs.weight ? take(some(bytes.byColumns)) : 0,
    hiddenSums: outs.hidden && bytes.hiddenSums > 0 ? take(some(bytes.hiddenSums)) : 0,
    weightSums: outs.weight && isCut && bytes.weightSums > 0 ? take(bytes.weightSums) : 0,
    biasSums: outs.bias && isCut && bytes.biasSums > 0 ? take(bytes.biasSums) : 0,
    bias: bias === null ? 0 : take(bytes.bias),
    stage: take(bytes.stage),
    work: take(bytes.work),
  });
}

/** What of a sum over chunks or blocks one of them is. */
interface Part {
  readonly before: boolean;
  readonly after: boolean;
}

/** One call at work. */
class Run {
  readonly #head: Head;
  readonly #sizes: Sizes;
  readonly #memory: Memory;
  readonly #kernels: KernelSource;
  readonly #at: Places;
  readonly #size: number;
  /** Addresses of what is resident, for good: views of it may be detached when memory grows. */
  readonly #home: { readonly [name in 'hidden' | 'weight' | 'hiddenGrad' | 'weightGrad' | 'biasGrad']: number };
  /** What the scores lie in, as the loss sees it. */
  readonly #owner: ResidentBuffer;

  constructor(head: Head, sizes: Sizes, memory: Memory, kernels: KernelSource, at: Places) {
    const { call, outs, layer } = head;
    const { single } = call;
    this.#head = head;
    this.#sizes = sizes;
    this.#memory = memory;
    this.#kernels = kernels;
    this.#at = at;
    this.#size = single ? 4 : 8;
    const homeOf = (x: Slot | Out | undefined): number => (x === undefined ? 0 : placeOf(memory, x, single));
    this.#home = {
      hidden: homeOf(call.inputs[0]),
      weight: homeOf(call.inputs[1]),
      hiddenGrad: homeOf(outs.hidden),
      weightGrad: homeOf(outs.weight),
      biasGrad: homeOf(outs.bias),
    };
    const [type, length] = [single ? 'float32' : 'float64', sizes.rows * layer.classes] as const;
    const view = () => viewOf(type, memory.buffer, at.scores, length);
    this.#owner = new ResidentBuffer(type, length, { view, release: () => {}, home: memory, at: at.scores });
  }

  /** Runs a kernel by its name, without `linear`. */
  #run(name: string, given: readonly number[]): void {
    const { single, loss } = this.#head.call;
    const find = () => findKernel(this.#kernels, kernelName(`linear${name}`, '', single), this.#memory);
    const kernel = known(loss, name, single, find);
    writeRecord(this.#memory, [0, 0], given, []);
    this.#memory.run(kernel, this.#memory.record);
  }

  /** Lays the rows of a chunk out. */
  pack({ start, count }: Chunk): void {
    const { call, layer, rows } = this.#head;
    const { dim } = layer;
    const [size, at] = [this.#size, this.#at];
    const lay = (from: number, first: number, some: number): void =>
      this.#run('Pack', [some, dim, first, count, from, at.byRows, at.byColumns]);
    const isRun = rows === null || rows[start + count - 1]! - rows[start]! === count - 1;
    if (this.#home.hidden !== 0 && isRun) {
      lay(this.#home.hidden + (rows?.[start] ?? start) * dim * size, 0, count);
      return;
    }
    // Whole panels, as many as there is room for.
    const most = Math.floor(this.#sizes.bytes.stage / (dim * size * 8)) * 8;
    for (let first = 0; first < count; first += most) {
      const some = Math.min(most, count - first);
      eachRun(rows, start + first, some, (row, place, length) => {
        copyIn(call.inputs[0]!.data!, row * dim, length * dim, this.#memory, at.stage + place * dim * size, size);
      });
      lay(at.stage, first, some);
    }
  }

  /** Blocks of classes, and where the weight of each lies once it is copied, if it has to be. */
  #eachBlock(visit: (first: number, classes: number) => void): void {
    const { classes } = this.#head.layer;
    for (let k = 0; k < classes; k += this.#sizes.classes) visit(k, Math.min(this.#sizes.classes, classes - k));
  }

  #weight(first: number, classes: number): number {
    const { dim } = this.#head.layer;
    const { data } = this.#head.call.inputs[1]!;
    if (this.#home.weight !== 0) return this.#home.weight + first * dim * this.#size;
    copyIn(data!, first * dim, classes * dim, this.#memory, this.#at.stage, this.#size);
    return this.#at.stage;
  }

  /** Computes the scores of a chunk. */
  scores({ count }: Chunk): void {
    const { layer, bias } = this.#head;
    const [size, at] = [this.#size, this.#at];
    this.#eachBlock((first, classes) => {
      if (bias !== null) copyIn(bias, first, classes, this.#memory, at.bias, size);
      this.#run('Scores', [
        count,
        layer.dim,
        classes,
        layer.classes,
        this.#sizes.together.weight,
        at.byRows,
        this.#weight(first, classes),
        at.bias,
        at.scores + first * size,
        at.work,
      ]);
    });
  }

  /** The scores of a chunk as an input of the loss, whose gradient takes their place. */
  held({ count }: Chunk): Scores {
    const { call, layer } = this.#head;
    const length = count * layer.classes;
    const data = this.#owner.array.subarray(0, length) as Float32Array | Float64Array;
    const out = call.order > 0 ? new Out(data, length, this.#owner, data) : null;
    return { slot: new Slot(data, length, null, this.#owner, false), out };
  }

  /** Adds what the derivatives in a chunk's scores make. */
  gradients(chunk: Chunk, part: Part): void {
    const { outs, layer } = this.#head;
    const [{ count }, size, at] = [chunk, this.#size, this.#at];
    // The panels of rows aren't needed any more.
    const isOwn = this.#hiddenHome(chunk) !== 0;
    const hiddenGrad = isOwn ? this.#hiddenHome(chunk) : at.byRows;
    this.#eachBlock((first, classes) => {
      const slopes = at.scores + first * size;
      const shape = [count, layer.dim, classes, layer.classes];
      if (outs.hidden) {
        const [before, after] = [first > 0, first + classes < layer.classes];
        const places = [slopes, this.#weight(first, classes), at.hiddenSums, hiddenGrad, layer.dim, at.work];
        this.#run('Hidden', [...shape, Number(before), Number(after), ...places]);
      }
      if (outs.weight) this.#weightGrad(shape, slopes, first, classes, part);
      if (outs.bias) this.#biasGrad(count, slopes, first, classes, part);
    });
    if (outs.hidden && !isOwn) {
      eachRun(this.#head.rows, chunk.start, count, (row, place, length) => {
        const [from, n] = [at.byRows + place * layer.dim * size, length * layer.dim];
        copyOut(outs.hidden!.data, row * layer.dim, n, this.#memory, from);
      });
    }
  }

  /** Where hidden's gradients of a chunk go without a copy; 0 if they don't. */
  #hiddenHome({ start, count }: Chunk): number {
    const { rows, layer } = this.#head;
    const [first, last] = rows === null ? [start, start + count - 1] : [rows[start]!, rows[start + count - 1]!];
    if (this.#home.hiddenGrad === 0 || last - first !== count - 1) return 0;
    return this.#home.hiddenGrad + first * layer.dim * this.#size;
  }

  #weightGrad(shape: readonly number[], slopes: number, first: number, classes: number, { before, after }: Part): void {
    const { layer, outs } = this.#head;
    const [size, at, { weightGrad }] = [this.#size, this.#at, this.#home];
    const [from, n] = [first * layer.dim, classes * layer.dim];
    const pair = 32 / size;
    const sums = at.weightSums === 0 ? 0 : at.weightSums + 2 * first * Math.ceil(layer.dim / pair) * 32;
    const grows = sums === 0 && before;
    const to = weightGrad === 0 ? at.stage : weightGrad + from * size;
    if (weightGrad === 0 && grows) copyIn(outs.weight!.data, from, n, this.#memory, to, size);
    const places = [slopes, at.byColumns, sums, to, this.#sizes.together.slopes, at.work];
    this.#run('Weight', [...shape, Number(before), Number(after), ...places]);
    if (weightGrad === 0 && (sums === 0 || !after)) copyOut(outs.weight!.data, from, n, this.#memory, to);
  }

  #biasGrad(count: number, slopes: number, first: number, classes: number, { before, after }: Part): void {
    const { layer, outs } = this.#head;
    const [size, { biasGrad }] = [this.#size, this.#home];
    const { stage, biasSums } = this.#at;
    const [sums, lost] = biasSums === 0 ? [0, 0] : [biasSums + first * size, biasSums + (layer.classes + first) * size];
    const to = biasGrad === 0 ? stage : biasGrad + first * size;
    if (biasGrad === 0 && sums === 0 && before) copyIn(outs.bias!.data, first, classes, this.#memory, to, size);
    this.#run('Bias', [count, classes, layer.classes, Number(before), Number(after), slopes, sums, lost, to]);
    if (biasGrad === 0 && (sums === 0 || !after)) copyOut(outs.bias!.data, first, classes, this.#memory, to);
  }
}
