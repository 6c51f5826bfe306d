/** The kernels by their names. */

import type { Memory } from '../memory/memory.ts';
import type { KernelSource } from '../memory/modules.ts';
import { type Call, type Compiled, hasDenseTarget } from '../model/call.ts';
import type { Definition } from '../model/definition.ts';

/** The name of a kernel: snake case, variant, element type. */
export function kernelName(name: string, suffix: string, single: boolean): string {
  const snake = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return `${snake}${suffix}${single ? '_f32' : '_f64'}`;
}

/** Which of a loss's kernels serves parameters and a kind of target, and where it is. */
export function variantOf(definition: Definition, parameters: object, dense: boolean) {
  const variant = 'variant' in definition ? definition.variant?.(parameters as never) : null;
  const { suffix, kernels } = variant ?? { suffix: '', kernels: definition.kernels };
  return { suffix: dense ? `${suffix}_dense` : suffix, kernels };
}

/** The handle of a kernel by its name, from a family's module. */
export function findKernel(kernels: KernelSource | null, wanted: string, memory: Memory): number {
  const handle = kernels === null ? 0 : memory.find(kernels, wanted);
  if (handle !== 0) return handle;
  throw new Error(`losskit: there is no kernel ${wanted}: use the .wasm of this release`);
}

/** The handle of the call's kernel, looked up once for each loss. */
export function kernelOf(call: Call, memory: Memory): number {
  const { loss, single } = call;
  const { suffix, kernels } = variantOf(loss.definition, call.parameters, hasDenseTarget(call));
  return known(loss, suffix, single, () =>
    findKernel(kernels, kernelName(loss.definition.name, suffix, single), memory),
  );
}

/** The handle of a kernel that every loss of a family has, by its name. */
export const sharedKernel = ({ loss, single }: Pick<Call, 'loss' | 'single'>, name: string, memory: Memory): number =>
  known(loss, name, single, () => findKernel(loss.definition.kernels, kernelName(name, '', single), memory));

/** A handle that a loss keeps under a key, found when it is first needed. */
export function known({ kernels }: Compiled, key: string, single: boolean, find: () => number): number {
  const place = single ? 0 : 1;
  const kept = kernels[key]?.[place] ?? 0;
  if (kept !== 0) return kept;
  const found = find();
  kernels[key] ??= [0, 0];
  kernels[key][place] = found;
  return found;
}
