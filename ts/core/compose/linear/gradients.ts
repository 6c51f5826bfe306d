/** What derivatives in the scores of a chunk make of hidden, weight and bias. */

import type { FloatArray } from '../../base/types.ts';
import { copyIn, copyOut } from '../../memory/copies.ts';
import type { Chunk } from './part.ts';
import { eachRun } from './rows.ts';
import type { Classes, Moving, Work } from './work.ts';

/** What of a sum over chunks one of them is. */
interface Part {
  readonly before: boolean;
  readonly after: boolean;
}

/** Adds what a chunk makes, whose derivatives lie in the place of its scores. */
export function addGradients(work: Work, chunk: Chunk, part: Part): void {
  const { head, at, size, memory } = work;
  const { outs, layer, rows } = head;
  // The panels of rows aren't needed any more.
  const home = hiddenHome(work, chunk);
  const to = home === 0 ? at.byRows : home;
  for (const some of work.classes) {
    if (outs.hidden) addHidden(work, chunk, some, to);
    if (outs.weight) addWeight(work, chunk, some, part);
    if (outs.bias) addBias(work, chunk, some, part);
  }
  if (outs.hidden === undefined || home !== 0) return;
  eachRun(rows, chunk.start, chunk.count, (row, place, length) => {
    const [from, n] = [to + place * layer.dim * size, length * layer.dim];
    copyOut(outs.hidden!.data, row * layer.dim, n, memory, from);
  });
}

/** Where hidden's gradients of a chunk go without a copy; 0 if they don't. */
function hiddenHome({ head, home, size }: Work, { start, count }: Chunk): number {
  const { rows, layer } = head;
  const [first, last] = rows === null ? [start, start + count - 1] : [rows[start]!, rows[start + count - 1]!];
  return home.hiddenGrad === 0 || last - first !== count - 1 ? 0 : home.hiddenGrad + first * layer.dim * size;
}

function addHidden(work: Work, { count }: Chunk, some: Classes, to: number): void {
  const { head, at, size, sizes } = work;
  const { dim, classes } = head.layer;
  const [before, after] = [some.first > 0, some.first + some.count < classes];
  const shape = [count, dim, some.count, classes, sizes.block, Number(before), Number(after)];
  const quads = 4 * Math.ceil(count / 4);
  const slopes = at.scores + some.first * size;
  const weight: Moving = [work.weight(some), size];
  const sums: Moving = [at.hiddenSums, 2 * quads * size];
  const places = [slopes, weight, dim, sums, [to, size] as Moving, dim, at.work];
  work.run('Hidden', [...shape, ...places], sizes.parts.columns);
}

function addWeight(work: Work, { count }: Chunk, some: Classes, part: Part): void {
  const { head, home, at, size, sizes } = work;
  const { dim, classes } = head.layer;
  const sums = at.weightSums === 0 ? 0 : at.weightSums + 2 * some.first * sizes.wide * size;
  const gradient = { data: head.outs.weight!.data, own: home.weightGrad, copy: at.stage, each: dim, sums };
  grow(work, gradient, some, part, (to, from) => {
    const shape = [count, some.count, dim, classes, ...from];
    const slopes: Moving = [at.scores + some.first * size, size];
    const growing: Moving = [sums, 2 * sizes.wide * size];
    const output: Moving = [to, dim * size];
    const places = [slopes, at.byColumns, growing, output, sizes.together.slopes, at.work];
    work.run('Weight', [...shape, ...places], sizes.parts.classes);
  });
}

function addBias(work: Work, { count }: Chunk, some: Classes, part: Part): void {
  const { head, home, at, size, sizes } = work;
  const { classes } = head.layer;
  const sumsAt = (k: number): number => (at.biasSums === 0 ? 0 : at.biasSums + k * size);
  const [sums, lost] = [sumsAt(some.first), sumsAt(classes + some.first)];
  // The bias itself isn't needed any more.
  const gradient = { data: head.outs.bias!.data, own: home.biasGrad, copy: at.bias, each: 1, sums };
  grow(work, gradient, some, part, (to, from) => {
    const moving = [at.scores + some.first * size, sums, lost, to].map((x): Moving => [x, size]);
    work.run('Bias', [count, some.count, classes, ...from, ...moving], sizes.parts.bias, true);
  });
}

/** A gradient that grows by chunks: `each` numbers a class. */
interface Growing {
  readonly data: FloatArray;
  /** Its address, if it is resident; else that of room for a copy of some classes. */
  readonly own: number;
  readonly copy: number;
  readonly each: number;
  /** The address of sums in which some classes grow; 0 without. */
  readonly sums: number;
}

/**
 * Lets a gradient of classes grow by a chunk, in its place or a copy. Until all chunks are there it grows in memory for sums, if there is
 * some; else the gradient holds them.
 */
function grow(
  { size, memory }: Work,
  { data, own, copy, each, sums }: Growing,
  { first, count }: Classes,
  { before, after }: Part,
  add: (to: number, part: readonly number[]) => void,
): void {
  const [from, n] = [first * each, count * each];
  const to = own !== 0 ? own + from * size : copy;
  if (own === 0 && sums === 0 && before) copyIn(data, from, n, memory, to, size);
  add(to, [Number(before), Number(after)]);
  if (own === 0 && (sums === 0 || !after)) copyOut(data, from, n, memory, to);
}
