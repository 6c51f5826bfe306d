/** The floor of second derivatives, which Newton steps divide by. */

import { notInFloat32 } from '../../base/errors.ts';
import type { FloatArray } from '../../base/types.ts';
import { type Call, inPrecision, rowStart } from '../../model/call.ts';
import { weightOf } from './weightOf.ts';

/** Throws for a floor that float32 can't hold. */
export function checkFloor({ loss, single, hessianFloor }: Call): void {
  if (!single || hessianFloor === -Infinity || Math.fround(hessianFloor) !== Infinity) return;
  throw notInFloat32(loss.name, 'hessianFloor', 'finite and >= 0', hessianFloor);
}

/**
 * Makes each second derivative h of a sample max(h, floor), before its weight and the scale. They have been multiplied by both already, and
 * so is the floor here: by the weight that the mean counts the sample with. NaN stays.
 */
export function raiseHess(call: Call): void {
  const { hessianFloor, order, n, scale } = call;
  if (order < 2 || hessianFloor === -Infinity || n === 0) return;
  const floor = hessianFloor * scale;
  const isUniform = call.weights.data === null && call.factorAt === null;
  for (const { result, length } of call.hess) {
    if (isUniform) {
      raise(result, 0, length, 1, inPrecision(call, floor));
      continue;
    }
    const span = length / n;
    // Elements by themselves, or rows, of which an ELBO has two widths.
    const isApart = call.inner > 1 && span > 1;
    for (let i = 0; i < n; i++) {
      const start = isApart ? rowStart(call, i) : i * span;
      raise(result, start, span, isApart ? call.inner : 1, inPrecision(call, weightOf(call, i) * floor));
    }
  }
}

/** max(x, floor) of so many elements, a step apart. */
function raise(x: FloatArray, start: number, count: number, step: number, floor: number): void {
  const end = start + count * step;
  for (let i = start; i < end; i += step) if (x[i]! < floor) x[i] = floor;
}
