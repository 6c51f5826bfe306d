/**
 * An interleaved timer. Each side takes its turns in rounds, so that whatever else the machine does falls on all of them; a turn is a
 * number of samples, and a sample is a batch of calls long enough for the clock: a single call shorter than a microsecond is never timed.
 * Results are medians over all samples of all rounds.
 */
import { performance } from 'node:perf_hooks';

let kept;

/** Makes of a result something that is needed, so that no engine leaves out what it came from. */
export function keep(result) {
  kept = result;
  return kept;
}

/** Shortest batch that is timed, in ms. */
const BATCH_MS = 0.5;

export function median(samples) {
  const sorted = Float64Array.from(samples).sort();
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Milliseconds that this process has computed for: on a busy machine fewer than have passed. Windows counts them too coarsely. */
const computed =
  process.platform === 'win32'
    ? () => performance.now()
    : () => {
        const { user, system } = process.cpuUsage();
        return (user + system) / 1000;
      };

/** Runs `call` so many times; the time of it all, in ms, without what other programs took meanwhile, and without helper threads. */
export function batch(call, times) {
  const [began, before] = [performance.now(), computed()];
  for (let i = 0; i < times; i++) keep(call());
  return Math.min(performance.now() - began, computed() - before);
}

/** One thing to time: `calls` a batch, found by doubling until a batch is long enough, which warms it up too. */
export function side(call, warmMs = 100) {
  let calls = 1;
  const end = computed() + warmMs;
  let last = batch(call, calls);
  while (last < BATCH_MS || computed() < end) {
    if (last < BATCH_MS) calls *= 2;
    last = batch(call, calls);
  }
  return { call, calls, batchMs: last, samples: [] };
}

/** Takes samples for about `ms`, at least one. */
export function turn(one, ms) {
  const end = performance.now() + ms;
  do one.samples.push(batch(one.call, one.calls) / one.calls);
  while (performance.now() + one.batchMs / 2 < end);
}

/**
 * Times calls against each other: `{ name: function }`, or `{ name: { call, prepare } }` where something has to be done before a turn, gives
 * `{ name: median ms of a call }`. A side whose single call is longer than a turn takes fewer turns, at least three.
 */
export async function race(calls, { seconds = 2, rounds = 15 } = {}) {
  const sides = [];
  for (const [name, given] of Object.entries(calls)) {
    const { call, prepare } = typeof given === 'function' ? { call: given } : given;
    await prepare?.();
    sides.push({ name, prepare, ...side(call, (seconds * 1000) / 12) });
  }
  const ms = (seconds * 1000) / rounds / sides.length;
  for (let round = 0; round < rounds; round++) {
    for (const one of sides) {
      const turns = Math.max(3, Math.min(rounds, Math.floor((ms * rounds) / one.batchMs)));
      if (Math.floor(((round + 1) * turns) / rounds) === Math.floor((round * turns) / rounds)) continue;
      await one.prepare?.();
      turn(one, ms);
    }
  }
  return Object.fromEntries(sides.map(({ name, samples }) => [name, median(samples)]));
}
