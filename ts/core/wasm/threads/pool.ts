/**
 * Threads that share the parts of a call. The caller begins parts like everybody else and waits only for those that somebody has begun: a
 * worker that isn't there yet, that the machine has no time for, or that has ended, delays or loses nothing else.
 */

import { FUNCTIONS, STACK } from '../../../generated/layout.ts';
import { type Memory, recordLength } from '../../memory/memory.ts';
import type { Call } from '../../model/call.ts';
import { type Crew, type Cut, lost } from './crew.ts';
import { cutOf } from './cut.ts';
import type { Host, Worker } from './host.ts';
import { Patience } from './patience.ts';
import { runSteps } from './steps.ts';
import { addChunks } from './sums.ts';
import { above, apart, done, leave, places, stopped } from './worker.ts';

/** Parts that a job has for each thread: so many that who is late does less. */
const partsEach = 16;

/** Parts of a job at most, and chunks, each of which has a place for its sum. */
const mostParts = 250;
const mostChunks = 4096;

/** Jobs have numbers up to here: with how many parts it has in eight bits more, a ticket stays a positive number of 32 bits. */
const mostJobs = 2 ** 22;

/** Milliseconds after which a worker that has begun a part is taken for lost, and those that it has to end. */
const lateAfter = 2000;
const endsWithin = 1000;

/** What a job takes of memory, in bytes from its start: words, strides, sizes, sums, and this thread's stack of `run_part`. */
const stridesAt = 4 * places.size;
const sizesAt = stridesAt + 8 * recordLength;
const sumsAt = sizesAt + 8 * recordLength;
const bytes = sumsAt + 24 * mostChunks + above;

/** What the module exports that runs parts of calls. */
interface Parts {
  run_part(cut: number, part: number, thread: number): void;
  readonly __stack_pointer: WebAssembly.Global;
}

/** Workers on one memory. */
export class Pool implements Crew {
  readonly #memory: Memory;
  readonly #host: Host;
  readonly #runPart: Parts['run_part'];
  readonly #at: number;
  /** What all threads write and read: a view that is good however memory grows. */
  readonly words: Int32Array;
  /** By thread, less one; null for one that was lost. */
  readonly #workers: (Worker | null)[] = [];
  readonly #stacks: number[] = [];
  /** The number of the last job. */
  #number = 0;
  /** Whether the job's parts can't be begun again, and whether there is one that nobody will end. */
  #cantRepeat = false;
  #isLost = false;
  /** The cut of the last job, which memory still describes. */
  #last: Cut | null = null;

  /** `parts` is the module that runs parts. */
  constructor(memory: Memory, host: Host, parts: WebAssembly.Module) {
    this.#memory = memory;
    this.#host = host;
    const { run_part, __stack_pointer } = memory.instantiate(parts) as unknown as Parts;
    this.#runPart = run_part;
    this.#at = memory.alloc(bytes);
    this.words = new Int32Array(memory.buffer, this.#at, places.size).fill(0);
    this.words[places.threads] = 1;
    __stack_pointer.value = this.#at + bytes;
  }

  get most(): number {
    return 1 + this.#workers.length;
  }

  get threads(): number {
    return 1 + this.#workers.filter((worker) => worker !== null && !worker.isGone()).length;
  }

  /** Starts a worker, which takes part as soon as it's there; throws if none can be started. */
  hire(): Worker {
    const stack = this.#memory.alloc(STACK);
    this.#stacks.push(stack);
    const worker = this.#host.start({
      memory: this.#memory.wasm,
      at: this.#at,
      thread: this.#workers.length + 1,
      stack: stack + STACK,
      functions: FUNCTIONS,
    });
    this.words[places.threads] = 1 + this.#workers.push(worker);
    return worker;
  }

  /** Tells workers of a module, whose bytes are at an address. */
  teach(at: number, length: number): void {
    const known = this.words[places.modules]!;
    if (known === (places.hello - places.bytes) / 2) throw new Error('too many modules');
    this.words[places.bytes + 2 * known] = at;
    this.words[places.bytes + 2 * known + 1] = length;
    Atomics.store(this.words, places.modules, known + 1);
  }

  /** Lets workers leave, and gives their memory back if all have: one that is still there may read it. */
  async end(): Promise<void> {
    const { words } = this;
    Atomics.store(words, places.ticket, leave);
    this.#wake();
    const count = this.#workers.length;
    const haveLeft = () => Atomics.load(words, places.left) === count || this.threads === 1;
    for (let turn = 0; turn < 100 && !haveLeft(); turn++) await new Promise((resolve) => setTimeout(resolve, 1));
    const isOver = haveLeft();
    for (const worker of this.#workers) worker?.end();
    if (!isOver) return;
    for (const stack of this.#stacks) this.#memory.free(stack, STACK);
    this.#memory.free(this.#at, bytes);
  }

  cut(call: Call, memory: Memory, samples: number): Cut | null {
    return memory === this.#memory ? cutOf(call, samples) : null;
  }

  batch(memory: Memory, kernel: number, record: number): boolean {
    return memory === this.#memory && runSteps(this, memory, kernel, record);
  }

  run(memory: Memory, kernel: number, record: number, cut: Cut): number {
    const chunks = Math.ceil(cut.samples / cut.chunk);
    // A cut is that of one kernel on one record. In calls that come again nothing is written, and workers still have it in their caches.
    const isKnown = cut === this.#last && chunks <= mostChunks;
    if (!isKnown) this.#writeStrides(cut);
    this.#last = cut;
    for (let first = 0; first < chunks; first += mostChunks) {
      const count = Math.min(mostChunks, chunks - first);
      const parts = Math.min(count, mostParts, cut.cantRepeat ? count : partsEach * (1 + this.#workers.length));
      const each = Math.ceil(count / parts);
      if (!isKnown) this.#describe(kernel, 8 * record, cut, [each, first]);
      this.#cantRepeat = cut.cantRepeat ?? false;
      this.#isLost = false;
      this.#share(Math.ceil(count / each));
      if (this.#isLost) return lost;
      const fault = addChunks(memory.f64, record, (this.#at + sumsAt) / 8, count, cut.chunk);
      if (fault !== -1) return first * cut.chunk + fault;
    }
    return -1;
  }

  #writeStrides({ strides, sizes = [] }: Cut): void {
    const { i32 } = this.#memory;
    const write = (list: readonly number[], at: number): void => {
      for (let i = 0; i < recordLength; i++) {
        i32[(this.#at + at) / 4 + 2 * i] = list[i] ?? 0;
        i32[(this.#at + at) / 4 + 2 * i + 1] = 0;
      }
    };
    write(strides, stridesAt);
    write(sizes, sizesAt);
  }

  /** Writes what the job is. */
  #describe(kernel: number, record: number, cut: Cut, range: readonly number[]): void {
    const { samples, chunk, starts = 0, scratch = 0, scratchBytes = 0 } = cut;
    const arrays = [this.#at + stridesAt, this.#at + sizesAt, starts, this.#at + sumsAt];
    const all = [kernel, record, samples, chunk, ...range, ...arrays, scratch, scratchBytes];
    for (let i = 0; i < all.length; i++) this.words[places.cut + 2 * i] = all[i]!;
  }

  /** Has all parts done. This thread takes them from the first on, workers from places of their own: see `workText`. */
  #share(parts: number): void {
    const { words } = this;
    this.#number = (this.#number % mostJobs) + 1;
    const job = this.#number << 8;
    for (let part = 0; part < parts; part++) words[places.status + apart * part] = job;
    Atomics.store(words, places.ticket, job | parts);
    if (Atomics.load(words, places.sleepers) > 0) this.#wake();
    try {
      for (let part = 0; part < parts; part++) if (this.#takes(part, job)) this.runPart(part);
    } finally {
      // After an error as well: others may be in the middle of a part.
      for (let part = 0; part < parts; part++) if (!this.#takes(part, job)) this.#finish(part, job);
    }
  }

  /** Whether a part was this thread's to begin. */
  #takes(part: number, job: number): boolean {
    const place = places.status + apart * part;
    if (Atomics.load(this.words, place) !== job) return false;
    return Atomics.compareExchange(this.words, place, job, job | 1) === job;
  }

  /** Does a part in this thread. */
  runPart(part: number): void {
    this.#runPart(this.#at + 4 * places.cut, part, 0);
  }

  #wake(): void {
    Atomics.add(this.words, places.wake, 1);
    Atomics.notify(this.words, places.wake);
  }

  /** Waits until a part is done that somebody has begun; where that will never be, does it if that can be. */
  #finish(part: number, job: number): void {
    const place = places.status + apart * part;
    let state = Atomics.load(this.words, place) - job;
    if (state === 1 || state === done) return;
    const patience = new Patience(this.words, places.idle);
    while (state !== done) {
      if (state === stopped || this.#hasEnded(state - 1, patience)) {
        if (this.#cantRepeat) this.#isLost = true;
        else this.runPart(part);
        return;
      }
      patience.pause();
      state = Atomics.load(this.words, place) - job;
    }
  }

  /** Whether a thread that has begun a part will never end it. */
  #hasEnded(thread: number, patience: Patience): boolean {
    if (patience.waited === 0) return false;
    const worker = this.#workers[thread - 1];
    if (patience.waited > lateAfter) worker?.end();
    const isLost = patience.waited > lateAfter + endsWithin || (worker?.isGone() ?? true);
    if (isLost && worker) this.#workers[thread - 1] = null;
    return isLost;
  }
}
