import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, test } from '@jest/globals';
import { allocate, backend, crossEntropy, mse } from 'losskit';
import { init } from 'losskit/slim';

test('computes, with the arrays of the realm that tests run in', () => {
  const { value, grad } = mse.valueAndGrad(new Float32Array([1, 2, 3]), new Float32Array([1, 2, 6]));
  expect(value).toBe(3);
  expect(grad).toBeInstanceOf(Float32Array);
  expect(grad).toEqual(new Float32Array([0, 0, -2]));
  expect(crossEntropy([[0, 0]], Int32Array.of(1))).toBeCloseTo(Math.LN2);
  expect(allocate('float32', 2).array).toBeInstanceOf(Float32Array);
  expect(backend().name).toBe('wasm');
});

test('throws errors of that realm', () => {
  expect(() => mse([1], [1, 2])).toThrow(RangeError);
  expect(() => mse('1', [1])).toThrow(TypeError);
});

test("takes Node's bytes", async () => {
  const file = createRequire(import.meta.url).resolve('losskit/losskit.wasm');
  expect((await init({ wasm: readFileSync(file), backend: 'wasm' })).name).toBe('wasm');
});
