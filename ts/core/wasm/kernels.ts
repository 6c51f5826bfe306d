/** The kernels by their exports. */

import type { KernelExports } from '../memory/memory.ts';
import { type Call, hasDenseTarget } from '../model/call.ts';

/** The name of a kernel's export: snake case, variant, element type. */
export function kernelName(name: string, dense: boolean, single: boolean): string {
  const snake = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return `${snake}${dense ? '_dense' : ''}${single ? '_f32' : '_f64'}`;
}

/** What the module exports by a name: a function of numbers. */
export function exportNamed(exports: KernelExports, name: string): (...args: number[]) => number {
  const found = exports[name];
  if (typeof found === 'function') return found as (...args: number[]) => number;
  throw new Error(`losskit: the WebAssembly has no kernel ${name}: use the .wasm of this release`);
}

/** The handle of the call's kernel, looked up once for each loss. */
export function kernelOf(call: Call, exports: KernelExports): number {
  const { loss } = call;
  const isDense = hasDenseTarget(call);
  const place = (call.single ? 0 : 1) + (isDense ? 2 : 0);
  const known = loss.kernels[place]!;
  if (known !== -1) return known;
  const found = exportNamed(exports, kernelName(loss.definition.name, isDense, call.single))();
  loss.kernels[place] = found;
  return found;
}
