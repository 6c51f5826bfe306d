/** What was wrong with an image. */

import { numberAt } from '../../base/widen.ts';
import { type Call, rowOf } from '../../model/call.ts';
import type { Regionwise } from '../../model/definition.ts';
import type { Slot } from '../../model/slot.ts';
import { isIgnored, labelAt, labelError } from '../../read/labels.ts';
import { domainsOf, inDomain, outside, readAt } from '../faults/fault.ts';
import { ownWeight } from '../weights/weightOf.ts';
import { type RegionSizes, regionSizes } from './regions.ts';

/** The label of the first class: one class alone is 1 in a mask, where 0 is what is outside. */
export const firstLabel = (classes: number): number => (classes === 1 ? 1 : 0);

/** The error for the first image from the i-th on whose data is out of its domain. */
export function regionFault(call: Call, i: number): RangeError {
  const sizes = regionSizes(call);
  for (let image = i; image < sizes.images; image++) {
    const error = ownWeight(call, image) === 0 ? null : imageFault(call, sizes, image);
    if (error !== null) return error;
  }
  return new RangeError(`${call.loss.name}: the data of image ${i} is outside its domain`);
}

/** The error for an image; null if there is none. */
export function imageFault(call: Call, sizes: RegionSizes, image: number): RangeError | null {
  const { target, loss, labelled, inputs, width } = call;
  const { pixels } = sizes;
  const bad = labelled ? badLabel(call, image * pixels, pixels) : -1;
  if (bad >= 0) {
    if (width > 1) return labelError(call, bad);
    const range = '0 or 1, the one class, or ignoreIndex';
    return new RangeError(`${loss.name}: labels[${bad}] = ${target.data![bad]} is out of range: it must be ${range}`);
  }
  const [{ name, hint }] = (loss.definition as Regionwise).inputs;
  const domain = domainsOf(call)[0]!;
  const at = domain === 'unit' ? firstOutside(call, inputs[0]!, sizes, image) : -1;
  if (at >= 0) return outside(call, name, at, numberAt(inputs[0]!.data!, at), domain, hint);
  const wrong = labelled ? -1 : firstOutside(call, target, sizes, image);
  return wrong < 0 ? null : outside(call, loss.targetName, wrong, numberAt(target.data!, wrong), 'unit', '');
}

/** The place of the first label that is no class; −1 if there is none. */
function badLabel(call: Call, start: number, pixels: number): number {
  const range = call.width + firstLabel(call.width);
  for (let i = start; i < start + pixels; i++) {
    const label = labelAt(call.target.data!, i);
    if (!(label >= 0 && label < range) && !isIgnored(call, i)) return i;
  }
  return -1;
}

/** The place of the first number of an image outside [0, 1]; −1 if there is none. What counts for nothing isn't looked at. */
function firstOutside(call: Call, slot: Slot, sizes: RegionSizes, image: number): number {
  const { pixels, classes, inner } = sizes;
  const start = image * pixels * classes;
  for (let i = start; i < start + pixels * classes; i++) {
    if (inDomain('unit', readAt(call, slot, i))) continue;
    const k = Math.floor(i / inner) % classes;
    if (call.vector !== null && call.vector[k] === 0) continue;
    if (!(call.labelled && isIgnored(call, rowOf(call, i)))) return i;
  }
  return -1;
}
