/** Lists as files: rows, or sizes that go with them. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listMle, rankingSoftmax, rankNet } from '../../ts/index.ts';
import { Place } from '../support/cli.ts';
import { near, nearAll } from '../support/cliNear.ts';
import { npy, readNpy } from '../support/npy.ts';
import { random } from '../support/random.ts';

const { normal, below } = random('lists of files');
const place = new Place();
afterAll(() => place.remove());

describe('lists', () => {
  const sizes = [3, 1, 0, 5, 2];
  const n = 11;
  const scores = Float32Array.from({ length: n }, normal);
  const relevance = Int32Array.from({ length: n }, () => below(3));
  const weights = Float64Array.of(1, 2, 3, 0.5, 4);
  const losses = Object.entries({ rankingSoftmax, listMle, rankNet });
  beforeAll(() => {
    place.put('s.npy', npy('<f4', [n], scores));
    place.put('r.npy', npy('<i8', [n], relevance));
    place.put('s.csv', `score\n${Array.from(scores).join('\n')}\n`);
    place.put('sizes.txt', `${sizes.join('\n')}\n`);
    place.put('sizes.npy', npy('<i8', [5], sizes));
    place.put('w.npy', npy('<f8', [5], weights));
    place.put('rows.npy', npy('<f4', [2, 5], scores.subarray(0, 10)));
    place.put('rel.npy', npy('|u1', [2, 5], relevance.subarray(0, 10)));
  });

  it.each(losses)('%s of groups, in blocks of any size', async (name, loss) => {
    const options = { groups: sizes, sampleWeight: weights };
    const expected = loss.valueAndGrad(scores, relevance, options);
    for (const groups of ['3,1,0,5,2', 'sizes.txt', 'sizes.npy']) {
      for (const block of [1, 4, 100]) {
        const line = `eval ${name} --pred s.npy --target r.npy --groups ${groups} --sample-weight w.npy --block ${block}`;
        const report = await place.json(`${line} --grad g.npy`);
        near(report.value, expected.value);
        near(report.weight, expected.totalWeight);
        expect(report.count).toBe(5);
        const bytes = scores.byteLength + 8 * n + weights.byteLength;
        expect(report.bytes).toBe(bytes + { '3,1,0,5,2': 0, 'sizes.txt': 10, 'sizes.npy': 40 }[groups]!);
        nearAll(readNpy(place.get('g.npy')).data, expected.grad);
        await place.run(`${line} --by-row --out l.npy`);
        const { shape, data } = readNpy(place.get('l.npy'));
        expect(shape).toEqual([5]);
        nearAll(data, loss(scores, relevance, { ...options, reduction: 'none' }));
      }
    }
    near(
      (await place.json(`eval ${name} --pred s.csv --target r.npy --groups sizes.txt --dtype float32`)).value,
      loss(scores, relevance, { groups: sizes }),
    );
  });

  it.each(losses)('%s of rows', async (name, loss) => {
    const value = loss(scores.subarray(0, 10), relevance.subarray(0, 10), { dim: 5 });
    near((await place.json(`eval ${name} --pred rows.npy --target rel.npy --block 1`)).value, value);
    place.put('flat.npy', npy('<f4', [10], scores.subarray(0, 10)));
    near((await place.json(`eval ${name} --pred flat.npy --target rel.npy --shape 2,5`)).value, value);
  });

  it('says what is wrong', async () => {
    const bad = async (line: string) =>
      (await place.failure(`eval rankNet --pred s.npy --target r.npy ${line}`)).message;
    expect(await bad('')).toMatch(/--shape, --dim, or --groups/);
    expect(await bad('--groups 3,2')).toBe('--groups: its sizes add up to 5, and s.npy has 11 numbers');
    expect(await bad('--groups sizes.txt --sample-weight s.npy')).toBe(
      's.npy: 11 weights for 5 lists; give one for each',
    );
    place.put('half.txt', '1.5\n9.5\n');
    expect(await bad('--groups half.txt')).toBe('half.txt: groups[0] = 1.5 is no size of a list');
    const { message } = await place.failure('eval rankNet --pred rows.npy --target rel.npy --groups 10');
    expect(message).toBe('rows.npy: with --groups scores are one column, not of shape [2, 5]');
    place.put('line.csv', '3,1,0,5,2\n');
    expect(await bad('--groups line.csv --block 2')).toBe('line.csv: groups are one column, not of shape [1, 5]');
    for (const option of ['--shape 11', '--dim 11', '--batch 1', '--axis 0', '--classes 11']) {
      const { code, message } = await place.failure(
        `eval rankNet --pred s.npy --target r.npy --groups sizes.txt ${option}`,
      );
      expect([code, message]).toEqual([
        2,
        `${option.split(' ')[0]} doesn't go with --groups, which says where lists begin`,
      ]);
    }
    place.put('minus.npy', npy('<f4', [n], [0, 1, 2, 1, 0, 0, -1, 0, 0, 0, 0]));
    const place6 = await place.failure(
      'eval rankingSoftmax --pred s.npy --target minus.npy --groups sizes.txt --block 1',
    );
    expect(place6.message).toMatch(/^minus\.npy: rankingSoftmax: relevance\[6\]/);
  });
});
