/** The second derivative beside value and gradient. */
import { allResident, lossCall, makeData } from '../lib/bind.mjs';
import { sized } from './sized.mjs';

const rows = [
  [sized('mse', 65_536), 2.2],
  [sized('huber', 65_536), 2.2],
  [sized('logCosh', 65_536), 1.6],
  [sized('binaryCrossEntropyWithLogits', 65_536), 1.6],
  [sized('binaryFocalWithLogits', 65_536), 1.6],
  [sized('gaussianNll', 65_536), 1.6],
  [sized('gaussianKl', 1024, 128), 3],
];

/** Resident buffers with the data of a case. */
function residentData(one, library) {
  const data = makeData(one, one.rows, one.width);
  const [inputs, grads, hess] = [data.inputs, data.grads, data.grads].map((record) => allResident(library, record));
  return { data, inputs, grads, hess };
}

export const hess = {
  title: 'Gradient and Hessian, float32',
  note: 'time of `valueGradHess` over that of `valueAndGrad`, resident buffers',
  rows: rows.map(([one, most]) => ({ ...one, targets: { hess: most } })),
  ratios: { hess: ['hess', 'grad'] },
  better: { hess: 'less' },
  sides: (one, library) => {
    const { data, inputs, grads, hess: second } = residentData(one, library);
    const hessOut = one.grads.length === 1 ? second[one.grads[0]] : second;
    const both = { ...one, options: { ...one.options, hessOut }, method: 'valueGradHess' };
    return {
      grad: { call: lossCall(one, library, data, inputs, grads), grads },
      hess: { call: lossCall(both, library, data, inputs, grads), grads },
    };
  },
  rivals: () => ({}),
};
