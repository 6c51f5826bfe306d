/** The TypeScript reference, which is written to be read, against careful JavaScript. */
import { carefulSide, ordinarySide } from './sides.mjs';
import { sized } from './sized.mjs';

const rows = [
  [sized('mse', 65_536), 6],
  [sized('huber', 65_536), 6],
  [sized('binaryCrossEntropyWithLogits', 65_536), 3],
  [sized('crossEntropy', 1024, 1000), 3],
  [sized('triplet', 1024, 128), 6],
  [sized('triplet-cosine', 1024, 128), 8],
  [sized('ntXent', 128, 128), 8],
];

export const reference = {
  title: 'The reference',
  note: 'value and gradient, float32, times as long as careful JavaScript takes',
  rows: rows.map(([one, most]) => ({ ...one, targets: { reference: most } })),
  ratios: { reference: ['reference', 'careful'] },
  better: { reference: 'less' },
  sides: (one, library) => ({ reference: ordinarySide(one, library.reference) }),
  rivals: (one) => ({ careful: carefulSide(one) }),
};
