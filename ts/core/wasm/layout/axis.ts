/**
 * Classes that aren't the last dimension. Of a tensor [N, C, H, W] with the classes second, a block of rows is a run of pixels in each of C
 * planes: on its way to the kernels it is transposed, so that they see rows as ever and give the same bits, and on the way back.
 */

import { copyOut } from '../../memory/copies.ts';
import type { Memory } from '../../memory/memory.ts';
import type { Block, Call, RowLayout, Rows, RowsAgain } from '../../model/call.ts';
import type { Out, Slot } from '../../model/slot.ts';
import { sharedKernel } from '../kernels.ts';
import { placeOf } from '../place.ts';
import { Apart } from './apart.ts';
import { bringIn } from './views.ts';

/** Rows of a block that lie alike: some of an image, or all of several images. */
interface Part {
  /** Rows of an image, and images. */
  readonly rows: number;
  readonly images: number;
  /** Where the elements lie: so many runs of so many, the first from a place on, each next one `inner` places further. */
  readonly runs: number;
  readonly run: number;
  readonly from: number;
}

/** The parts of a block: the rest of an image, whole images, the beginning of one. */
function partsOf({ inner, width }: Rows, { start, count }: Block): Part[] {
  const parts: Part[] = [];
  const end = start + count;
  for (let row = start; row < end; ) {
    const image = Math.floor(row / inner);
    const from = image * inner * width + (row % inner);
    const rows = Math.min((image + 1) * inner, end) - row;
    const images = rows === inner ? Math.floor((end - row) / inner) : 1;
    const isWhole = rows === inner;
    parts.push({ rows, images, runs: isWhole ? 1 : width, run: isWhole ? images * inner * width : rows, from });
    row += rows * images;
  }
  return parts;
}

/** Losses of rows: the elements of each are brought together. */
export const rowLayout: RowLayout = {
  bring(memory: Memory, call: Rows, slot: Slot, block: Block, at: number, spare: number): void {
    const { width, inner, single } = call;
    const size = single ? 4 : 8;
    const home = placeOf(memory, slot, single);
    let to = at;
    for (const part of partsOf(call, block)) {
      const { rows, images, runs, run, from } = part;
      for (let k = 0; home === 0 && k < runs; k++) {
        bringIn(slot, from + k * inner, run, memory, spare + k * run * size, size);
      }
      transpose(memory, call, [...planesOf(call, part, home, spare), to, width, width, rows, images]);
      to += images * rows * width * size;
    }
  },

  take(memory: Memory, call: Rows, out: Out, block: Block, at: number, spare: number): void {
    const { width, inner, single } = call;
    const size = single ? 4 : 8;
    const home = placeOf(memory, out, single);
    let source = at;
    for (const part of partsOf(call, block)) {
      const { rows, images, runs, run, from } = part;
      transpose(memory, call, [source, width, ...planesOf(call, part, home, spare), rows, width, images]);
      for (let k = 0; home === 0 && k < runs; k++) {
        copyOut(out.data, from + k * inner, run, memory, spare + k * run * size);
      }
      source += images * rows * width * size;
    }
  },

  again: (call: Call, memory: Memory): RowsAgain => new Apart(rowLayout, call, memory),
};

/** Where a part's planes begin, in an array that lies in WebAssembly's memory or in its copy, and how far from each other. */
const planesOf = (
  { inner, single }: Rows,
  { rows, from }: Part,
  home: number,
  spare: number,
): readonly [address: number, stride: number] => (home === 0 ? [spare, rows] : [home + from * (single ? 4 : 8), inner]);

/** Runs the transposition: from where to where, each with its stride, rows, columns, and how many matrices. */
function transpose(memory: Memory, call: Rows, given: readonly number[]): void {
  const kernel = sharedKernel(call, 'transpose', memory);
  const { i32, aside } = memory;
  // After the running sum, which it leaves alone.
  for (let i = 0; i < given.length; i++) i32[2 * (aside + 2 + i)] = given[i]!;
  memory.run(kernel, aside);
}
