/** The same bits whatever stands beside a row, wherever arrays lie, and whatever else is asked for. */
import { beforeAll, describe, expect, it } from 'vitest';
import { init, linear, mse, linearCrossEntropy as typed } from '../../ts/index.ts';
import { dtypes } from '../support/losses.ts';
import { difference, type Head, problem, type Result, resident, rowsOf } from './problem.ts';

const linearCrossEntropy = typed as unknown as Head;
const linearMse = linear(mse) as unknown as Head;

// Several chunks and blocks, one of each, and sizes that fill no register.
const shapes = [
  [1, 1, 1],
  [7, 5, 3],
  [13, 70, 517],
  [700, 33, 10],
  [70, 9, 70_000],
  [9, 5000, 300],
] as const;

describe.each(dtypes)('%s', (dtype) => {
  beforeAll(async () => void (await init({ backend: 'wasm' })));

  it.each(shapes)('%i x %i x %i: resident as ordinary, also at odd addresses', (n, dim, classes) => {
    const { hidden, weight, bias, labels } = problem(dtype, n, dim, classes);
    const expected = linearCrossEntropy.valueAndGrad(hidden, weight, labels, { dim, bias });
    expect(linearCrossEntropy(hidden, weight, labels, { dim, bias })).toBe(expected.value);
    const [h, w, y] = [resident(hidden), resident(weight), resident(labels)];
    const out = { hidden: resident(hidden), weight: resident(weight), bias: resident(bias) };
    const got = linearCrossEntropy.valueAndGrad(h, w, y, { dim, bias: resident(bias), out });
    expect(difference(got, expected)).toEqual([]);
    expect(got.grad.weight).toBe(out.weight.array);
    const partly = linearCrossEntropy.valueAndGrad(h, w, y, { dim, bias, out: { weight: out.weight } });
    expect(difference(partly, expected)).toEqual([]);
    // In its own place, and from odd places.
    const inPlace = linearCrossEntropy.valueAndGrad(h, w, y, { dim, bias, out: { hidden: h } });
    expect(difference(inPlace, expected)).toEqual([]);
    h.array.set(hidden);
    const odd = resident(new (hidden.constructor as typeof Float32Array)(weight.length + 1));
    odd.array.set(weight, 1);
    const fromOdd = linearCrossEntropy.valueAndGrad(h, odd.array.subarray(1), y, { dim, bias });
    expect(difference(fromOdd, expected)).toEqual([]);
    for (const buffer of [h, w, y, odd, ...Object.values(out)]) buffer.free();
  });

  it.each(shapes)('%i x %i x %i: whichever gradients are asked for', (n, dim, classes) => {
    const { hidden, weight, bias, labels } = problem(dtype, n, dim, classes);
    const all = linearCrossEntropy.valueAndGrad(hidden, weight, labels, { dim, bias });
    for (const grads of [['hidden'], ['weight'], ['bias'], ['bias', 'weight'], ['hidden', 'bias']]) {
      const got = linearCrossEntropy.valueAndGrad(hidden, weight, labels, { dim, bias, grads });
      const grad = Object.fromEntries(grads.map((name) => [name, all.grad[name]!]));
      expect(difference(got, { ...all, grad })).toEqual([]);
    }
  });

  it.each([
    [40, 33, 10],
    [700, 8, 5],
    [37, 3, 90_000],
  ])("%i x %i x %i: a row's loss and gradient, beside any others", (n, dim, classes) => {
    const { hidden, weight, bias, labels, dense } = problem(dtype, n, dim, classes);
    for (const [head, target, per] of [
      [linearCrossEntropy, labels, 1],
      [linearMse, dense, classes],
    ] as const) {
      const options = { dim, bias, reduction: 'none', grads: ['hidden'] };
      const all = head.valueAndGrad(hidden, weight, target, options);
      const each = (all.value as Float32Array).length / n;
      for (const rows of [[n - 1], [0, 5, 6, 7, 36], [3, 3, 2, 1, 0, 4, 5, 6, 7]]) {
        const own = head.valueAndGrad(rowsOf(hidden, dim, rows), weight, rowsOf(target, per, rows), options);
        const expected: Result = {
          value: rowsOf(all.value as Float32Array, each, rows),
          grad: { hidden: rowsOf(all.grad.hidden!, dim, rows) },
          totalWeight: own.totalWeight,
        };
        expect(difference(own, expected)).toEqual([]);
      }
    }
  });

  it.each(['wasm', 'reference'] as const)('without any row that counts all gradients are 0: %s', async (backend) => {
    await init({ backend });
    const { hidden, weight, bias, labels } = problem(dtype, 5, 3, 4);
    const out = { hidden: hidden.map(() => 7), weight: weight.map(() => 7), bias: bias.map(() => 7) };
    const { value, grad } = linearCrossEntropy.valueAndGrad(hidden, weight, labels.fill(-1), {
      dim: 3,
      bias,
      out,
      ignoreIndex: -1,
    });
    expect(value).toBe(0);
    for (const x of Object.values(grad)) expect([...new Set(x)]).toEqual([0]);
    await init({ backend: 'wasm' });
  });

  it('rows of weight 0 are left out, as if they were not there', () => {
    const [n, dim, classes] = [600, 20, 7];
    const { hidden, weight, bias, labels } = problem(dtype, n, dim, classes);
    const sampleWeight = Array.from({ length: n }, (_, i) => (i % 3 === 1 || (i > 90 && i < 200) ? 0 : 1 + (i % 5)));
    labels[4] = -100;
    const kept = sampleWeight.flatMap((w, i) => (w === 0 || i === 4 ? [] : [i]));
    const expected = linearCrossEntropy.valueAndGrad(rowsOf(hidden, dim, kept), weight, rowsOf(labels, 1, kept), {
      dim,
      bias,
      sampleWeight: kept.map((i) => sampleWeight[i]!),
    });
    // Nothing of them is read.
    const poisoned = hidden.map((x, i) => (kept.includes(Math.floor(i / dim)) ? x : Number.NaN));
    const options = { dim, bias, sampleWeight, ignoreIndex: -100 };
    for (const h of [poisoned, resident(poisoned)]) {
      const got = linearCrossEntropy.valueAndGrad(h, weight, labels, options);
      const own = { ...got, grad: { ...got.grad, hidden: rowsOf(got.grad.hidden!, dim, kept) } };
      expect(difference(own, expected)).toEqual([]);
      const others = got.grad.hidden!.filter((_, i) => !kept.includes(Math.floor(i / dim)));
      expect(others.every((x) => x === 0)).toBe(true);
    }
  });
});
