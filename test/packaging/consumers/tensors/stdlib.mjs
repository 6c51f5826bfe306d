import array from '@stdlib/ndarray/array/lib/index.js';
import slice from '@stdlib/ndarray/slice/lib/index.js';
import Slice from '@stdlib/slice/ctor/lib/index.js';
import MultiSlice from '@stdlib/slice/multi/lib/index.js';
import { mse } from 'losskit';
import { f32, f64, holds, labelsHold, refuses, shapesDiffer } from './expect.mjs';

const x = array(f32(1, 2, 3, 4, 5, 6), { shape: [2, 3] });
const reversed = new Slice(null, null, -1);
holds(x, f32(1, 2, 3, 4, 5, 6));
holds(
  array([
    [1, 2],
    [3, 4],
  ]),
  f64(1, 2, 3, 4),
);
holds(array([[1, 2]], { dtype: 'generic' }), f64(1, 2));
holds(array(f32(1, 4, 2, 5, 3, 6), { shape: [2, 3], order: 'column-major' }), f32(1, 2, 3, 4, 5, 6));
holds(slice(x, new MultiSlice(reversed, reversed)), f32(6, 5, 4, 3, 2, 1));
holds(slice(x, new MultiSlice(1, new Slice(null, null, 2))), f32(4, 6));
holds(slice(x, new MultiSlice(null, 1)), f32(2, 5));
holds(array(f32(7), { ndmin: 2 }), f32(7));

const logits = array(f32(1, 2, 3, 4, 0, 6), { shape: [3, 2] });
labelsHold(logits, array(Int32Array.of(1, 0, 1)));
labelsHold(logits, array(Uint8Array.of(1, 0, 1)));
labelsHold(logits, slice(array(Int32Array.of(1, 9, 0, 9, 1)), new Slice(null, null, 2)));

shapesDiffer(x, array(f32(1, 2, 3, 4, 5, 6), { shape: [3, 2] }));
refuses(
  () => mse(array([true], { dtype: 'bool', casting: 'unsafe' }), [1]),
  TypeError,
  /pred\.data must be a typed array .* got BooleanArray/,
);
