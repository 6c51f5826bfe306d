/** Options that are kept from call to call. */

import { reading } from '../base/errors.ts';
import { recordOf } from '../base/keys.ts';
import { readVector } from '../read/vector.ts';

/** A record of options. */
export type Kept = { [name: string]: unknown };

/** A copy of options that is nobody else's: what is done to their arrays and tensors afterwards doesn't count. */
export function keep(fn: string, given: object): Kept {
  return reading(fn, () => {
    const kept = recordOf(given) as Kept;
    for (const name of Object.keys(kept)) kept[name] = copyOf(fn, name, kept[name]);
    return kept;
  });
}

function copyOf(fn: string, name: string, x: unknown): unknown {
  return typeof x === 'object' && x !== null ? readVector(fn, name, x) : x;
}
