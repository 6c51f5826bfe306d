/** The second derivative beside value and gradient. */
import { allResident, lossCall, makeData } from '../lib/bind.mjs';
import { cases } from '../lib/cases.mjs';

/** How much longer the second derivative may take where it isn't 1.6 times as long: what is light, or has two of them. */
const MOST = [
  [/^(mse|mae|huber|smoothL1|hinge|squaredHinge|hingeEmbedding|quantile|expectile|mape)$/, 2.2],
  [/^gaussianKl$/, 3],
];

/** Of each variant of a loss that has it, the size that is neither small nor large. */
const rows = cases
  .filter(({ hessian, size }) => hessian && ['65,536', '1024×1000', '1024×128'].includes(size))
  .map((one) => [one, MOST.find(([name]) => name.test(one.variant))?.[1] ?? 1.6]);

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
