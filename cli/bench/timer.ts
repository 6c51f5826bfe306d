/**
 * Things to time against each other, in turns, so that whatever else the machine does falls on all of them. A sample is a batch of calls
 * long enough for the clock; results are medians.
 */

/** One of them: a call, and what has to be done before its turn. */
export interface Side {
  readonly call: () => unknown;
  readonly prepare?: () => Promise<unknown>;
}

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

/** Median ms of a call of each, in about so many seconds; a call that takes longer than its share has fewer turns. */
export async function race<K extends string>(sides: { readonly [N in K]: Side }, seconds: number) {
  const names = Object.keys(sides) as K[];
  const share = (1000 * seconds) / names.length;
  const samples = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<K, number[]>;
  const calls = {} as Record<K, number>;
  for (const name of names) {
    await sides[name].prepare?.();
    calls[name] = calibrated(sides[name].call, share / 3);
  }
  const spent = {} as Record<K, number>;
  for (let round = 0; round < ROUNDS; round++) {
    for (const name of names) {
      // One turn each is the least.
      if ((spent[name] ?? 0) > share * (2 / 3)) continue;
      await sides[name].prepare?.();
      const began = performance.now();
      const end = began + (share * (2 / 3)) / ROUNDS;
      do samples[name].push(batch(sides[name].call, calls[name]) / calls[name]);
      while (performance.now() < end);
      spent[name] = (spent[name] ?? 0) + performance.now() - began;
    }
  }
  void kept;
  return Object.fromEntries(names.map((name) => [name, median(samples[name])])) as Record<K, number>;
}
