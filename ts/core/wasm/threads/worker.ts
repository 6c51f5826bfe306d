/** The program of a worker, as text: there is no file that a bundler could lose. */

import { handshake } from './handshake.ts';

/**
 * Places in the memory that all threads have, in 32-bit words from `at` on. What one thread writes often has a line of its own.
 *
 * A ticket is a job's number and, in its last eight bits, the next part that nobody has begun; 255 when all is done, or nothing was ever
 * asked for. To begin a part is to exchange the ticket for the next one: that fails if anything has happened since it was read, so that who
 * succeeds has read what belongs to this very job.
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
  /** Parts of the job; modules of kernels; then, in 12 numbers of eight bytes, what the job is. */
  parts: 64,
  modules: 65,
  cut: 66,
  /** By part: minus the thread that has begun it, then the job's number when it's done. */
  status: 96,
  /** Address and length of each module, that of `run_part` first. */
  bytes: 352,
  /** By thread: what the handshake has counted. */
  hello: 480,
  size: 560,
} as const;

/** Bytes at the beginning of each thread's stack for `run_part`, whose module isn't that of the kernels that it calls. */
export const above = 1024;

/** The ticket after which workers leave. */
export const leave = -1;

/** The state of a part in which a kernel has stopped. */
export const stopped = -1000;

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
 * Made by a function, so that a bundle that asks for no threads has nothing of it.
 */
export function workText(): string {
  const { ticket, sleepers, wake, ready, left, parts, modules, cut, status, bytes, hello, size } = places;
  return `
const work = ({ memory, at, thread, stack, functions }) => {
  const { add, load, store, compareExchange, wait, pause } = Atomics;
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
  instance(Uint8Array.of(${handshake()})).f(at + 4 * (${hello} + thread));
  learn();
  add(words, ${ready}, 1);
  for (let turns = 0, since = 0; ; ) {
    const ticket = load(words, ${ticket});
    const part = ticket & 255;
    if (ticket === ${leave}) break;
    if (part < load(words, ${parts})) {
      learn();
      if (compareExchange(words, ${ticket}, ticket, ticket + 1) === ticket) {
        store(words, ${status} + part, -thread);
        try {
          run(at + ${4 * cut}, part, thread);
        } catch (error) {
          store(words, ${status} + part, ${stopped});
          throw error;
        }
        store(words, ${status} + part, ticket >> 8);
      }
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
