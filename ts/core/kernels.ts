/** The kernels by their exports. */
import type { Call } from './call.ts';
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

/** True if the target has a number for each class, where it might have been labels. */
export function hasDenseTarget({ loss, labelled, target }: Call): boolean {
  const { definition } = loss;
  return !labelled && target.data !== null && definition.shape === 'rowwise' && definition.target === 'classes';
}

/** The call's kernel, looked up once for each loss. */
export function kernelOf(call: Call, exports: KernelExports): Kernel {
  const { loss } = call;
  const isDense = hasDenseTarget(call);
  const place = (call.single ? 0 : 1) + (isDense ? 2 : 0);
  const known = loss.kernels[place];
  if (known !== undefined) return known;
  const found = kernelNamed(exports, kernelName(loss.definition.name, isDense, call.single));
  loss.kernels[place] = found;
  return found;
}
