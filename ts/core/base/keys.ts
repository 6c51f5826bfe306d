/** Options objects of the functions that aren't losses. */
import { typeError, unknownOption } from './errors.ts';

/** Throws unless `options` is an object with no other keys than the known ones. */
export function checkKeys(fn: string, options: unknown, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options) || ArrayBuffer.isView(options)) {
    throw typeError(fn, 'options', `an object with ${known.join(', ')}`, options);
  }
  for (const key in options) {
    if (!known.includes(key)) throw unknownOption(fn, key, known);
  }
}
