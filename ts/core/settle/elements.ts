/** The elements of a pointwise loss, and the rows they stand in where weights or parameters go by rows or classes. */

import type { Call } from '../model/call.ts';
import { classWidth, statedWidth } from './shape.ts';

/** Settles samples, width and a stream of one number a class. */
export function settleElements(call: Call, length: number): void {
  const { definition } = call.loss;
  let width = statedWidth(call, length);
  call.n = length;
  const stream = definition.shape === 'pointwise' ? definition.stream : undefined;
  const vector = stream === undefined ? null : call.parameters[stream];
  if (vector instanceof Float64Array) {
    width = classWidth(call, stream!, vector, width, length);
    call.vector = vector;
  }
  call.width = Math.max(width, 0);
}
