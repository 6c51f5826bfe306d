/** The kernels by their exports. */
import type { Kernel } from './compiled.ts';
import type { KernelExports } from './memory.ts';

/** The name of a kernel's export: snake case, variant, element type. */
export function kernelName(name: string, dense: boolean, single: boolean): string {
  const snake = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return `${snake}${dense ? '_dense' : ''}${single ? '_f32' : '_f64'}`;
}

/** A kernel by its export. */
export function kernelNamed(exports: KernelExports, name: string): Kernel {
  const kernel = exports[name];
  if (typeof kernel === 'function') return kernel as Kernel;
  throw new Error(`losskit: the WebAssembly has no kernel ${name}: use the .wasm of this release`);
}
