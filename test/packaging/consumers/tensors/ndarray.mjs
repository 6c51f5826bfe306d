import { mse } from 'losskit';
import ndarray from 'ndarray';
import { f32, f64, holds, labelsHold, refuses, shapesDiffer } from './expect.mjs';

const x = ndarray(f32(1, 2, 3, 4, 5, 6), [2, 3]);
holds(x, f32(1, 2, 3, 4, 5, 6));
holds(x.transpose(1, 0), f32(1, 4, 2, 5, 3, 6));
holds(x.step(-1, -1), f32(6, 5, 4, 3, 2, 1));
holds(x.step(1, -2), f32(3, 1, 6, 4));
holds(x.lo(1, 1), f32(5, 6));
holds(x.hi(2, 2).lo(0, 1), f32(2, 5));
holds(x.pick(1, null), f32(4, 5, 6));
holds(x.pick(null, 2), f32(3, 6));
holds(x.pick(1, 2), f32(6));
holds(ndarray(f32(1, 2), [2, 3], [1, 0]), f32(1, 1, 1, 2, 2, 2));
holds(ndarray([1, 2]), f64(1, 2));
holds(ndarray(f64(1, 2, 3), [2], [1], 1), f64(2, 3));
holds(ndarray(f32(), [0, 3]), f32());
const cube = ndarray(
  Float32Array.from({ length: 24 }, (_, i) => i),
  [2, 3, 4],
);
const turned = cube.transpose(2, 0, 1).step(-1, 1, -2);
const expected = [];
for (let i = 0; i < 4; i++) for (let j = 0; j < 2; j++) for (let k = 0; k < 2; k++) expected.push(turned.get(i, j, k));
holds(turned, f32(...expected));

const logits = ndarray(f32(1, 3, 0, 2, 4, 6), [2, 3]).transpose(1, 0);
labelsHold(logits, ndarray(Uint8Array.of(1, 0, 1)));
labelsHold(logits, ndarray(Int32Array.of(1, 9, 0, 9, 1, 9)).step(2));
labelsHold(logits, ndarray(BigInt64Array.of(1n, 0n, 1n)).step(-1));

shapesDiffer(x, x.transpose(1, 0));
refuses(() => mse(ndarray(f32(1), [2]), [1, 2]), RangeError, /a view inside its 1 elements, got elements 0 to 1/);
const store = { get: (i) => i, set() {}, length: 2 };
refuses(() => mse(ndarray(store, [2]), [1, 2]), TypeError, /pred\.data must be a typed array or an array of numbers/);
