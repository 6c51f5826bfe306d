/** The rows of a batch as a whole. */

import { rangeError } from '../../base/errors.ts';
import type { Call } from '../../model/call.ts';
import { settleRows } from '../rows.ts';

/** Why these losses lack an option. */
export const wholeRefuses = {
  sampleWeight:
    'every embedding is compared with all others, so that none can be weighed by itself; leave rows out instead',
};

/** Settles a batch as a whole. */
export function settleBatch(call: Call, length: number): void {
  const { loss, order, reduction } = call;
  if (reduction === 'none' && order > 0) {
    throw rangeError(
      loss.name,
      'reduction',
      "'mean' or 'sum' for a gradient",
      reduction,
      'an anchor has none of its own',
    );
  }
  settleRows(call, length);
}
