/** Which backend computes: one for the whole process, chosen at first use. */

import { reading, typeError, wrong } from '../base/errors.ts';
import { readKeys } from '../base/keys.ts';
import type { ElementType, Resident } from '../base/types.ts';
import { staleness } from '../memory/resident.ts';
import type { Backend } from '../model/call.ts';
import { count } from '../read/options.ts';
import { reference } from '../reference/backend.ts';
import { loadSource, runsHere, startSource, tellFallback, type WasmSource } from '../wasm/source/source.ts';

/** Which backend computes, and why. */
export interface BackendInfo {
  readonly name: 'wasm' | 'reference';
  /** Why this one: for the reference, what kept WebAssembly from running. */
  readonly reason: string;
}

/** Options of `init`. */
export interface InitOptions {
  /** 'wasm' insists on WebAssembly, 'reference' switches to the TypeScript reference. */
  backend?: 'wasm' | 'reference' | undefined;
  /** Where the WebAssembly comes from; only in `losskit/slim`. */
  wasm?: WasmSource | undefined;
}

let active: Backend | null = null;
let reason = '';

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
  const why = error instanceof Error ? error.message : String(error);
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
 * @returns The name, and the reason: where WebAssembly can't run, what kept it from running.
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
  return { name, reason };
}

/**
 * Chooses or starts the backend. Optional, except in `losskit/slim`: losses start it by themselves. May be called any number of
 * times; a call that failed can be repeated.
 *
 * @param options - `backend: 'wasm'` rejects where WebAssembly can't run, `backend: 'reference'` switches to the reference;
 * `wasm` is for `losskit/slim`: bytes, a `WebAssembly.Module`, a `Response` (or a promise of one) or a URL, `file:` URLs included where the
 * runtime has files.
 * @returns What `backend()` returns from now on.
 * @throws {TypeError} on unknown or wrong options
 * @throws {RangeError} on an unknown backend
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
  const { backend: wanted, wasm } = checkInit(options);
  if (wanted === 'reference') {
    use(reference, 'chosen by init');
    return backend();
  }
  if (wanted === undefined && wasm === undefined && active !== null) return backend();
  try {
    const loaded = await loadSource(wasm);
    if (active !== loaded) use(loaded, wanted === undefined ? runsHere : 'chosen by init');
  } catch (error) {
    if (wanted === 'wasm' || wasm !== undefined) throw refusal(error);
    // Another call may have started one while this one waited.
    if (active === null) fallBack(error);
  }
  return backend();
}

/** The error with which `init` rejects: what kept WebAssembly from running, or what is wrong with what the caller brought. */
function refusal(cause: unknown): unknown {
  const said = cause instanceof Error ? cause.message : String(cause);
  if (said.startsWith('init: ')) return cause;
  const error = new Error(`init: ${said}`, { cause });
  // Of the same class: a TypeError where nothing could be fetched, a CompileError for bytes that are no module.
  return cause instanceof Error ? Object.setPrototypeOf(error, Object.getPrototypeOf(cause)) : error;
}

function checkInit(options: InitOptions): InitOptions {
  const given = readKeys('init', options, ['backend', 'wasm']);
  const { backend: wanted, wasm } = given;
  if (wanted !== undefined && wanted !== 'wasm' && wanted !== 'reference') {
    throw wrong('init', 'backend', "'wasm' or 'reference'", wanted, 'string');
  }
  if (wanted === 'reference' && wasm !== undefined) {
    throw typeError('init', 'wasm', "left out with backend: 'reference'", wasm);
  }
  return given;
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
