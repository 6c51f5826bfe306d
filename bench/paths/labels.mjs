/** Losses that need one number of a row: its label's. */
import { carefulSide, ordinarySide, residentSide } from './sides.mjs';
import { sized } from './sized.mjs';

const SIZES = [
  [1024, 1000],
  [64, 50_257],
];

const rows = ['float32', 'float64'].flatMap((type) =>
  ['nll', 'categoricalCrossEntropy'].flatMap((variant) =>
    SIZES.map(([count, width]) => sized(variant, count, width, `${count}×${width} ${type}`)),
  ),
);
const typeOf = ({ size }) => (size.endsWith('float64') ? Float64Array : Float32Array);

export const labels = {
  title: 'Labels alone',
  note: 'times as fast as JavaScript that reads one number of a row and clears the gradient',
  rows: rows.map((one) => ({ ...one, targets: { resident: one.size.endsWith('32') ? 0.9 : 1 } })),
  ratios: { resident: ['careful', 'resident'], ordinary: ['careful', 'ordinary'] },
  better: { resident: 'more', ordinary: 'more' },
  sides: (one, library) => ({
    resident: residentSide(one, library, typeOf(one)),
    ordinary: ordinarySide(one, library, typeOf(one)),
  }),
  rivals: (one) => ({ careful: carefulSide(one, typeOf(one)) }),
};
