/** What a call of a composed loss costs beside its work. */
import { ordinarySide, residentSide } from './sides.mjs';
import { sized } from './sized.mjs';

export const elbo = {
  title: 'elbo on 8 elements',
  note: 'value and gradients of two rows of four; time over that of an mse call on 8 elements',
  rows: [{ ...sized('elbo', 2, 4), targets: { ordinary: 12, resident: 12 } }],
  ratios: { ordinary: ['ordinary', 'mseOrdinary'], resident: ['resident', 'mseResident'] },
  better: { ordinary: 'less', resident: 'less' },
  sides: (one, library) => ({
    ordinary: ordinarySide(one, library),
    mseOrdinary: ordinarySide(sized('mse', 8), library),
    resident: residentSide(one, library),
    mseResident: residentSide(sized('mse', 8), library),
  }),
  rivals: () => ({}),
};
