/** The classes of a batch, numbered in the order in which they come. */

import type { Call } from '../../model/call.ts';
import { asLabels } from '../../read/tensor.ts';
import { settleBatch } from './batch.ts';

/** Settles the rows, and that the last argument is labels. */
export function settleGroups(call: Call, length: number): void {
  const { loss, target } = call;
  settleBatch(call, length);
  call.labelled = true;
  const { data, shape } = target;
  if (!target.plain) target.data = asLabels(loss.name, loss.targetName, { data: data!, shape }).data as typeof data;
}

/** Numbers the classes; the total is the number of embeddings that have another of their class. */
export function groupTotal(call: Call): number {
  const { length } = call.target;
  const labels = call.target.data!;
  const numbers = new Map<number | bigint, number>();
  const sizes: number[] = [];
  const groups = new Int32Array(length);
  for (let i = 0; i < length; i++) {
    const label = labels[i]!;
    let group = numbers.get(label);
    if (group === undefined) {
      if (!(label >= 0 && (typeof label === 'bigint' || Number.isInteger(label)))) throw labelError(call, i);
      group = numbers.size;
      numbers.set(label, group);
      sizes.push(0);
    }
    sizes[group]!++;
    groups[i] = group;
  }
  call.groups = groups;
  return sizes.reduce((total, size) => total + (size > 1 ? size : 0), 0);
}

const labelError = ({ loss, target }: Call, i: number): RangeError =>
  new RangeError(`${loss.name}: labels[${i}] = ${target.data![i]} is out of range: labels are whole numbers >= 0`);
