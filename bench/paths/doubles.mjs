/** Doubles: what `number[]` and Float64Array are computed in. */

import { carefulSide, ordinarySide, residentSide } from './sides.mjs';
import { sized } from './sized.mjs';

const POINTWISE = 65_536;

/** Rows of a table: what is measured, and the least it should reach, resident and ordinary. */
const rows = [
  [sized('mse', POINTWISE), 4],
  [sized('huber', POINTWISE), 4],
  [sized('logCosh', POINTWISE), 2],
  [sized('binaryCrossEntropyWithLogits', POINTWISE), 2],
  [sized('binaryFocalWithLogits', POINTWISE), 1.8],
  [sized('gaussianNll', POINTWISE), 2],
  [sized('crossEntropy', 4096, 10), 1.8],
  [sized('crossEntropy', 1024, 1000), 2],
  [sized('klDivergence-logits', 1024, 1000), 2],
  [sized('triplet', 1024, 128), 4],
];

/** Logarithms of both distributions: slower than what the others compute, and without a figure to reach. */
const others = [sized('klDivergence', 1024, 1000)];

export const doubles = {
  title: 'Doubles: value and gradient',
  note: 'times as fast as careful JavaScript on the same Float64Array; resident buffers, and ordinary arrays',
  rows: [
    ...rows.map(([one, least]) => ({ ...one, targets: { resident: least, ordinary: 1.5 } })),
    ...others.map((one) => ({ ...one, targets: {} })),
  ],
  ratios: { resident: ['careful', 'resident'], ordinary: ['careful', 'ordinary'] },
  better: { resident: 'more', ordinary: 'more' },
  sides: (one, library) => ({
    resident: residentSide(one, library, Float64Array),
    ordinary: ordinarySide(one, library, Float64Array),
  }),
  rivals: (one) => ({ careful: carefulSide(one, Float64Array) }),
};
