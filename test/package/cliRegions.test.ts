/** Images as files: regions, of each image or over all. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dice, jaccard, tversky } from '../../ts/index.ts';
import { Place } from '../support/cli.ts';
import { near, nearAll } from '../support/cliNear.ts';
import { npy, readNpy } from '../support/npy.ts';
import { random } from '../support/random.ts';

const { normal, unit, below } = random('regions of files');
const place = new Place();
afterAll(() => place.remove());

describe('regions', () => {
  const [images, classes, height, width] = [5, 3, 2, 4];
  const pixels = height * width;
  const logits = Float32Array.from({ length: images * classes * pixels }, normal);
  const labels = Int32Array.from({ length: images * pixels }, () => below(classes));
  const soft = Float32Array.from(logits, unit);
  const weights = Float32Array.of(1, 0, 2, 0.5, 3);
  const shape = [images, classes, height, width];
  beforeAll(() => {
    place.put('p.npy', npy('<f4', shape, logits));
    place.put('pf.npy', npy('<f4', shape, logits, { fortran: true }));
    place.put('flat.npy', npy('<f4', [logits.length], logits));
    place.put('m.npy', npy('|u1', [images, height, width], labels));
    place.put('soft.npy', npy('<f4', shape, soft));
    place.put('w.npy', npy('<f4', [images], weights));
    place.put('one.npy', npy('<f4', [images, 1, pixels], soft.subarray(0, images * pixels)));
    place.put(
      'mask.npy',
      npy(
        '|b1',
        [images, pixels],
        Array.from(labels, (k) => Number(k > 0)),
      ),
    );
  });

  it.each(Object.entries({ dice, jaccard, tversky: tversky as typeof dice }))(
    '%s, in blocks of any size',
    async (name, loss) => {
      for (const overBatch of [false, true]) {
        for (const [target, y] of [
          ['m.npy', labels],
          ['soft.npy', soft],
        ] as const) {
          const options = {
            shape,
            axis: 1,
            activation: 'softmax',
            sampleWeight: weights,
            overBatch,
            classWeight: [1, 2, 3],
          } as const;
          const expected = loss.valueAndGrad(logits, y, options);
          for (const files of ['p.npy', 'pf.npy', 'flat.npy --shape 5,3,2,4']) {
            for (const block of [1, 60, 10000]) {
              const line = `eval ${name} --pred ${files} --target ${target} --axis 1 --activation softmax --sample-weight w.npy --class-weight 1,2,3 ${overBatch ? '--over-batch' : ''} --block ${block}`;
              const report = await place.json(line);
              near(report.value, expected.value);
              near(report.weight, expected.totalWeight);
              await place.run(`${line} --grad g.npy --by-row --out l.npy`);
              const { data } = readNpy(place.get('g.npy'));
              nearAll(data, expected.grad);
              const rows = readNpy(place.get('l.npy'));
              expect(rows.shape).toEqual(overBatch ? [classes] : [images, classes]);
              nearAll(rows.data, loss(logits, y, { ...options, reduction: 'none' }));
            }
          }
        }
      }
    },
  );

  it('several files over the batch, a mask of one class, losses as text', async () => {
    const cut = 2 * classes * pixels;
    place.put('p0.npy', npy('<f4', [2, classes, height, width], logits.subarray(0, cut)));
    place.put('p1.npy', npy('<f4', [3, classes, height, width], logits.subarray(cut)));
    place.put('m0.npy', npy('|u1', [2, height, width], labels.subarray(0, 2 * pixels)));
    place.put('m1.npy', npy('|u1', [3, height, width], labels.subarray(2 * pixels)));
    const files = '--pred p0.npy p1.npy --target m0.npy m1.npy --axis 1 --activation sigmoid --over-batch';
    const options = { shape, axis: 1, activation: 'sigmoid', overBatch: true } as const;
    near((await place.json(`eval dice ${files}`)).value, dice(logits, labels, options));
    await place.run(`eval dice ${files} --grad g.npy`);
    const { shape: stacked, data } = readNpy(place.get('g.npy'));
    expect(stacked).toEqual(shape);
    nearAll(data, dice.valueAndGrad(logits, labels, options).grad);
    const mask = Int32Array.from(labels, (k) => Number(k > 0));
    const { value } = await place.json('eval dice --pred one.npy --target mask.npy --axis 1');
    near(value, dice(soft.subarray(0, images * pixels), mask, { shape: [images, 1, pixels], axis: 1 }));
    const { out } = await place.run('eval dice --pred p.npy --target m.npy --axis 1 --activation sigmoid --by-row');
    expect(
      out
        .trim()
        .split('\n')
        .map((line) => line.split(',').length),
    ).toEqual([3, 3, 3, 3, 3]);
  });

  it('says what is wrong', async () => {
    const bad = async (line: string) => (await place.failure(`eval dice ${line}`)).message;
    expect(await bad('--pred p.npy --target m.npy')).toMatch(
      /neither labels of shape \[5, 3, 2\] nor dense, of \[5, 3, 2, 4\];/,
    );
    expect(await bad('--pred one.npy --target w.npy --axis 1')).toMatch(
      /neither labels of shape \[5, 8\] nor dense, of \[5, 1, 8\];/,
    );
    expect(await bad('--pred p.npy --target m.npy --axis 1 --classes 4')).toBe(
      'p.npy: it has 3 classes (shape [5, 3, 2, 4]), not 4',
    );
    expect(await bad('--pred flat.npy --target m.npy --shape 5,3,2,4 --axis 1 --batch 4')).toBe(
      'flat.npy: it has 5 images (shape [5, 3, 2, 4]), not 4',
    );
    expect(await bad('--pred p.npy --target m.npy --axis 0')).toMatch(/first axis is that of the images/);
    expect(await bad('--pred flat.npy --target m.npy')).toMatch(/has no images and classes; say --shape/);
    expect(await bad('--pred p.npy --target m.npy --axis 1 --sample-weight m.npy')).toMatch(
      /of shape \[5, 2, 4\] of weights for 5 images/,
    );
    expect(await bad('--pred p.npy --target m.npy --axis 1 --block 1')).toMatch(/^p\.npy: dice: pred\[\d+\]/);
    const wrong = labels.slice();
    wrong[30] = 9;
    place.put('wrong.npy', npy('|u1', [images, height, width], wrong));
    expect(await bad('--pred soft.npy --target wrong.npy --axis 1 --block 1')).toMatch(
      /^wrong\.npy: dice: labels\[30\] = 9/,
    );
  });
});
