/** The modules of kernels that were started. They share a memory and a table of functions, so that any of them runs the kernels of all. */

import type { InitOutput } from '../../generated/exports.d.ts';
import { FUNCTIONS } from '../../generated/layout.ts';

/** What every module exports: its version, a kernel's handle by the address and length of its name, and what runs a kernel. */
export type KernelExports = Pick<InitOutput, 'abi_version' | 'find' | 'run'>;

/** Where kernels come from: a module that is compiled when one of them is first needed, and its bytes, unless only the caller has those. */
export interface KernelSource {
  readonly compile: () => WebAssembly.Module;
  readonly bytes: () => Uint8Array<ArrayBuffer> | null;
}

/** How a source is compiled for a memory. */
export type Compile = (source: KernelSource) => WebAssembly.Module;

/** The version of the kernels' contract that this facade speaks. */
const abiVersion = 4;

/** The modules on one memory. */
export class Modules {
  readonly #memory: WebAssembly.Memory;
  readonly #compile: Compile;
  readonly #table = new WebAssembly.Table({ element: 'anyfunc', initial: FUNCTIONS });
  readonly #started = new Map<KernelSource, KernelExports>();
  /**
   * Runs a kernel of any module on the arguments at an address: −1, or the first sample that is out of its domain. It is the first
   * module's for all of them: engines call the one function that they know faster than one of many.
   */
  run: KernelExports['run'] | null = null;
  /** Finds kernels that every module has: the first module's, likewise. */
  find: KernelExports['find'] | null = null;

  constructor(memory: WebAssembly.Memory, compile: Compile) {
    this.#memory = memory;
    this.#compile = compile;
  }

  /** Those that were started, in order. */
  get sources(): KernelSource[] {
    return [...this.#started.keys()];
  }

  /** What a module exports, started now if this is the first time. */
  exportsOf(source: KernelSource): KernelExports {
    return this.#started.get(source) ?? this.#start(source);
  }

  #start(source: KernelSource): KernelExports {
    const module = this.#compile(source);
    if (!WebAssembly.Module.exports(module).some(({ name }) => name === 'abi_version')) {
      throw new Error('this WebAssembly is not the one of losskit');
    }
    const exports = this.instantiate(module) as unknown as KernelExports;
    const version = exports.abi_version();
    if (version !== abiVersion) {
      throw new Error(
        `the WebAssembly is of another release (${version}, not ${abiVersion}): use the .wasm of this one`,
      );
    }
    this.#started.set(source, exports);
    this.run ??= exports.run;
    this.find ??= exports.find;
    return exports;
  }

  /** The exports of a module on this memory and table. */
  instantiate(module: WebAssembly.Module): WebAssembly.Exports {
    const imports: WebAssembly.Imports = {};
    for (const { module: from, name, kind } of WebAssembly.Module.imports(module)) {
      imports[from] = { ...imports[from], [name]: kind === 'table' ? this.#table : this.#memory };
    }
    return new WebAssembly.Instance(module, imports).exports;
  }
}
