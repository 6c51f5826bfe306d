/** What every reader gives, and the careful reading of foreign objects. */
import { rangeError, typeError } from '../base/errors.ts';
import type { Numbers } from '../base/typed.ts';

/** Numbers as they came, and their shape: null for flat arrays, whose row width comes from the options. */
export interface Read {
  readonly data: Numbers;
  readonly shape: readonly number[] | null;
}

/** True for what may be a shape. */
export const isShape = (x: unknown): x is ArrayLike<unknown> => Array.isArray(x) || ArrayBuffer.isView(x);

/** The shape as a plain array of whole numbers. */
export function checkShape(fn: string, arg: string, x: unknown): readonly number[] {
  const shape = isShape(x) ? Array.from(x as ArrayLike<number>) : null;
  if (shape === null) throw typeError(fn, `${arg}.shape`, 'an array of whole numbers', x);
  const bad = shape.find((n) => !(Number.isInteger(n) && n >= 0));
  if (bad !== undefined) throw rangeError(fn, `${arg}.shape`, 'whole numbers', bad);
  return shape;
}

/** Reads a foreign property; what that throws (disposed, freed, on the GPU) becomes our TypeError. */
export function attempt<T>(fn: string, arg: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    const said = cause instanceof Error ? cause.message : String(cause);
    throw new TypeError(`${fn}: ${arg} could not be read: ${said}`, { cause });
  }
}

/** Throws unless there is one element for each place of the shape. */
export function checkSize(fn: string, arg: string, data: Numbers, shape: readonly number[]): void {
  const size = sizeOf(shape);
  if (data.length !== size) throw rangeError(fn, arg, `${size} elements, of shape [${shape.join(', ')}]`, data);
}

/** The number of elements of a shape. */
export const sizeOf = (shape: readonly number[]): number => shape.reduce((product, n) => product * n, 1);
