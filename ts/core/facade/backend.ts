/** Which backend computes: one for the whole process, chosen at first use. */

import { messageOf, reading, typeError, wrong } from '../base/errors.ts';
import { readKeys } from '../base/keys.ts';
import type { ElementType, Resident } from '../base/types.ts';
import { staleness } from '../memory/resident.ts';
import type { Backend } from '../model/call.ts';
import { count } from '../read/options.ts';
import { reference } from '../reference/backend.ts';
import {
  loadSource,
  runsHere,
  startSource,
  tellFallback,
  threadsNow,
  useThreads,
  type WasmSource,
} from '../wasm/source/source.ts';

/** Which backend computes, and why. */
export interface BackendInfo {
  readonly name: 'wasm' | 'reference';
  /** How many threads large calls use, the calling one included: 1 unless `init` was asked for more. */
  readonly threads: number;
  /** Why this one: for the reference, what kept WebAssembly from running; and what kept `threads: 'auto'` from having more than one. */
  readonly reason: string;
}

/** Options of `init`. */
export interface InitOptions {
  /** 'wasm' insists on WebAssembly, 'reference' switches to the TypeScript reference. */
  backend?: 'wasm' | 'reference' | undefined;
  /** Where the WebAssembly comes from; only in `losskit/slim`. */
  wasm?: WasmSource | undefined;
  /**
   * How many threads large calls use, the calling one included; 'auto' for as many as the machine has cores, 8 at most. Default: as before,
   * and 1 at first.
   */
  threads?: number | 'auto' | undefined;
}

/** More than any machine that is known gains from. */
const mostThreads = 64;

let active: Backend | null = null;
let reason = '';
/** Why there is one thread, where more were asked for. */
let alone = '';
/** Calls that ask for threads are done one after another, in the order in which they came: the last one's wish is what holds. */
let turn: Promise<unknown> = Promise.resolve();

/** The backend, started now if this is the first use. */
export function current(): Backend {
  return active ?? start();
}

function start(): Backend {
  try {
    return use(startSource(), runsHere);
  } catch (error) {
    return fallBack(error);
  }
}

/** The reference, which nobody asked for. */
function fallBack(error: unknown): Backend {
  const why = messageOf(error);
  tellFallback(why);
  return use(reference, why);
}

function use(backend: Backend, why: string): Backend {
  active = backend;
  staleness.count++;
  reason = why;
  return backend;
}

/**
 * Tells which backend computes, and starts it if nothing did before.
 *
 * @returns The name, the number of threads, and the reason: where WebAssembly can't run, what kept it from running; where
 * `init({ threads: 'auto' })` found no more than one thread, why.
 *
 * @example
 * ```ts
 * import { backend } from 'losskit';
 *
 * const { name } = backend(); // 'wasm', or 'reference' where WebAssembly can't run
 * console.log(['wasm', 'reference'].includes(name)); // → true
 * ```
 */
export function backend(): BackendInfo {
  const { name } = current();
  const threads = name === 'wasm' ? threadsNow() : 1;
  return { name, threads, reason: threads === 1 && alone !== '' ? `${reason}; one thread: ${alone}` : reason };
}

/**
 * Chooses or starts the backend, and how many threads large calls use. Optional, except in `losskit/slim`: losses start it by themselves.
 * May be called any number of times; a call that failed can be repeated.
 *
 * Threads: calls stay synchronous and have the same bits for any number of threads. Those of elements or rows are
 * shared from 32,768 numbers on, those of lists and of images from 16,384, of sequences from 8,192, and losses of a batch as a whole from 2²⁰
 * products of numbers on (n·m·width). Of a linear layer it's each product of matrices, where a chunk of rows (512 at most) has more than 2²⁰
 * products of numbers: by classes, 64 or more to each part, and hidden's gradient by columns, so that layers of few classes gain little. All
 * others run on the calling thread, as do regions of one image or with `overBatch`, and calls whose gradient takes the place of its input,
 * except those of a batch. Workers are started here, keep no process alive, and are ended by
 * `threads: 1`. The memory that they share is another one than before, so that this comes before the first resident buffer, whose
 * `array` then lies on a SharedArrayBuffer. A worker that ends by itself is missed until `init({ threads })` is called again.
 *
 * @param options - `backend: 'wasm'` rejects where WebAssembly can't run, `backend: 'reference'` switches to the reference;
 * `wasm` is for `losskit/slim`: bytes, a `WebAssembly.Module`, a `Response` (or a promise of one) or a URL, `file:` URLs included where the
 * runtime has files. `threads: n` rejects where there can't be so many, with the reason and what to do (a page needs the headers
 * `Cross-Origin-Opener-Policy: same-origin` and `Cross-Origin-Embedder-Policy: require-corp`, a policy `worker-src blob:`); `'auto'` takes
 * as many as the machine has cores, 8 at most, or 1. With `losskit/slim`, threads need the bytes of the WebAssembly: give `wasm` and
 * `threads` in one call.
 * @returns What `backend()` returns from now on.
 * @throws {TypeError} on unknown or wrong options
 * @throws {RangeError} on an unknown backend, or a number of threads out of 1 to 64
 * @throws {Error} where threads can't be, or there are resident buffers already in memory that isn't shared
 *
 * @example
 * ```ts
 * import { init } from 'losskit';
 *
 * const { name, reason } = await init({ backend: 'reference' });
 * console.log(name, '-', reason); // → reference - chosen by init
 * await init({ backend: 'wasm' });
 * ```
 */
export async function init(options: InitOptions = {}): Promise<BackendInfo> {
  const given = checkInit(options);
  if (given.threads === undefined) return begin(given);
  const done = turn.then(() => begin(given));
  turn = done.catch(() => {});
  return done;
}

async function begin({ backend: wanted, wasm, threads }: InitOptions): Promise<BackendInfo> {
  if (wanted === 'reference') {
    use(reference, 'chosen by init');
    return backend();
  }
  if (wanted !== undefined || wasm !== undefined || active === null) await load(wanted, wasm, threads !== undefined);
  if (threads !== undefined) await share(threads);
  return backend();
}

/** Starts a backend: WebAssembly, if it runs. */
async function load(wanted: 'wasm' | undefined, wasm: WasmSource | undefined, forThreads: boolean): Promise<void> {
  try {
    const loaded = await loadSource(wasm, forThreads);
    if (active !== loaded) use(loaded, wanted === undefined ? runsHere : 'chosen by init');
  } catch (error) {
    if (wanted === 'wasm' || wasm !== undefined) throw refusal(error);
    // Another call may have started one while this one waited.
    if (active === null) fallBack(error);
  }
}

/** Lets large calls use so many threads, or as many as there can be. */
async function share(threads: number | 'auto'): Promise<void> {
  if (active === reference) {
    if (threads === 'auto' || threads === 1) return;
    throw new Error(
      `init: threads: the TypeScript reference has one (${reason}); init({ backend: 'wasm', threads }) has more`,
    );
  }
  try {
    alone = await useThreads(threads);
  } catch (error) {
    throw refusal(error);
  }
  // The memory that threads share is another one.
  const now = startSource();
  if (active !== now && active !== reference) use(now, reason);
}

/** The error with which `init` rejects: what kept WebAssembly from running, or what is wrong with what the caller brought. */
function refusal(cause: unknown): unknown {
  const said = messageOf(cause);
  if (said.startsWith('init: ')) return cause;
  const error = new Error(`init: ${said}`, { cause });
  // Of the same class: a TypeError where nothing could be fetched, a CompileError for bytes that are no module.
  return cause instanceof Error ? Object.setPrototypeOf(error, Object.getPrototypeOf(cause)) : error;
}

function checkInit(options: InitOptions): InitOptions {
  const given = readKeys('init', options, ['backend', 'wasm', 'threads']);
  const { backend: wanted, wasm, threads } = given;
  if (wanted !== undefined && wanted !== 'wasm' && wanted !== 'reference') {
    throw wrong('init', 'backend', "'wasm' or 'reference'", wanted, 'string');
  }
  if (wanted === 'reference' && wasm !== undefined) {
    throw typeError('init', 'wasm', "left out with backend: 'reference'", wasm);
  }
  if (threads !== undefined && threads !== 'auto') checkThreads(threads, wanted);
  return given;
}

function checkThreads(threads: unknown, wanted: string | undefined): void {
  if (!(Number.isInteger(threads) && (threads as number) >= 1 && (threads as number) <= mostThreads)) {
    throw wrong('init', 'threads', `'auto' or a whole number from 1 to ${mostThreads}`, threads, 'number');
  }
  if (wanted === 'reference' && threads !== 1) {
    throw typeError('init', 'threads', "1 or left out with backend: 'reference'", threads);
  }
}

/**
 * Makes a resident buffer: memory that the kernels read and write in place, so that losses copy nothing. It works as input, as labels
 * ('int32'), as `out` and as `sampleWeight`, and is freed by hand.
 *
 * @param type - Element type: 'float32', 'float64' or 'int32'.
 * @param n - Number of elements, all 0 at first.
 * @returns The buffer; its `array` is the view to fill and to read.
 * @throws {TypeError} on a wrong kind of argument
 * @throws {RangeError} on an unknown type, a length below 0, or when memory is short
 *
 * @example
 * ```ts
 * import { allocate, mse } from 'losskit';
 *
 * const pred = allocate('float32', 3);
 * pred.array.set([1, 2, 3]);
 * console.log(mse(pred, [1, 2, 5])); // → 1.3333333333333333
 * pred.free();
 * ```
 */
export function allocate<T extends ElementType>(type: T, n: number): Resident<T> {
  if (type !== 'float32' && type !== 'float64' && type !== 'int32') {
    throw wrong('allocate', 'type', "'float32', 'float64' or 'int32'", type, 'string');
  }
  const length = count('allocate', 'n', n, 0);
  return reading('allocate', () => current().allocate(type, length));
}
