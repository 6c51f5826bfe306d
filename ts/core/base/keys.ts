/** Records that have nothing but what was said, and the options of functions that aren't losses. */
import { reading, typeError, unknownOption } from './errors.ts';
import { isObject, Properties } from './properties.ts';

/** A copy of a record that has nothing else: not even what somebody gave to all objects. Engines read it as fast as others. */
export const bare = <T extends object>(record: T): T => Object.setPrototypeOf({ ...record }, null);

/** What a record says, each property read once, as an object that has nothing else: not even what all objects have. */
export function recordOf<T extends object>(given: T): T {
  const { names, values } = Properties.of(given);
  const record: { [name: string]: unknown } = Object.create(null);
  for (let i = 0; i < names.length; i++) record[names[i]!] = values[i];
  return record as T;
}

/** Reads options; throws unless they are an object with no other keys than the known ones. */
export function readKeys<T extends object>(fn: string, options: T, known: readonly string[], arg = 'options'): T {
  const record = reading(fn, () => {
    if (!isObject(options)) throw typeError(fn, arg, `an object with ${known.join(', ')}`, options);
    return recordOf(options);
  });
  for (const key of Object.keys(record)) if (!known.includes(key)) throw unknownOption(fn, key, known);
  return record;
}
