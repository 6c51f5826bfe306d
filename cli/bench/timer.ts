/**
 * Two backends against each other, in turns, so that whatever else the machine does falls on both. A sample is a batch of calls long
 * enough for the clock; results are medians.
 */
import { init } from 'losskit';

export const BACKENDS = ['wasm', 'reference'] as const;

const BATCH_MS = 0.5;
const ROUNDS = 9;

let kept: unknown;

/** Runs `call` so many times; ms in all. What it gives is kept, so that nothing is optimised away. */
function batch(call: () => unknown, times: number): number {
  const began = performance.now();
  for (let i = 0; i < times; i++) kept = call();
  return performance.now() - began;
}

/** Calls that take long enough, found by doubling, which warms up too. */
function calibrated(call: () => unknown, ms: number): number {
  let times = 1;
  const end = performance.now() + ms;
  for (;;) {
    const took = batch(call, times);
    if (took < BATCH_MS) times *= 2;
    else if (performance.now() >= end) return times;
  }
}

function median(samples: readonly number[]): number {
  const sorted = Float64Array.from(samples).sort();
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Median ms of a call on either backend, in about so many seconds. */
export async function race(call: () => unknown, seconds: number): Promise<{ wasm: number; reference: number }> {
  const samples = { wasm: [] as number[], reference: [] as number[] };
  const calls = { wasm: 1, reference: 1 };
  for (const backend of BACKENDS) {
    await init({ backend });
    calls[backend] = calibrated(call, (1000 * seconds) / 6);
  }
  const ms = (1000 * seconds * (2 / 3)) / ROUNDS / 2;
  for (let round = 0; round < ROUNDS; round++) {
    for (const backend of BACKENDS) {
      await init({ backend });
      const end = performance.now() + ms;
      do samples[backend].push(batch(call, calls[backend]) / calls[backend]);
      while (performance.now() < end);
    }
  }
  void kept;
  return { wasm: median(samples.wasm), reference: median(samples.reference) };
}
