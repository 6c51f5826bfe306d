/** WebAssembly's memory where addresses don't fit 31 bits. By itself, for a memory that nobody has touched: then gigabytes of it cost nothing. */
import { expect, it } from 'vitest';
import * as L from '../../ts/index.ts';
import { resident } from '../support/resident.ts';

const noise = (n: number, seed = 1): Float32Array<ArrayBuffer> =>
  Float32Array.from({ length: n }, (_, i) => Math.sin(i * 12.9898 + seed) * 3);

it('uses addresses beyond 2 GiB, up to the last', () => {
  const low = L.allocate('float32', 2 ** 29);
  const [a, b] = [noise(100_000), noise(100_000, 2)];
  const [x, y, g] = [resident(a), resident(b), L.allocate('float32', a.length)];
  expect(x.array.byteOffset).toBeGreaterThanOrEqual(2 ** 31);
  const expected = L.huber.valueAndGrad(a, b);
  expect(L.huber.valueAndGrad(x, y, { out: g })).toEqual(expected);
  const rows = L.crossEntropy.valueAndGrad(noise(131_072), Int32Array.of(5));
  expect(rows.value).toBeCloseTo(Math.log(131_072) + 2, -1);
  // What is left, to its end.
  const rest: L.Resident<'float32'>[] = [];
  for (let n = 2 ** 28; n >= 2 ** 15; ) {
    try {
      rest.push(L.allocate('float32', n));
    } catch {
      n /= 2;
    }
  }
  const ends = (buffer: L.Resident<'float32'>) => buffer.array.byteOffset + buffer.array.byteLength;
  const last = rest.reduce((best, buffer) => (ends(buffer) > ends(best) ? buffer : best));
  expect(ends(last)).toBeGreaterThan(2 ** 32 - 2 ** 18);
  const tail = last.array.subarray(last.length - 10_000);
  tail.set(a.subarray(0, 10_000));
  const plain = L.huber.valueAndGrad(a.slice(0, 10_000), b.slice(0, 10_000));
  expect(L.huber.valueAndGrad(tail, b.slice(0, 10_000), { out: tail })).toEqual({ ...plain, grad: tail });
  expect(tail).toEqual(plain.grad);
  for (const buffer of [low, x, y, g, ...rest]) buffer.free();
  expect(L.huber.valueAndGrad(a, b)).toEqual(expected);
});
