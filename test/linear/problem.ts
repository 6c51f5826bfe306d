/** Random calls of losses with a linear layer before them. */
import type { FloatArray } from '../../ts/index.ts';
import { type Dtype, floats } from '../support/losses.ts';
import { random } from '../support/random.ts';

export { resident } from '../support/resident.ts';

/** A layer's arrays, and labels. */
export interface Problem {
  readonly n: number;
  readonly dim: number;
  readonly classes: number;
  readonly hidden: FloatArray;
  readonly weight: FloatArray;
  readonly bias: FloatArray;
  readonly labels: Int32Array;
  readonly dense: FloatArray;
}

/** What `valueAndGrad` gives. */
export interface Result {
  readonly value: number | FloatArray;
  readonly grad: { readonly [name: string]: FloatArray };
  readonly totalWeight: number;
}

/** Any head, untyped. */
export type Head = ((...args: unknown[]) => number | FloatArray) & { valueAndGrad(...args: unknown[]): Result };

/** A random problem of a shape. */
export function problem(dtype: Dtype, n: number, dim: number, classes: number, seed = ''): Problem {
  const r = random(`${dtype} ${n} ${dim} ${classes} ${seed}`);
  return {
    n,
    dim,
    classes,
    hidden: floats(dtype, n * dim, r.normal),
    weight: floats(dtype, classes * dim, r.normal),
    bias: floats(dtype, classes, r.normal),
    labels: Int32Array.from({ length: n }, () => r.below(classes)),
    dense: floats(dtype, n * classes, r.normal),
  };
}

/** Rows of an array. */
export const rowsOf = <A extends FloatArray | Int32Array>(x: A, width: number, rows: readonly number[]): A =>
  (x.constructor as unknown as { from(x: Iterable<number>): A }).from(
    rows.flatMap((row) => Array.from(x.subarray(row * width, (row + 1) * width))),
  );

/** What differs between two results, by the bits: the names of arrays, or the value. Quicker than `toEqual` where there is much. */
export function difference(a: Result, b: Result): string[] {
  const bytes = (x: number | FloatArray): Uint8Array => {
    const y = typeof x === 'number' ? Float64Array.of(x) : x;
    return new Uint8Array(y.buffer, y.byteOffset, y.byteLength);
  };
  const parts = ({ value, totalWeight, grad }: Result) => ({ value, totalWeight, ...grad });
  const [x, y] = [parts(a), parts(b)] as { [name: string]: number | FloatArray }[];
  const names = [...new Set([...Object.keys(x!), ...Object.keys(y!)])];
  const isSame = (name: string): boolean =>
    name in x! && name in y! && Buffer.compare(bytes(x![name]!), bytes(y![name]!)) === 0;
  return names.filter((name) => !isSame(name));
}
