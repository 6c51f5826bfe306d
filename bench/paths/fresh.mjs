/** New arrays in every call: batches of a data set by `subarray`, as training loops take them; the gradient's array stays. */
import { makeData } from '../lib/bind.mjs';
import { ordinarySide } from './sides.mjs';
import { sized } from './sized.mjs';

/** Batches that are taken in turn: few enough to stay in the cache. */
const BATCHES = 64;

const rows = [
  [sized('mse', 16), { same: 6 }],
  [sized('mse', 64), { fresh: 0.14 }],
  [sized('mse', 1024), { fresh: 1.25 }],
  [sized('binaryCrossEntropyWithLogits', 16), { same: 5 }],
  [sized('binaryCrossEntropyWithLogits', 1024), { fresh: 8 }],
  [sized('crossEntropy', 64, 10), { fresh: 3.3 }],
];

/** Data of all batches, and `next()`, which gives the number of the batch in turn. */
function batches(one) {
  const { inputs } = makeData(one, BATCHES * one.rows, one.width);
  const [a, b] = Object.values(inputs);
  let turn = 0;
  const next = () => {
    turn = (turn + 1) % BATCHES;
    return turn;
  };
  return { a, b, widths: [a.length / BATCHES, b.length / BATCHES], grad: new Float32Array(one.rows * one.width), next };
}

function freshSide(one, library) {
  const { a, b, widths, grad, next } = batches(one);
  const [n, m] = widths;
  const run = library[one.loss].valueAndGrad;
  const options = { out: grad };
  const call = () => {
    const batch = next();
    return run(a.subarray(batch * n, batch * n + n), b.subarray(batch * m, batch * m + m), options).value;
  };
  return { call, grads: { grad } };
}

function carefulSide(one) {
  const { a, b, widths, grad, next } = batches(one);
  const [n, m] = widths;
  const { careful, rows: count, width } = one;
  const [first, second] = Object.keys(one.inputs);
  const record = { [first]: a, [second]: b, grad, n, rows: count, width };
  const call = () => {
    const batch = next();
    record[first] = a.subarray(batch * n, batch * n + n);
    record[second] = b.subarray(batch * m, batch * m + m);
    return careful(record);
  };
  return { call, grads: { grad } };
}

export const fresh = {
  title: 'New arrays in every call',
  note: '`subarray` batches of float32 data; times as fast as careful JavaScript that takes them likewise, and time over that of a call with the same arrays each time',
  rows: rows.map(([one, targets]) => ({ ...one, targets })),
  ratios: { fresh: ['careful', 'fresh'], same: ['fresh', 'same'] },
  better: { fresh: 'more', same: 'less' },
  sides: (one, library) => ({ fresh: freshSide(one, library), same: ordinarySide(one, library) }),
  rivals: (one) => ({ careful: carefulSide(one) }),
};
