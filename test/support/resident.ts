/** Resident buffers from arrays. */
import { allocate, type ElementType, type Resident } from '../../ts/index.ts';

/** The element type that an array has. */
type TypeOf<A> = A extends Float32Array ? 'float32' : A extends Int32Array ? 'int32' : 'float64';

/** A buffer of an array's numbers, of its type. */
export const resident = <A extends Float32Array | Float64Array | Int32Array>(x: A): Resident<TypeOf<A>> =>
  residentOf(x instanceof Int32Array ? 'int32' : x instanceof Float32Array ? 'float32' : 'float64', x) as never;

/** The same of another type than theirs. */
export function residentOf<T extends ElementType>(type: T, x: ArrayLike<number>): Resident<T> {
  const buffer = allocate(type, x.length);
  buffer.array.set(x as never);
  return buffer;
}
