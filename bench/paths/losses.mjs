/** Every loss at its sizes on floats: what `npm run bench -- losses` shows when another build takes turns. */
import { cases } from '../lib/cases.mjs';
import { carefulSide, ordinarySide, residentSide } from './sides.mjs';

export const losses = {
  title: 'Value and gradient, float32',
  note: 'times as fast as careful JavaScript; resident buffers, and ordinary arrays',
  rows: cases.map((one) => ({ ...one, targets: {} })),
  ratios: { resident: ['careful', 'resident'], ordinary: ['careful', 'ordinary'] },
  better: { resident: 'more', ordinary: 'more' },
  sides: (one, library) => ({ resident: residentSide(one, library), ordinary: ordinarySide(one, library) }),
  rivals: (one) => ({ careful: carefulSide(one) }),
};
