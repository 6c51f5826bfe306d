/** `--shift` and perplexity: a language model's logits against the tokens that went into it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { crossEntropy, nll } from '../../ts/index.ts';
import { Place } from '../support/cli.ts';
import { npy, readNpy } from '../support/npy.ts';
import { random } from '../support/random.ts';

const [sequences, positions, vocabulary] = [3, 5, 4];
const { normal, below } = random('shift');
const logits = Float32Array.from({ length: sequences * positions * vocabulary }, normal);
const tokens = Int32Array.from({ length: sequences * positions }, () => below(vocabulary));
const mask = Float32Array.from({ length: sequences * positions }, (_, i) => (i % 4 === 3 ? 0 : 1));

/** Of each sequence's positions, all but the last or all but the first. */
const kept = (x: ArrayLike<number>, per: number, first: 0 | 1): number[] =>
  Array.from(x).filter((_, i) => {
    const position = Math.floor(i / per) % positions;
    return first === 1 ? position > 0 : position < positions - 1;
  });
const options = { classes: vocabulary } as const;
const shiftedLogits = Float32Array.from(kept(logits, vocabulary, 0));
const shiftedTokens = Int32Array.from(kept(tokens, 1, 1));
const expected = crossEntropy(shiftedLogits, shiftedTokens, options);

const place = new Place();
beforeAll(() => {
  place.put('z.npy', npy('<f4', [sequences, positions, vocabulary], logits));
  place.put('f.npy', npy('<f4', [sequences, positions, vocabulary], logits, { fortran: true }));
  place.put('y.npy', npy('<i8', [sequences, positions], tokens));
  place.put('m.npy', npy('<f4', [sequences, positions], mask));
  const line = (r: number): string => Array.from(tokens.subarray(r * positions, (r + 1) * positions)).join(',');
  place.put('y.csv', Array.from({ length: sequences }, (_, r) => line(r)).join('\n'));
});
afterAll(() => place.remove());

const near = (x: number, y: number): void => expect(Math.abs(x / y - 1)).toBeLessThan(1e-14);

describe('--shift', () => {
  it.each(['z.npy y.npy', 'z.npy y.csv', 'f.npy y.npy', 'f.npy y.csv'])('%s, in blocks of any size', async (files) => {
    const [z, y] = files.split(' ');
    for (const block of [1, 5, 16, 20, 1000]) {
      const line = `eval crossEntropy --pred ${z} --target ${y} --shift --block ${block}`;
      const { value, count, perplexity } = await place.json(line);
      near(value, expected);
      near(perplexity as number, Math.exp(expected));
      expect(count).toBe(sequences * (positions - 1));
    }
  });

  it('gradients lie as the predictions do, and are 0 at the last positions', async () => {
    for (const [files, block] of [
      ['z.npy', 1],
      ['z.npy', 24],
      ['f.npy', 1000],
    ] as const) {
      await place.run(`eval crossEntropy --pred ${files} --target y.npy --shift --grad g.npy --block ${block}`);
      const { shape, data } = readNpy(place.get('g.npy'));
      expect(shape).toEqual([sequences, positions, vocabulary]);
      const { grad } = crossEntropy.valueAndGrad(shiftedLogits, shiftedTokens, options);
      for (const [i, g] of kept(data, vocabulary, 0).entries()) expect(g).toBeCloseTo(grad[i]!, 7);
      data.forEach((g, i) => {
        if (Math.floor(i / vocabulary) % positions === positions - 1) expect(g).toBe(0);
      });
    }
  });

  it('several files of sequences of different lengths', async () => {
    const cut = (n: number) => [
      npy('<f4', [n, vocabulary], logits.subarray(0, n * vocabulary)),
      npy('<i4', [n], tokens.subarray(0, n)),
    ];
    for (const n of [3, 5]) {
      const [z, y] = cut(n);
      place.put(`z${n}.npy`, z!);
      place.put(`y${n}.npy`, y!);
    }
    const line = 'eval crossEntropy --pred z3.npy z5.npy --target y3.npy y5.npy --shift --grad g.npy --block 4';
    const sums = [3, 5].map((n) =>
      crossEntropy(logits.subarray(0, (n - 1) * vocabulary), tokens.subarray(1, n), { ...options, reduction: 'sum' }),
    );
    near((await place.json(line)).value, (sums[0]! + sums[1]!) / 6);
    const { shape, data } = readNpy(place.get('g.npy'));
    expect(shape).toEqual([8, vocabulary]);
    expect([...data.subarray(2 * vocabulary, 3 * vocabulary), ...data.subarray(7 * vocabulary)]).toEqual(
      new Array(2 * vocabulary).fill(0),
    );
  });

  it('a mask goes with the tokens', async () => {
    const { value, weight } = await place.json(
      'eval crossEntropy --pred z.npy --target y.npy --shift --sample-weight m.npy --block 8',
    );
    const sampleWeight = Float32Array.from(kept(mask, 1, 1));
    near(value, crossEntropy(shiftedLogits, shiftedTokens, { ...options, sampleWeight }));
    expect(weight).toBe(sampleWeight.reduce((a, b) => a + b, 0));
  });

  it('losses of the samples, and the place of a bad token in its file', async () => {
    await place.run('eval crossEntropy --pred z.npy --target y.npy --shift --by-row --out l.npy --block 4');
    const { shape, data } = readNpy(place.get('l.npy'));
    expect(shape).toEqual([sequences, positions - 1]);
    expect([...data]).toEqual([...crossEntropy(shiftedLogits, shiftedTokens, { ...options, reduction: 'none' })]);
    place.put(
      'bad.npy',
      npy(
        '<i8',
        [sequences, positions],
        tokens.map((token, i) => (i === 7 ? vocabulary : token)),
      ),
    );
    const { message } = await place.failure('eval crossEntropy --pred z.npy --target bad.npy --shift --block 4');
    expect(message).toContain('bad.npy: crossEntropy: labels[7] = 4');
    place.put(
      'half.npy',
      npy(
        '<f4',
        [sequences, positions],
        Array.from(tokens, (token, i) => (i === 7 ? 0.5 : token)),
      ),
    );
    expect(
      (await place.failure('eval crossEntropy --pred z.npy --target half.npy --shift --block 4')).message,
    ).toContain('target[7] = 0.5 is no class label');
  });
});

describe('perplexity', () => {
  const line = 'eval crossEntropy --pred z.npy --target y.npy';
  it('is e to the mean, where the loss is a negative log-likelihood of labels', async () => {
    place.put('logp.npy', npy('<f4', [2, 2], [-0.5, -1, -2, -0.25]));
    place.put('y2.npy', npy('|u1', [2], [0, 1]));
    const { perplexity } = await place.json('eval nll --pred logp.npy --target y2.npy');
    near(perplexity as number, Math.exp(nll(Float32Array.of(-0.5, -1, -2, -0.25), [0, 1])));
    expect((await place.run(line)).out).toMatch(/^perplexity +\d\.\d+$/m);
    expect((await place.json(`${line} --ignore-index 0`)).perplexity).toBeGreaterThan(1);
  });

  it.each([
    `${line} --label-smoothing 0.1`,
    `${line} --class-weight 1,2,3,4`,
    `${line} --reduction sum`,
    'eval crossEntropy --pred z.npy --target z1.npy',
    'eval focal --logits z.npy --labels y.npy',
    'eval mse --pred z.npy --target z.npy',
  ])('and isn’t told of %s', async (other) => {
    const dense = logits.map((_, i) => (i % vocabulary === 0 ? 1 : 0));
    place.put('z1.npy', npy('<f4', [sequences, positions, vocabulary], dense));
    expect((await place.json(other)).perplexity).toBe(null);
    expect((await place.run(other)).out).not.toContain('perplexity');
  });
});
