/** Compiling and starting the WebAssembly module. */
import { initSync } from '../../generated/glue.js';
import { type KernelExports, Memory } from '../memory/memory.ts';
import type { Backend } from '../model/call.ts';
import { WasmBackend } from './backend.ts';
import type { WasmSource } from './sourceOption.ts';

/** The version of the kernels' contract that this facade speaks. */
const abiVersion = 3;

let backend: WasmBackend | null = null;

/** The backend, if it was started before. */
export const instantiated = (): Backend | null => backend;

/** Starts the module, once. */
export function instantiate(compile: () => WebAssembly.Module): Backend {
  if (backend !== null) return backend;
  const module = compile();
  // Before the glue, which keeps whatever it started for good.
  if (!WebAssembly.Module.exports(module).some(({ name }) => name === 'abi_version')) {
    throw new Error('this WebAssembly is not the one of losskit');
  }
  const exports = initSync({ module: ours(module) }) as unknown as KernelExports;
  const version = exports.abi_version();
  if (version !== abiVersion) {
    throw new Error(`the WebAssembly is of another release (${version}, not ${abiVersion}): use the .wasm of this one`);
  }
  backend = new WasmBackend(exports, new Memory(exports));
  return backend;
}

/** The kind of an object of any realm: Next's edge functions and test runners hand over another one's, which no `instanceof` knows. */
const tagOf = (x: unknown): string => Object.prototype.toString.call(x).slice(8, -1);

/** A compiled module as one of this realm, which is all that the glue takes for compiled. */
function ours(module: WebAssembly.Module): WebAssembly.Module {
  if (!(module instanceof WebAssembly.Module)) Object.setPrototypeOf(module, WebAssembly.Module.prototype);
  return module;
}

function checkEngine(): void {
  if (typeof WebAssembly !== 'object' || WebAssembly === null) throw new Error('this engine has no WebAssembly');
}

/** Compiles bytes on the spot. */
export function compileSync(bytes: Uint8Array<ArrayBuffer>): WebAssembly.Module {
  checkEngine();
  return new WebAssembly.Module(bytes);
}

/** Compiles bytes without blocking. */
export async function compileAsync(bytes: Uint8Array<ArrayBuffer> | ArrayBuffer): Promise<WebAssembly.Module> {
  checkEngine();
  return WebAssembly.compile(bytes);
}

/** Compiles whatever the caller brought. */
export async function compileSource(source: WasmSource): Promise<WebAssembly.Module> {
  checkEngine();
  const given: unknown = await source;
  const tag = tagOf(given);
  if (tag === 'WebAssembly.Module') return given as WebAssembly.Module;
  if (tag === 'ArrayBuffer') return compileAsync(given as ArrayBuffer);
  // A copy: the bytes may be in shared memory, which isn't compiled.
  if (ArrayBuffer.isView(given)) {
    return compileAsync(new Uint8Array(given.buffer, given.byteOffset, given.byteLength).slice());
  }
  if (tag === 'String' || tag === 'URL') return compileResponse(await fetch(given as string | URL));
  if (isResponse(given)) return compileResponse(given);
  const expected = 'bytes, a WebAssembly.Module, a Response or a URL';
  throw new TypeError(`init: wasm must be ${expected}, got ${given === null ? 'null' : typeof given}`);
}

interface ResponseLike {
  readonly ok?: boolean;
  readonly status?: number;
  readonly url?: string;
  arrayBuffer(): Promise<ArrayBuffer>;
}

const isResponse = (x: unknown): x is ResponseLike =>
  typeof x === 'object' && x !== null && typeof (x as Partial<ResponseLike>).arrayBuffer === 'function';

async function compileResponse(response: ResponseLike): Promise<WebAssembly.Module> {
  if (response.ok === false)
    throw new Error(`init: fetching ${response.url ?? 'the WebAssembly'} failed with status ${response.status}`);
  // Not compileStreaming: it insists on a MIME type that servers often get wrong.
  return compileAsync(await response.arrayBuffer());
}
