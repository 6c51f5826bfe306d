/** The kernels by their names. */

import type { KernelExports } from '../memory/memory.ts';
import { type Call, hasDenseTarget } from '../model/call.ts';

/** The name of a kernel: snake case, variant, element type. */
export function kernelName(name: string, dense: boolean, single: boolean): string {
  const snake = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return `${snake}${dense ? '_dense' : ''}${single ? '_f32' : '_f64'}`;
}

/** The handle of a kernel: its address, and in the highest byte the number of its arguments. */
export function findKernel(exports: KernelExports, name: string): number {
  const at = exports.alloc(name.length);
  new Uint8Array(exports.memory.buffer, at, name.length).set(Array.from(name, (letter) => letter.charCodeAt(0)));
  const handle = exports.find_kernel(at, name.length);
  exports.free(at, name.length);
  if (handle !== 0) return handle;
  throw new Error(`losskit: the WebAssembly has no kernel ${name}: use the .wasm of this release`);
}

/** The handle of the call's kernel, looked up once for each loss. */
export function kernelOf(call: Call, exports: KernelExports): number {
  const { loss } = call;
  const isDense = hasDenseTarget(call);
  const place = (call.single ? 0 : 1) + (isDense ? 2 : 0);
  const known = loss.kernels[place]!;
  if (known !== -1) return known;
  const found = findKernel(exports, kernelName(loss.definition.name, isDense, call.single));
  loss.kernels[place] = found;
  return found;
}
