/** Batches, which threads do step by step: see `Tasks` in `crate/kernels/src/loops/batch/mod.rs`. */

import type { Memory } from '../../memory/memory.ts';
import { type Crew, lost } from './crew.ts';

/** Arguments of a kernel's record that say what is done: how many tasks, the first of them, of which step. */
const [tasksAt, firstAt, stepAt] = [3, 4, 5];

/** From task to task only the number of the first moves on. */
const strides = [0, 0, 0, 0, 1];

/** Runs a kernel of a batch: see `Crew.batch`. */
export function runSteps(crew: Crew, memory: Memory, kernel: number, record: number): boolean {
  const ask = (tasks: number, first: number, step: number): number => {
    memory.f64[record] = 0;
    memory.i32[2 * (record + tasksAt)] = tasks;
    memory.i32[2 * (record + firstAt)] = first;
    memory.i32[2 * (record + stepAt)] = step;
    // All of it is the caller's to run.
    if (step > 0) memory.run(kernel, record);
    return memory.f64[record]!;
  };
  for (let step = 1; ; step++) {
    const tasks = ask(0, 1, step);
    if (Math.abs(tasks) === 1) ask(1, 1, step);
    if (tasks === -1) return true;
    if (tasks === 1) continue;
    if (crew.run(memory, kernel, record, { samples: tasks, chunk: 1, strides, cantRepeat: true }) === lost) {
      ask(0, 0, 0);
      return false;
    }
  }
}
