/** `losskit eval`: files of every kind give what one call on the same numbers gives. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accumulator, crossEntropy, elasticNet, klDivergence, mse, ntXent, triplet } from '../ts/index.ts';
import { Place } from './support/cli.ts';
import { npy, readNpy } from './support/npy.ts';
import { random } from './support/random.ts';

const rows = 60;
const classes = 7;
const { normal, below } = random('cli');
const logits = Float32Array.from({ length: rows * classes }, normal);
const labels = Int32Array.from({ length: rows }, () => below(classes));
const target = Float32Array.from({ length: rows * classes }, normal);
const weights = Float32Array.from({ length: rows }, (_, i) => i / 8);
const place = new Place();

const csv = (numbers: ArrayLike<number>, columns: number): string =>
  Array.from({ length: numbers.length / columns }, (_, r) =>
    Array.from(numbers)
      .slice(r * columns, (r + 1) * columns)
      .join(','),
  ).join('\n');

beforeAll(() => {
  const shape = [rows, classes];
  place.put('logits.npy', npy('<f4', shape, logits));
  place.put('labels.npy', npy('<i8', [rows], labels));
  place.put('target.npy', npy('<f4', shape, target));
  place.put('weights.npy', npy('<f4', [rows], weights));
  const half = (rows / 2) * classes;
  place.put('first.npy', npy('<f4', [rows / 2, classes], logits.subarray(0, half)));
  place.put('second.npy', npy('<f4', [rows / 2, classes], logits.subarray(half)));
  place.put('labels1.npy', npy('<i8', [rows / 2], labels.subarray(0, rows / 2)));
  place.put('labels2.npy', npy('|u1', [rows / 2], labels.subarray(rows / 2)));
});
afterAll(() => place.remove());

describe('one file, read in any way', () => {
  const expected = crossEntropy(logits, labels, { classes });

  it.each(['<f4', '>f4', '<f8', '>f8'])('%s in C and Fortran order', async (descr) => {
    for (const fortran of [false, true]) {
      place.put('x.npy', npy(descr, [rows, classes], logits, { fortran }));
      for (const block of ['', '--block 1', '--block 64']) {
        const { value } = await place.json(
          `eval crossEntropy --pred x.npy --target labels.npy --dtype float32 ${block}`,
        );
        expect(Math.abs(value / expected - 1), `fortran: ${fortran} ${block}`).toBeLessThan(1e-15);
      }
    }
  });

  it.each([1, 2, 3] as const)('version %i', async (version) => {
    place.put('x.npy', npy('<f4', [rows, classes], logits, { version }));
    expect((await place.json('eval crossEntropy --pred x.npy --target labels.npy')).value).toBe(expected);
  });

  it.each(['|i1', '|u1', '<i2', '<u2', '<i4', '>i4', '<u4', '<i8', '>i8', '<u8'])(
    'labels of type %s',
    async (descr) => {
      place.put('y.npy', npy(descr, [rows], labels));
      expect((await place.json('eval crossEntropy --pred logits.npy --target y.npy')).value).toBe(expected);
    },
  );

  it('one-hot targets of bool', async () => {
    const dense = Array.from(logits, (_, i) => Number(labels[Math.floor(i / classes)] === i % classes));
    place.put('y.npy', npy('|b1', [rows, classes], dense));
    expect((await place.json('eval crossEntropy --pred logits.npy --target y.npy')).value).toBeCloseTo(expected, 6);
  });

  it('three dimensions in Fortran order', async () => {
    const shape = [4, rows / 4, classes];
    place.put('x.npy', npy('<f4', shape, logits, { fortran: true }));
    place.put('y.npy', npy('<i4', shape.slice(0, 2), labels));
    expect((await place.json('eval crossEntropy --pred x.npy --target y.npy')).value).toBe(expected);
  });

  it('CSV with and without a heading, and other separators', async () => {
    const body = csv(logits, classes);
    place.put('y.csv', csv(labels, 1));
    const heading = Array.from({ length: classes }, (_, k) => `class ${k}`).join(',');
    for (const text of [
      body,
      `${heading}\r\n${body.replaceAll('\n', '\r\n')}\r\n`,
      `# made\n${body.replaceAll(',', '\t')}`,
    ]) {
      place.put('x.csv', text);
      const { value } = await place.json('eval crossEntropy --pred x.csv --target y.csv --dtype float32 --block 50');
      expect(Math.abs(value / expected - 1)).toBeLessThan(1e-15);
    }
  });

  it('a flat file with --classes', async () => {
    place.put('x.npy', npy('<f4', [rows * classes], logits));
    expect((await place.json(`eval crossEntropy --pred x.npy --target labels.npy --classes ${classes}`)).value).toBe(
      expected,
    );
  });
});

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

describe('options', () => {
  it('of the loss, in either spelling', async () => {
    const options = { classes, labelSmoothing: 0.1, ignoreIndex: 3, classWeight: [1, 2, 3, 4, 5, 6, 7] };
    const expected = crossEntropy(logits, labels, options);
    place.put('w.npy', npy('<f8', [classes], options.classWeight));
    for (const weight of ['1,2,3,4,5,6,7', 'w.npy']) {
      const line = `eval cross-entropy --pred logits.npy --target labels.npy --labelSmoothing 0.1 --ignore-index 3 --class-weight ${weight}`;
      expect((await place.json(line)).value).toBe(expected);
    }
    const negative = await place.json('eval crossEntropy --logits logits.npy --labels labels.npy --ignore-index -100');
    expect(negative.weight).toBe(rows);
  });

  it("klDivergence has an option of the name of its target's alias", async () => {
    const p = Float64Array.from({ length: rows * classes }, (_, i) => -1 - (i % classes));
    place.put('p.npy', npy('<f8', [rows, classes], p));
    const options = { input: 'logits', target: 'logProbabilities', classes } as const;
    const line = 'eval klDivergence --pred logits.npy --target p.npy --target logProbabilities --input logits';
    expect((await place.json(line)).value).toBe(klDivergence(Float64Array.from(logits), p, options));
  });

  it('empty files have value 0', async () => {
    place.put('x.npy', npy('<f4', [0, classes], []));
    place.put('y.npy', npy('<i8', [0], []));
    expect(await place.json('eval crossEntropy --pred x.npy --target y.npy --grad g.npy')).toMatchObject({
      value: 0,
      count: 0,
    });
    expect(readNpy(place.get('g.npy')).shape).toEqual([0, classes]);
  });
});
