/** Sequences as files, and their lengths. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ctc } from '../../ts/index.ts';
import { Place } from '../support/cli.ts';
import { near, nearAll } from '../support/cliNear.ts';
import { npy, readNpy } from '../support/npy.ts';
import { random } from '../support/random.ts';

const { normal, below } = random('sequences of files');
const place = new Place();
afterAll(() => place.remove());

describe('sequences', () => {
  const [count, steps, classes, most] = [4, 6, 5, 3];
  const logits = Float32Array.from({ length: count * steps * classes }, normal);
  const labels = Int32Array.from({ length: count * most }, () => 1 + below(classes - 1));
  const [inputLengths, labelLengths] = [
    [6, 5, 4, 6],
    [3, 2, 1, 0],
  ];
  const options = { shape: [count, steps, classes], inputLengths, labelLengths };
  beforeAll(() => {
    place.put('z.npy', npy('<f4', [count, steps, classes], logits));
    place.put('zf.npy', npy('<f4', [count, steps, classes], logits, { fortran: true }));
    place.put('flat.npy', npy('<f4', [logits.length], logits));
    place.put('y.npy', npy('<i8', [count, most], labels));
    place.put(
      'y.csv',
      Array.from({ length: count }, (_, i) => labels.subarray(i * most, (i + 1) * most).join(',')).join('\n'),
    );
    place.put('t.npy', npy('<i8', [count], inputLengths));
    place.put('l.txt', labelLengths.join('\n'));
  });

  it('ctc, in blocks of any size, of files as they come', async () => {
    const expected = ctc.valueAndGrad(logits, labels, options);
    const lengths = '--input-lengths t.npy --label-lengths l.txt';
    for (const files of [
      'z.npy y.npy',
      'zf.npy y.csv',
      'flat.npy y.npy --shape 4,6,5',
      'flat.npy y.npy --shape 4,-1,5',
      'flat.npy y.npy --batch 4 --classes 5',
    ]) {
      const [z, y, ...more] = files.split(' ');
      for (const block of [1, 70, 10000]) {
        const line = `eval ctc --pred ${z} --target ${y} ${more.join(' ')} ${lengths} --block ${block}`;
        const report = await place.json(`${line} --grad g.npy`);
        near(report.value, expected.value);
        expect(report.count).toBe(count);
        nearAll(readNpy(place.get('g.npy')).data, expected.grad);
      }
    }
    const whole = await place.json(
      'eval ctc --logits z.npy --labels y.npy --input-lengths 6,5,4,6 --label-lengths 3,2,1,0',
    );
    near(whole.value, expected.value);
    await place.run(`eval ctc --pred z.npy --target y.npy ${lengths} --by-row --out r.npy`);
    const { shape, data } = readNpy(place.get('r.npy'));
    expect(shape).toEqual([count]);
    nearAll(data, ctc(logits, labels, { ...options, reduction: 'none' }));
  });

  it('several files, each with its lengths', async () => {
    const half = count / 2;
    for (const k of [0, 1]) {
      place.put(`z${k}.npy`, npy('<f4', [half, steps, classes], logits.subarray(k * half * steps * classes)));
      place.put(`y${k}.npy`, npy('<i8', [half, most], labels.subarray(k * half * most)));
      place.put(`t${k}.npy`, npy('<i8', [half], inputLengths.slice(k * half)));
      place.put(`l${k}.npy`, npy('<i8', [half], labelLengths.slice(k * half)));
    }
    const line =
      'eval ctc --pred z0.npy z1.npy --target y0.npy y1.npy --input-lengths t0.npy,t1.npy --label-lengths l0.npy l1.npy';
    near((await place.json(line)).value, ctc(logits, labels, options));
  });

  it('says what is wrong', async () => {
    const bad = async (line: string) => (await place.failure(`eval ctc ${line}`)).message;
    expect(await bad('--pred z.npy --target y.npy --input-lengths 6,5')).toBe(
      '--input-lengths: 2 inputLengths for 4 sequences; give one for each',
    );
    expect(await bad('--pred flat.npy --target y.npy')).toMatch(/isn't \[sequences, steps, classes\]; say --shape/);
    expect(await bad('--pred z.npy --target y.npy --batch 3')).toBe(
      'z.npy: it has 4 sequences (shape [4, 6, 5]), not 3',
    );
    expect(await bad('--pred z.npy --target y.npy --classes 6')).toBe(
      'z.npy: it has 5 classes (shape [4, 6, 5]), not 6',
    );
    expect(await bad('--pred z.npy --target t.npy --axis 1')).toMatch(/takes no --axis/);
    expect(await bad('--pred z.npy --target z.npy')).toMatch(/^z\.npy: labels of shape \[4, 6, 5\] for 4 sequences/);
    expect(await bad('--pred z.npy --target y.npy --input-lengths 6,5,4,7 --block 1')).toMatch(/inputLengths\[3\]/);
    const blank = npy('<i8', [count, most], [...labels.slice(0, -3), 0, 1, 1]);
    place.put('b.npy', blank);
    expect(await bad('--pred z.npy --target b.npy --block 1')).toMatch(/^b\.npy: ctc: labels\[9\]/);
    expect(await bad('--pred z.npy --target y.npy --shift')).toMatch(/--shift is for losses of rows of classes/);
  });
});
