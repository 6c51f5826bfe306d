/** Options that are kept from call to call. */

import { recordOf } from '../base/keys.ts';
import { ResidentBuffer } from '../memory/resident.ts';
import { viewOf } from '../read/inputs.ts';

/** A record of options. */
export type Kept = { [name: string]: unknown };

/** A copy of options that is nobody else's: what is done to their arrays afterwards, or to resident buffers, doesn't count. */
export function keep(fn: string, given: object): Kept {
  const kept = recordOf(given) as Kept;
  for (const name of Object.keys(kept)) kept[name] = copyOf(fn, name, kept[name]);
  return kept;
}

function copyOf(fn: string, name: string, x: unknown): unknown {
  if (x instanceof ResidentBuffer) return Array.from(viewOf(fn, name, x));
  return Array.isArray(x) || ArrayBuffer.isView(x) ? Array.from(x as unknown as ArrayLike<unknown>) : x;
}

/** The same with copies of its arrays, to give away. */
export const copied = (kept: object): Kept =>
  Object.fromEntries(Object.entries(kept).map(([name, x]) => [name, Array.isArray(x) ? [...x] : x]));
