/** Parameters in the precision of the call: a float32 call has to find them inside their domains once they are rounded. */

import type { Call } from '../model/call.ts';

/** Checks the parameters, and rounds the vector of one number a class. Those below the normal range count as 0. */
export function settleParameters(call: Call): void {
  const { loss, parameters, single, vector } = call;
  if (parameters === loss.defaults) return;
  if (single) {
    for (const name of Object.keys(loss.parameters)) {
      loss.parameters[name]!.checkSingle?.(loss.name, name, parameters[name]);
    }
  }
  if (vector !== null) call.vector = inCallPrecision(call, vector);
}

/** Numbers of classes in the precision of the call. */
export const inCallPrecision = ({ single }: Call, vector: Float64Array): Float64Array =>
  vector.map((x) => (x < tiniest(single) ? 0 : single ? Math.fround(x) : x));

/** The smallest number of the normal range. */
export const tiniest = (single: boolean): number => (single ? 2 ** -126 : 2 ** -1022);
