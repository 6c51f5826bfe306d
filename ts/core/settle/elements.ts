/** The elements of a pointwise loss, and the rows they stand in where weights or parameters go by rows or classes. */

import { rangeError } from '../base/errors.ts';
import type { Call } from '../model/call.ts';
import { checkVector, statedWidth } from './shape.ts';

/** Settles samples, width and a stream of one number a class. */
export function settleElements(call: Call, length: number): void {
  const { definition } = call.loss;
  let width = statedWidth(call, length);
  call.n = length;
  const stream = definition.shape === 'pointwise' ? definition.stream : undefined;
  const vector = stream === undefined ? null : call.parameters[stream];
  if (vector instanceof Float64Array) {
    if (width < 0) {
      width = vector.length;
      if (width === 0 || length % width !== 0) {
        const expected = `one number per class, their number dividing the length ${length}`;
        throw rangeError(call.loss.name, stream!, expected, width);
      }
    }
    checkVector(call, stream!, vector, width);
    call.vector = vector;
  }
  call.width = Math.max(width, 0);
}
