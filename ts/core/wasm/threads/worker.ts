/** The program of a worker, as text: there is no file that a bundler could lose. */

import { handshake } from './handshake.ts';

/** Words from one part's to the next: the four in a cache line are mostly one thread's. */
export const apart = 4;

/**
 * Places in the memory that all threads have, in 32-bit words from `at` on. What one thread writes often has a line of its own.
 *
 * A ticket is a job's number and, in its last eight bits, how many parts it has. Each part has a word: the job's number with 0 while nobody
 * has begun it, then one more than the thread that has, then `done`, or `stopped`. To begin a part is to exchange the first for the second, which fails
 * where the word is another job's or another thread's: who succeeds knows that this very job goes on, and reads what belongs to it.
 */
export const places = {
  ticket: 0,
  /** Workers that sleep, and what they wait on. */
  sleepers: 16,
  wake: 32,
  /** Workers that have begun, and those that have left. */
  ready: 48,
  left: 49,
  /** Nobody writes here: what the calling thread sleeps on. */
  idle: 50,
  /** How many threads there are; modules of kernels; then, in 12 numbers of eight bytes, what the job is. */
  threads: 64,
  modules: 65,
  cut: 66,
  /** Address and length of each module, that of `run_part` first. */
  bytes: 96,
  /** By thread: what the handshake has counted. */
  hello: 224,
  /** By part, `apart` words from one to the next: whether it is begun, as above. */
  status: 304,
  size: 304 + apart * 256,
} as const;

/** The last eight bits of a part's word: it is done, or a kernel has stopped in it. */
export const done = 255;
export const stopped = 254;

/** Bytes at the beginning of each thread's stack for `run_part`, whose module isn't that of the kernels that it calls. */
export const above = 1024;

/** The ticket after which workers leave. */
export const leave = -1;

/** For so many milliseconds a worker that has nothing to do asks again and again, then it sleeps. */
const spin = 0.1;

/** What a worker is told. */
export interface Told {
  readonly memory: WebAssembly.Memory;
  readonly at: number;
  readonly thread: number;
  /** Where its stack begins, which grows downwards. */
  readonly stack: number;
  /** Places of the table of functions. */
  readonly functions: number;
}

/**
 * The text of the function `work`, of what it is told. It names nothing that Node, Bun or Deno have names for: module, require, exports, process.
 * A worker that was given up may end its part when the word is another job's, and then leaves it as it is.
 * Made by a function, so that a bundle that asks for no threads has nothing of it.
 */
export function workText(): string {
  const { ticket, sleepers, wake, ready, left, threads, modules, cut, status, bytes, hello, size } = places;
  return `
const work = ({ memory, at, thread, stack, functions }) => {
  const { add, load, compareExchange, wait, pause } = Atomics;
  const words = new Int32Array(memory.buffer, at, ${size});
  const table = new WebAssembly.Table({ element: 'anyfunc', initial: functions });
  const instance = (code) => {
    const program = new WebAssembly.Module(code);
    const given = {};
    for (const { module: from, name, kind } of WebAssembly.Module.imports(program)) {
      given[from] = { ...given[from], [name]: kind === 'table' ? table : memory };
    }
    return new WebAssembly.Instance(program, given).exports;
  };
  let run;
  let known = 0;
  const learn = () => {
    for (; known < load(words, ${modules}); known++) {
      const [from, length] = words.subarray(${bytes} + 2 * known);
      const { __stack_pointer, run_part } = instance(new Uint8Array(memory.buffer, from, length).slice());
      __stack_pointer.value = run ? stack - ${above} : stack;
      run ??= run_part;
    }
  };
  const take = (place, job, part) => {
    if (load(words, place) !== job || compareExchange(words, place, job, job + 1 + thread) !== job) return;
    let state = ${stopped};
    try {
      run(at + ${4 * cut}, part, thread);
      state = ${done};
    } finally {
      compareExchange(words, place, job + 1 + thread, job + state);
    }
  };
  // From one end of what it shares with a neighbour, who comes from the other one: in calls that come again each thread finds the same data.
  const isOdd = thread & 1;
  const share = (job, parts) => {
    let part = Math.floor(((thread + isOdd) * parts) / words[${threads}]) - isOdd;
    for (let i = 0; i < parts; i++, part += isOdd ? -1 : 1) {
      const k = (part + parts) % parts;
      take(${status} + ${apart} * k, job, k);
    }
  };
  instance(Uint8Array.of(${handshake()})).f(at + 4 * (${hello} + thread));
  learn();
  add(words, ${ready}, 1);
  for (let turns = 0, since = 0, last = 0; ; ) {
    const ticket = load(words, ${ticket});
    if (ticket === ${leave}) break;
    if (ticket !== last) {
      learn();
      share(ticket & -256, ticket & 255);
      last = ticket;
      turns = 0;
    } else if (++turns & 63) pause?.();
    else if (turns === 64) since = performance.now();
    else if (performance.now() - since > ${spin}) {
      add(words, ${sleepers}, 1);
      const seen = load(words, ${wake});
      if (load(words, ${ticket}) === ticket) wait(words, ${wake}, seen);
      add(words, ${sleepers}, -1);
      turns = 0;
    }
  }
  add(words, ${left}, 1);
};
`;
}
