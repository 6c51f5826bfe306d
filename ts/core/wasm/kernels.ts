/** The kernels by their names. */

import type { Memory } from '../memory/memory.ts';
import { type Call, hasDenseTarget } from '../model/call.ts';
import type { Definition } from '../model/definition.ts';

/** The name of a kernel: snake case, variant, element type. */
export function kernelName(name: string, dense: boolean, single: boolean): string {
  const snake = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return `${snake}${dense ? '_dense' : ''}${single ? '_f32' : '_f64'}`;
}

/** The handle of a loss's kernel. */
export function findKernel(
  { kernels, name }: Pick<Definition, 'kernels' | 'name'>,
  dense: boolean,
  single: boolean,
  memory: Memory,
): number {
  const wanted = kernelName(name, dense, single);
  const handle = kernels === null ? 0 : memory.find(kernels, wanted);
  if (handle !== 0) return handle;
  throw new Error(`losskit: the WebAssembly has no kernel ${wanted}: use the .wasm of this release`);
}

/** The handle of the call's kernel, looked up once for each loss. */
export function kernelOf(call: Call, memory: Memory): number {
  const { loss } = call;
  const isDense = hasDenseTarget(call);
  const place = (call.single ? 0 : 1) + (isDense ? 2 : 0);
  const known = loss.kernels[place]!;
  if (known !== -1) return known;
  const found = findKernel(loss.definition, isDense, call.single, memory);
  loss.kernels[place] = found;
  return found;
}
