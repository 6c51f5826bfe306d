/** `losskit eval`: files of every kind give what one call on the same numbers gives. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { binaryCrossEntropyWithLogits, crossEntropy, klDivergence } from '../../ts/index.ts';
import { Place } from '../support/cli.ts';
import { classes, labels, logits, putFiles, rows } from '../support/cliFiles.ts';
import { npy } from '../support/npy.ts';

const place = new Place();
beforeAll(() => putFiles(place));
afterAll(() => place.remove());

const csv = (numbers: ArrayLike<number>, columns: number): string =>
  Array.from({ length: numbers.length / columns }, (_, r) =>
    Array.from(numbers)
      .slice(r * columns, (r + 1) * columns)
      .join(','),
  ).join('\n');

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

  it('lists of labels to ignore, and targets to ignore', async () => {
    const line = 'eval crossEntropy --pred logits.npy --target labels.npy --ignore-index';
    const expected = crossEntropy.valueAndGrad(logits, labels, { classes, ignoreIndex: [3, 1] });
    const { value, weight } = await place.json(`${line} 3,1`);
    expect([value, weight]).toEqual([expected.value, expected.totalWeight]);
    const wrong = await place.run(`${line} 3,x`);
    expect(wrong.err).toContain('--ignore-index must be numbers with commas');
    const target = Float32Array.of(1, Number.NaN, 0, 1, -1, 0);
    const z = Float32Array.of(1, 2, 3, 4, 5, 6);
    place.put('z.npy', npy('<f4', [3, 2], z));
    for (const [name, ignoreTarget] of [
      ['nan', Number.NaN],
      ['-1', -1],
    ] as const) {
      const y = target.map((t) => (Number.isNaN(t) || t === -1 ? ignoreTarget : t));
      place.put('y.npy', npy('<f4', [3, 2], y));
      const options = { ignoreTarget, classWeight: [1, 2], classes: 2 };
      const found = await place.json(
        `eval binaryCrossEntropyWithLogits --pred z.npy --target y.npy --ignore-target ${name} --class-weight 1,2`,
      );
      const wanted = binaryCrossEntropyWithLogits.valueAndGrad(z, y, options);
      expect(found.value).toBeCloseTo(wanted.value, 12);
      expect(found.weight).toBe(wanted.totalWeight);
    }
  });

  it("klDivergence has an option of the name of its target's alias", async () => {
    const p = Float64Array.from({ length: rows * classes }, (_, i) => -1 - (i % classes));
    place.put('p.npy', npy('<f8', [rows, classes], p));
    const options = { input: 'logits', target: 'logProbabilities', classes } as const;
    const line = 'eval klDivergence --pred logits.npy --target p.npy --target logProbabilities --input logits';
    expect((await place.json(line)).value).toBe(klDivergence(Float64Array.from(logits), p, options));
  });
});
