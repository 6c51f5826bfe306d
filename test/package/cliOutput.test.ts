/** What `losskit eval` writes: gradients, the losses of the samples; and several files as one data set. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accumulator, crossEntropy, elasticNet, mse, ntXent, triplet } from '../../ts/index.ts';
import { Place } from '../support/cli.ts';
import { classes, labels, logits, putFiles, rows, target, weights } from '../support/cliFiles.ts';
import { npy, readNpy } from '../support/npy.ts';

const place = new Place();
beforeAll(() => putFiles(place));
afterAll(() => place.remove());

describe('what is written', () => {
  it.each(['', '--block 20', '--sample-weight weights.npy', '--sample-weight weights.npy --block 20'])(
    'the gradient of the mean over all blocks: %s',
    async (more) => {
      const options = more.includes('weight') ? { classes, sampleWeight: weights } : { classes };
      const { value, grad } = crossEntropy.valueAndGrad(logits, labels, options);
      const got = await place.json(`eval crossEntropy --pred logits.npy --target labels.npy --grad g.npy ${more}`);
      const { descr, shape, data } = readNpy(place.get('g.npy'));
      expect([descr, shape]).toEqual(['<f4', [rows, classes]]);
      expect(Math.abs(got.value / value - 1)).toBeLessThan(1e-14);
      // A block's sum, divided, is rounded once more.
      const most = more.includes('--block') ? 2 ** -22 : 0;
      data.forEach((g, i) => {
        expect(Math.abs(g - grad[i]!), `gradient ${i}`).toBeLessThanOrEqual(most * Math.abs(grad[i]!));
      });
    },
  );

  it('the gradient of the sum, of each sample, and of a penalty', async () => {
    const pairs = ['sum', 'none'] as const;
    for (const reduction of pairs) {
      await place.json(
        `eval mse --pred logits.npy --target target.npy --grad g.npy --block 9 --out l.npy --by-row --reduction ${reduction}`,
      );
      const { grad } = mse.valueAndGrad(logits, target, { reduction });
      expect(readNpy(place.get('g.npy')).data).toEqual(grad);
    }
    const { value } = await place.json(
      'eval elasticNet --theta logits.npy --dtype float64 --l1-ratio 0.25 --grad g.npy --block 9',
    );
    const whole = elasticNet.valueAndGrad(Float64Array.from(logits), { l1Ratio: 0.25 });
    expect(value).toBeCloseTo(whole.value, 11);
    expect(readNpy(place.get('g.npy')).data).toEqual(whole.grad);
  });

  it('a gradient for each of several inputs', async () => {
    const negative = logits.map((x) => -x);
    place.put('negative.npy', npy('<f4', [rows, classes], negative));
    await place.json('eval triplet --anchor logits.npy --positive target.npy --negative negative.npy --grad t.npy');
    const { grad } = triplet.valueAndGrad(logits, target, negative, { dim: classes });
    for (const name of ['anchor', 'positive', 'negative'] as const) {
      expect(readNpy(place.get(`t.${name}.npy`)).data).toEqual(grad[name]);
    }
  });

  it('the losses of the samples: lines, JSON, text and .npy', async () => {
    const losses = crossEntropy(logits, labels, { classes, reduction: 'none' });
    const line = 'eval crossEntropy --pred logits.npy --target labels.npy --by-row --block 20';
    const { out, err } = await place.run(line);
    expect(out.trim().split('\n').map(Number).map(Math.fround)).toEqual([...losses]);
    expect(err).toMatch(/^value +\d/m);
    expect(((await place.json(line)).losses as number[]).map(Math.fround)).toEqual([...losses]);
    await place.run(`${line} --out l.txt`);
    expect(place.get('l.txt').toString().trim().split('\n').map(Number).map(Math.fround)).toEqual([...losses]);
    await place.run(`${line} --out l.npy`);
    expect(readNpy(place.get('l.npy'))).toEqual({ descr: '<f4', shape: [rows], data: losses });
  });

  it('the losses of elements keep their rows', async () => {
    const { out } = await place.run('eval mse --pred logits.npy --target target.npy --by-row --block 10');
    const lines = out.trim().split('\n');
    expect(lines).toHaveLength(rows);
    expect(
      lines
        .flatMap((line) => line.split(','))
        .map(Number)
        .map(Math.fround),
    ).toEqual([...mse(logits, target, { reduction: 'none' })]);
  });
});

describe('several files', () => {
  const whole = crossEntropy.valueAndGrad(logits, labels, { classes });

  it.each([
    '--pred first.npy second.npy --target labels1.npy labels2.npy',
    '--pred first.npy --pred second.npy --target labels1.npy --target labels2.npy',
    '--pred first.npy,second.npy --target labels1.npy,labels2.npy',
  ])('are one data set: %s', async (files) => {
    const { value, count } = await place.json(`eval crossEntropy ${files} --grad g.npy`);
    expect(count).toBe(rows);
    expect(value).toBeCloseTo(whole.value, 14);
    const { shape, data } = readNpy(place.get('g.npy'));
    expect(shape).toEqual([rows, classes]);
    data.forEach((g, i) => {
      expect(g).toBeCloseTo(whole.grad[i]!, 8);
    });
  });

  it('of NT-Xent are one batch', async () => {
    const line =
      'eval ntXent --za first.npy second.npy --zb second.npy first.npy --temperature 0.2 --grad n.npy --by-row --out l.npy';
    const { value, weight } = await place.json(line);
    const half = (rows / 2) * classes;
    const swapped = Float32Array.from([...logits.subarray(half), ...logits.subarray(0, half)]);
    const expected = ntXent.valueAndGrad(logits, swapped, { dim: classes, temperature: 0.2 });
    expect(value).toBeCloseTo(expected.value, 14);
    expect(weight).toBe(2 * rows);
    expect(readNpy(place.get('n.za.npy'))).toEqual({ descr: '<f4', shape: [rows, classes], data: expected.grad.za });
    expect(readNpy(place.get('l.npy')).shape).toEqual([2 * rows]);
  });

  it('the state goes on in a program', async () => {
    const { state } = await place.json('eval mse --pred first.npy --target second.npy');
    expect(accumulator.from(state as never, mse).count).toBe((rows / 2) * classes);
  });
});
