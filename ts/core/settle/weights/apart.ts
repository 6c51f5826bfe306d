/** What rows and classes have, for each of their elements, where the classes aren't the last dimension. */

import type { FloatArray } from '../../base/types.ts';
import { widen } from '../../base/widen.ts';
import type { Block, Call, ElementLayout } from '../../model/call.ts';

/** In runs of elements of one class. */
export const elementLayout: ElementLayout = {
  weights(call: Call, block: Block, into: FloatArray, at: number): void {
    const { inner, width, weights } = call;
    eachRun(call, block, (plane, within, place, count) => {
      const row = Math.floor(plane / width) * inner + within;
      widen(weights.data!, row, count, into, at + place);
    });
  },

  vector(call: Call, vector: Float64Array, block: Block, into: FloatArray, at: number): void {
    eachRun(call, block, (plane, _, place, count) => {
      into.fill(vector[plane % call.width]!, at + place, at + place + count);
    });
  },
};

/** Multiplies each element by the number of its class. */
export function multiplyApart(call: Call, vector: Float64Array, block: Block, into: FloatArray, at: number): void {
  eachRun(call, block, (plane, _, place, count) => {
    const x = vector[plane % call.width]!;
    for (let i = at + place, end = i + count; i < end; i++) into[i] = into[i]! * x;
  });
}

/** Runs of elements of one class in one image: the plane, the place within it, that within the block, and how many. */
function eachRun(
  { inner }: Call,
  { start, count }: Block,
  visit: (plane: number, within: number, place: number, count: number) => void,
): void {
  for (let i = start; i < start + count; ) {
    const plane = Math.floor(i / inner);
    const end = Math.min((plane + 1) * inner, start + count);
    visit(plane, i % inner, i - start, end - i);
    i = end;
  }
}
