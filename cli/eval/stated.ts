/** `--batch`, `--classes` and `--dim` beside a shape that is known: they have to be what it says. */
import { InputError } from '../lib/errors.ts';
import { text } from './axis.ts';
import type { Request } from './request.ts';
import type { Source } from './source.ts';

/** Throws if an option contradicts the samples, or the classes, that were found. */
export function checkStated(
  { widths }: Request,
  { path, shape }: Source,
  [samples, what]: readonly [number, string],
  width: number,
): void {
  const found = [
    [widths.batch, samples, what],
    [widths.classes, width, 'classes'],
    [widths.dim, width, 'classes'],
  ] as const;
  for (const [stated, n, name] of found) {
    if (stated === undefined || stated === n) continue;
    throw new InputError(`${path}: it has ${n} ${name} (shape ${text(shape)}), not ${stated}`);
  }
}
