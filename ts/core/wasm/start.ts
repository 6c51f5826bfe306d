/** Starting the WebAssembly backend, and compiling modules. */
import { Memory } from '../memory/memory.ts';
import type { KernelSource } from '../memory/modules.ts';
import type { Backend } from '../model/call.ts';
import { WasmBackend } from './backend.ts';

let backend: WasmBackend | null = null;

/** The backend, if it was started before. */
export const instantiated = (): WasmBackend | null => backend;

/** Starts the backend, once; its modules follow when they are needed, or now where there is one for all losses. */
export function start(whole: KernelSource | null = null): Backend {
  if (backend !== null) return backend;
  checkEngine();
  const memory = new Memory();
  if (whole !== null) memory.start(whole);
  backend = new WasmBackend(memory);
  return backend;
}

/** Goes on with another memory, in which all that was started is. */
export function replace(memory: Memory): void {
  backend = new WasmBackend(memory);
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
