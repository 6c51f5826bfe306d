/** Who runs kernels: the calling thread alone, until `init` has been asked for more. A bundle without `init` has this file only. */

import type { Memory } from '../../memory/memory.ts';
import type { Call } from '../../model/call.ts';

/** How a call is cut for threads: what `crate/kernels/src/abi/parts.rs` reads. */
export interface Cut {
  readonly samples: number;
  /** Samples of a chunk. */
  readonly chunk: number;
  /** For each argument of the record, the bytes by which it moves on from sample to sample; none for those after the last that does. */
  readonly strides: readonly number[];
  /** Of samples that have lengths of their own: for each argument the bytes of an element, and the address of how many come before each sample. */
  readonly sizes?: readonly number[];
  readonly starts?: number;
  /** The argument that is scratch memory, and how many bytes of it each thread has. */
  readonly scratch?: number;
  readonly scratchBytes?: number;
  /** Whether a part can't be run twice: if a thread ends in the middle of one, the whole call has to begin anew. */
  readonly cantRepeat?: boolean;
}

/** What `Crew.run` returns where a thread has ended in the middle of a part that can't be run twice (`Cut.cantRepeat`). */
export const lost = -2;

/** Threads beside the calling one, which takes part in all that they do. */
export interface Crew {
  /** How many threads there are now, the calling one included. */
  readonly threads: number;
  /** How many there were at first: threads are numbered from 0 to here. */
  readonly most: number;
  /** How a call that is placed is cut, whose record has so many samples; null if it isn't worth it, or can't be. */
  cut(call: Call, memory: Memory, samples: number): Cut | null;
  /** Runs a kernel on a record as `Memory.run` does, and to the same bits. A cut comes again with the same kernel and record only. */
  run(memory: Memory, kernel: number, record: number, cut: Cut): number;
  /** Runs a kernel of a batch on its record. False, and all is to be done by one thread, if it can't be or a thread was lost. */
  batch(memory: Memory, kernel: number, record: number): boolean;
}

/** The threads that were asked for. */
export let crew: Crew | null = null;

/** How many threads calls run in at most. */
export const threadsNow = (): number => crew?.threads ?? 1;

/** Lets calls run in several threads from now on, or in one. */
export const useCrew = (next: Crew | null): void => {
  crew = next;
};

/** Runs a call's kernel on a record of so many samples: −1, or the first of them that is out of its domain. */
export function runKernel(memory: Memory, call: Call, kernel: number, record: number, samples: number): number {
  return runCut(memory, kernel, record, cutFor(call, memory, samples));
}

/** How a call that is placed is cut, if there are threads for it. */
export const cutFor = (call: Call, memory: Memory, samples: number): Cut | null =>
  crew === null ? null : crew.cut(call, memory, samples);

/** A thread has ended in the middle of a part that can't be run twice: who made the call begins it anew (`redoneIfLost`). */
export class LostThread extends Error {}

/** Runs a kernel on a record, in parts if there are any. */
export function runCut(memory: Memory, kernel: number, record: number, cut: Cut | null): number {
  if (cut === null || crew === null) return memory.run(kernel, record);
  const outcome = crew.run(memory, kernel, record, cut);
  if (outcome === lost) throw new LostThread();
  return outcome;
}

/** Does some work with all threads. If one of them is lost on the way, does all of it once more in this thread alone: the work has to bear that. */
export function redoneIfLost<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof LostThread)) throw error;
    return alone(work);
  }
}

/** Does something in this thread alone. */
export function alone<T>(work: () => T): T {
  const others = crew;
  crew = null;
  try {
    return work();
  } finally {
    crew = others;
  }
}

/**
 * Threads that a call of lists, sequences or images may have, each with scratch memory of its own. One, where the gradient is written over
 * the input: a part that a lost thread has begun couldn't be run again, as some of its input would be gone. A gradient's address is 0 if
 * none is wanted.
 */
export const threadsFor = (gradAddress: number, inputAddress: number): number =>
  gradAddress !== 0 && gradAddress === inputAddress ? 1 : (crew?.most ?? 1);

/** Products below which a batch is over before another thread is of use. */
const fewestProducts = 1 << 20;

/** Threads that a batch of so many products may have. */
export const threadsForBatch = (products: number): number =>
  crew === null || products < fewestProducts ? 1 : crew.most;

/** Runs a batch's kernel on its record, in so many threads. */
export function runBatch(memory: Memory, kernel: number, threads: number): void {
  const { record } = memory;
  if (threads === 1 || crew?.batch(memory, kernel, record) !== true) memory.run(kernel, record);
}
