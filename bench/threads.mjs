/**
 * A case in one thread and in several, in a process of its own: an id of lib/cases.mjs, seconds, and how many threads. Prints one line of
 * JSON: `{ name, size, threads, one, many }`, ms a call on resident data. Both sides have the memory that threads share.
 */
import * as losskit from '../dist/index.js';
import { makeData, residentCall } from './lib/bind.mjs';
import { cases } from './lib/cases.mjs';
import { race } from './lib/timer.mjs';

const [id, seconds, wanted] = process.argv.slice(2);
const { threads } = await losskit.init({ threads: wanted === 'auto' ? wanted : Number(wanted) });
const one = cases.find((candidate) => candidate.id === id);
const { call } = residentCall(one, losskit, makeData(one, one.rows, one.width));

/** Milliseconds of calls before a turn: workers have only just begun, and engines compile what they run. */
const WARM_MS = 30;

const inThreads = (count) => ({
  call,
  prepare: async () => {
    await losskit.init({ threads: count });
    for (const end = performance.now() + WARM_MS; performance.now() < end; ) call();
  },
});
const times = await race({ one: inThreads(1), many: inThreads(threads) }, { seconds: Number(seconds), rounds: 8 });
console.log(JSON.stringify({ name: one.variant, size: one.size, threads, ...times }));
