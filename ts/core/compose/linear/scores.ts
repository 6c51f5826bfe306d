/** The scores of a chunk of rows. */

import { copyIn } from '../../memory/copies.ts';
import { ResidentBuffer, viewOf } from '../../memory/resident.ts';
import { Out, Slot } from '../../model/slot.ts';
import type { Chunk, Scores } from './part.ts';
import { eachRun } from './rows.ts';
import type { Work } from './work.ts';

/** Lays the rows of a chunk out. */
export function pack(work: Work, { start, count }: Chunk): void {
  const { head, at, size, home, memory, sizes } = work;
  const { call, layer, rows } = head;
  const { dim } = layer;
  const lay = (from: number, first: number, some: number): void =>
    work.run('Pack', [some, dim, first, count, from, at.byRows, at.byColumns]);
  const isRun = rows === null || rows[start + count - 1]! - rows[start]! === count - 1;
  if (home.hidden !== 0 && isRun) {
    lay(home.hidden + (rows?.[start] ?? start) * dim * size, 0, count);
    return;
  }
  // Whole panels, as many as there is room for.
  const most = Math.floor(sizes.bytes.stage / (dim * size * 8)) * 8;
  for (let first = 0; first < count; first += most) {
    const some = Math.min(most, count - first);
    eachRun(rows, start + first, some, (row, place, length) => {
      copyIn(call.inputs[0]!.data!, row * dim, length * dim, memory, at.stage + place * dim * size, size);
    });
    lay(at.stage, first, some);
  }
}

/** Writes the scores of a chunk that is laid out. */
export function writeScores(work: Work, { count }: Chunk): void {
  const { head, at, size, memory, sizes } = work;
  const { layer, bias } = head;
  const row = layer.dim * size;
  for (const some of work.classes) {
    if (bias !== null) copyIn(bias, some.first, some.count, memory, at.bias, size);
    const shape = [count, some.count, layer.dim, layer.classes, sizes.together.weight, at.byRows];
    const [weight, to] = [work.weight(some), at.scores + some.first * size];
    work.run('Scores', [...shape, [weight, row], [at.bias, size], [to, size], at.work], sizes.parts.classes);
  }
}

/** The scores of a chunk as an input of the loss, whose gradient takes their place. */
export function held({ head, memory, at }: Work, { count }: Chunk): Scores {
  const { call, layer } = head;
  const [type, length] = [call.single ? 'float32' : 'float64', count * layer.classes] as const;
  const view = () => viewOf(type, memory.buffer, at.scores, length);
  const owner = new ResidentBuffer(type, length, { view, release: () => {}, home: memory, at: at.scores });
  const data = owner.array;
  const out = call.order > 0 ? new Out(data, length, owner, data) : null;
  return { slot: new Slot(data, length, null, owner, false), out };
}
