import { createContext, runInContext } from 'node:vm';
import { crossEntropy, mse, triplet } from 'losskit';
import { equal, f32, f64, holds, labelsHold, refuses, shapesDiffer } from './expect.mjs';

holds(
  [
    [1, 2],
    [3, 4],
  ],
  f64(1, 2, 3, 4),
);
holds(
  [
    [[1], [2]],
    [[3], [4]],
  ],
  f64(1, 2, 3, 4),
);
holds([f32(1, 2), f32(3, 4)], f32(1, 2, 3, 4));
holds(JSON.parse('[[1, 2], [3, 4]]'), f64(1, 2, 3, 4));
holds(runInContext('[[1, 2], [3, 4]]', createContext()), f64(1, 2, 3, 4));
labelsHold([f32(1, 2), f32(3, 4), f32(0, 6)], [1, 0, 1]);
labelsHold(
  [f32(1, 2), f32(3, 4), f32(0, 6)],
  [
    [0, 1],
    [1, 0],
    [0, 1],
  ],
);
equal(triplet([[1, 2]], [[1, 2]], [[1, 2]]), 1);

const zeros = [
  [0, 0],
  [0, 0],
];
refuses(() => mse([[1, 2], [3]], zeros), RangeError, /^mse: pred\[1\] must be a row of length 2, got Array\(1\)/);
refuses(
  () =>
    mse(zeros, [
      [1, 2],
      [3, 4, 5],
    ]),
  RangeError,
  /^mse: target\[1\] must be a row of length 2, got Array\(3\)/,
);
refuses(
  () =>
    mse(
      [
        [[1], [2]],
        [[3], [4, 5]],
      ],
      zeros,
    ),
  RangeError,
  /pred\[1\]\[1\] must be a row of length 1/,
);
refuses(() => mse([[1, 2], 3], zeros), RangeError, /pred\[1\] must be a row of length 2, got 3/);
refuses(() => mse([1, [2]], zeros), RangeError, /pred\[1\] must be a number/);
refuses(
  () =>
    mse(
      [
        [1, 2],
        [3, null],
      ],
      zeros,
    ),
  TypeError,
  /pred\[1\]\[1\] must be a number, got null/,
);
refuses(
  () =>
    mse(
      [
        [1, 2],
        [3, '4'],
      ],
      zeros,
    ),
  TypeError,
  /pred\[1\]\[1\] must be a number, got "4"/,
);
refuses(
  () =>
    crossEntropy(
      [
        [1, 2],
        [3, 4],
      ],
      [0, 2],
    ),
  RangeError,
  /labels\[1\] = 2 is out of range for 2 classes/,
);
shapesDiffer([[1], [2]], [[1, 2]]);
