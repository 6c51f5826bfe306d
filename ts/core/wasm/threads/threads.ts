/** Asking for threads: the memory that they share, the workers, and what to say where they can't be. */

import { PAGES } from '../../../generated/layout.ts';
import { MODULE } from '../../../generated/parts.ts';
import { messageOf } from '../../base/errors.ts';
import { Memory, mostPages } from '../../memory/memory.ts';
import type { KernelSource } from '../../memory/modules.ts';
import { staleness } from '../../memory/resident.ts';
import { bytesOf } from '../source/inlined.ts';
import { compileSync, instantiated, replace } from '../start.ts';
import { crew, useCrew } from './crew.ts';
import { handshake } from './handshake.ts';
import { type Host, hostHere, type Worker } from './host.ts';
import { Pool } from './pool.ts';
import { places } from './worker.ts';

/** Threads at most that 'auto' means: more gain little, and take memory and time from others. */
const mostByThemselves = 8;

/** Milliseconds in which workers have to be there. */
const startsWithin = 20_000;

/** Memory that is shared, and where the bytes of the modules on it are, for workers to come. */
interface Shared {
  readonly memory: Memory;
  /** What runs parts of calls. */
  readonly parts: WebAssembly.Module;
  readonly modules: { readonly at: number; readonly length: number }[];
}

let shared: Shared | null = null;
let pool: Pool | null = null;

/**
 * Lets large calls use so many threads from now on: those that there were are ended first. Returns why there is one thread only, if 'auto'
 * was meant to find more. One such change at a time.
 */
export async function useThreads(wanted: number | 'auto'): Promise<string> {
  if (wanted === 1) {
    await disband();
    return '';
  }
  try {
    const host = hostHere();
    const count = wanted === 'auto' ? Math.min(mostByThemselves, host.cores) : wanted;
    if (count === 1) return 'this machine has one core';
    if (crew?.threads !== count) await gather(host, count);
    return '';
  } catch (error) {
    const why = messageOf(error);
    if (wanted !== 'auto' || error instanceof Misuse) throw new Error(`threads: ${why}`, { cause: error });
    return why;
  }
}

/** What the caller has to do otherwise, wherever it runs. */
class Misuse extends Error {}

/** Ends the workers. Memory stays as it is. */
async function disband(): Promise<void> {
  const last = pool;
  pool = null;
  useCrew(null);
  staleness.count++;
  await last?.end();
}

/** Starts workers, and lets them take part once all are there. */
async function gather(host: Host, count: number): Promise<void> {
  refuseBuffers();
  await disband();
  const next = shared ?? share();
  const hands = new Pool(next.memory, host, next.parts);
  try {
    for (const { at, length } of next.modules) hands.teach(at, length);
    await start(next, hands, count);
    refuseBuffers();
  } catch (error) {
    await hands.end();
    throw error;
  }
  if (shared === null) {
    for (const source of instantiated()!.memory.sources) next.memory.start(source);
    shared = next;
    replace(next.memory);
  }
  for (const { at, length } of next.modules.slice(hands.words[places.modules])) hands.teach(at, length);
  pool = hands;
  useCrew(hands);
  staleness.count++;
}

/** Resident buffers can't move to a memory that is shared. */
function refuseBuffers(): void {
  const count = shared === null ? instantiated()!.memory.buffers : 0;
  if (count === 0) return;
  throw new Misuse(
    `${count} resident buffers lie in memory that isn't shared; ask before the first allocate, or free them`,
  );
}

/** Memory that threads share, with the modules that are in use. */
function share(): Shared {
  const modules: Shared['modules'] = [];
  const compile = (bytes: Uint8Array<ArrayBuffer>): WebAssembly.Module => {
    const at = memory.alloc(bytes.length);
    new Uint8Array(memory.buffer, at, bytes.length).set(bytes);
    modules.push({ at, length: bytes.length });
    if (pool !== null) pool.teach(at, bytes.length);
    return compileSync(bytes);
  };
  const memory: Memory = new Memory(sharedMemory(), (source) => compile(bytesFrom(source)));
  const parts = compile(forSharing(bytesOf(MODULE)));
  for (const source of instantiated()!.memory.sources) memory.start(source);
  return { memory, parts, modules };
}

/** As large as it may become: some engines set that much aside at once, and refuse what is too much for them. */
function sharedMemory(): WebAssembly.Memory {
  for (let maximum = mostPages; ; maximum /= 4) {
    try {
      return new WebAssembly.Memory({ initial: PAGES, maximum, shared: true });
    } catch (error) {
      if (maximum < mostPages / 64) throw error;
    }
  }
}

/** The bytes of a module of kernels, for a memory that is shared. */
function bytesFrom(source: KernelSource): Uint8Array<ArrayBuffer> {
  const bytes = source.bytes();
  if (bytes !== null) return forSharing(bytes);
  const fix = 'give its bytes or a URL as well: init({ wasm, threads })';
  throw new Misuse(`the WebAssembly came compiled, or without them; ${fix}`);
}

/** The same module for a memory that is shared: one byte of its import says so. */
function forSharing(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  // The import is of a memory (2) that has a maximum (1), with its first pages; 65,536 of them, here in three bytes, are in nothing before it.
  const limits = [2, 1, PAGES, 128, 128, 4];
  const place = bytes.findIndex((_, i) => limits.every((byte, k) => bytes[i + k] === byte));
  bytes[place + 1] = 3;
  return bytes;
}

/** Starts workers, and waits until they're there and have seen what this thread's WebAssembly has written, and it what they have. */
async function start({ memory }: Shared, hands: Pool, count: number): Promise<void> {
  const { words } = hands;
  const { exports } = new WebAssembly.Instance(compileSync(Uint8Array.from(handshake())), { m: { m: memory.wasm } });
  const { f: greet } = exports as { f: (at: number) => void };
  const greeted = Array.from({ length: count - 1 }, (_, i) => places.hello + 1 + i);
  for (const place of greeted) greet(words.byteOffset + 4 * place);
  const workers = greeted.map(() => hands.hire());
  await haveCome(workers, words);
  if (!greeted.every((place) => words[place] === 2)) {
    throw new Error("in this engine threads don't see what another one's WebAssembly writes");
  }
}

async function haveCome(workers: readonly Worker[], words: Int32Array): Promise<void> {
  const began = performance.now();
  while (Atomics.load(words, places.ready) < workers.length) {
    const lost = workers.find((worker) => worker.isGone());
    if (lost !== undefined) throw new Error(`a worker couldn't start: ${lost.fault ?? 'it has ended'}`);
    if (performance.now() - began > startsWithin) throw new Error('workers take too long to start');
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}
