/** `--axis`, `--shape`, `--divisor` and lists of labels: files as models write them, without a conversion before. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { binaryCrossEntropyWithLogits, crossEntropy, mse } from '../../ts/index.ts';
import { Place } from '../support/cli.ts';
import { npy, readNpy } from '../support/npy.ts';
import { random } from '../support/random.ts';

const [images, classes, height, width] = [5, 3, 2, 4];
const pixels = height * width;
const { normal, below } = random('axis');
/** Classes last, as [images, height, width, classes]. */
const last = Float32Array.from({ length: images * pixels * classes }, normal);
const labels = Int32Array.from({ length: images * pixels }, () => below(classes));
const weights = Float32Array.from({ length: images * pixels }, (_, i) => i % 3);

/** The same with the classes before the pixels. */
const first = <T extends Float32Array | number[]>(x: T): Float32Array =>
  Float32Array.from(x, (_, i) => {
    const [image, rest] = [Math.floor(i / (classes * pixels)), i % (classes * pixels)];
    const [k, pixel] = [Math.floor(rest / pixels), rest % pixels];
    return x[(image * pixels + pixel) * classes + k]!;
  });
const shape = [images, classes, height, width];

const place = new Place();
beforeAll(() => {
  place.put('z.npy', npy('<f4', shape, first(last)));
  place.put('fortran.npy', npy('<f4', shape, first(last), { fortran: true }));
  place.put('flat.npy', npy('<f4', [first(last).length], first(last)));
  place.put('y.npy', npy('<i8', [images, height, width], labels));
  place.put('y2.npy', npy('<i8', [images, pixels], labels));
  place.put('w.npy', npy('<f4', [images, height, width], weights));
});
afterAll(() => place.remove());

const near = (x: number, y: number): void => expect(Math.abs(x / y - 1)).toBeLessThan(1e-14);

describe('--axis', () => {
  const expected = crossEntropy.valueAndGrad(last, labels, { classes });

  it.each(['z.npy', 'fortran.npy', 'flat.npy --shape 5,3,2,4', 'flat.npy --shape 5,3,-1'])(
    'classes before the pixels: %s, in blocks of any size',
    async (file) => {
      const target = file.endsWith('-1') ? 'y2.npy' : 'y.npy';
      for (const [axis, block] of [
        [1, 1],
        [1, 50],
        [file.endsWith('-1') ? -2 : -3, 1000],
      ]) {
        const line = `eval crossEntropy --pred ${file} --target ${target} --axis ${axis} --block ${block} --grad g.npy`;
        near((await place.json(line)).value, expected.value);
        const { data } = readNpy(place.get('g.npy'));
        for (const [i, g] of first(expected.grad as Float32Array).entries()) expect(data[i]).toBeCloseTo(g, 7);
      }
    },
  );

  it('who forgot it is told which axis had the classes, and which would fit', async () => {
    const forgotten = await place.failure('eval crossEntropy --pred z.npy --target y.npy');
    expect(forgotten.code).toBe(1);
    expect(forgotten.message).toContain('classes are axis 3 of [5, 3, 2, 4], and --axis 1 would fit');
    place.put('square.npy', npy('<f4', [5, 4, 4], new Float32Array(80)));
    place.put('ysquare.npy', npy('<i4', [4, 4], new Int32Array(16)));
    const square = await place.failure('eval crossEntropy --pred square.npy --target ysquare.npy');
    expect(square.message).toContain('classes are axis 2 of [5, 4, 4], and --axis 0 would fit');
    place.put('ycube.npy', npy('<i4', [4, 5], new Int32Array(20)));
    place.put('cube.npy', npy('<f4', [4, 4, 5], new Float32Array(80)));
    const cube = await place.failure('eval crossEntropy --pred cube.npy --target ycube.npy');
    expect(cube.message).toContain('classes are axis 2 of [4, 4, 5], and --axis 1 would fit');
    const { message } = await place.failure('eval crossEntropy --pred z.npy --target y2.npy');
    expect(message).toContain('nothing is broadcast');
    expect(message).not.toContain('--axis');
  });

  it('the first axis', async () => {
    const n = images * pixels;
    const turned = Float32Array.from(last, (_, i) => last[(i % n) * classes + Math.floor(i / n)]!);
    place.put('t.npy', npy('<f4', [classes, images, pixels], turned));
    place.put('yt.npy', npy('<i4', [images, pixels], labels));
    near((await place.json('eval crossEntropy --pred t.npy --target yt.npy --axis 0')).value, expected.value);
  });

  it('losses and weights lie as the labels do', async () => {
    const line = 'eval crossEntropy --pred z.npy --target y.npy --axis 1 --sample-weight w.npy --block 30';
    near((await place.json(line)).value, crossEntropy(last, labels, { classes, sampleWeight: weights }));
    await place.run(`${line} --by-row --out l.npy`);
    const { shape, data } = readNpy(place.get('l.npy'));
    expect(shape).toEqual([images, height, width]);
    expect([...data]).toEqual([...crossEntropy(last, labels, { classes, sampleWeight: weights, reduction: 'none' })]);
  });

  it('a number for each class of a multi-label loss', async () => {
    const y = Float32Array.from(last, (_, i) => i % 2);
    place.put('m.npy', npy('|u1', shape, first(y)));
    const line = 'eval binaryCrossEntropyWithLogits --pred z.npy --target m.npy --axis 1 --pos-weight 1,2,3 --block 24';
    const expected = binaryCrossEntropyWithLogits(last, y, { posWeight: [1, 2, 3] });
    expect(Math.abs((await place.json(line)).value / expected - 1)).toBeLessThan(1e-7);
  });

  it.each([
    ['z.npy --target y.npy --axis 4', 'z.npy: its shape [5, 3, 2, 4] has no axis 4'],
    ['flat.npy --target y.npy --shape 5,3,7 --axis 1', "aren't those of [5, 3, 7]"],
    ['z.npy --target y.npy --axis one', '--axis must be a whole number, got one'],
    ['z.npy --target y.npy --shape 5,-1,-1', '--shape must be lengths'],
    ['z.npy --target y.npy --axis 1 --shift', '--shift goes with classes that are the last axis'],
    ['z.npy --target y.npy', 'must have the shape of logits'],
  ])('%s', async (line, message) => {
    expect((await place.failure(`eval crossEntropy --pred ${line}`)).message).toContain(message);
  });
});

describe('--divisor', () => {
  it('takes the place of the weight, in the value and in the gradient', async () => {
    const line = 'eval mse --pred flat.npy --target flat2.npy --divisor 7 --grad g.npy';
    const other = first(last).map((x) => x + 1);
    place.put('flat2.npy', npy('<f4', [other.length], other));
    const { value, grad } = mse.valueAndGrad(first(last), other, { divisor: 7 });
    for (const block of [10, 1000]) {
      // Elements are added up in float32's lanes, block by block.
      expect(Math.abs((await place.json(`${line} --block ${block}`)).value / value - 1)).toBeLessThan(1e-7);
      const { data } = readNpy(place.get('g.npy'));
      for (const [i, g] of grad.entries()) expect(data[i]).toBeCloseTo(g, 6);
    }
  });

  it.each([
    ['mse --pred flat.npy --target flat.npy --divisor 0', '--divisor must be a number > 0, got 0'],
    ['mse --pred flat.npy --target flat.npy --divisor 2 --reduction sum', '--divisor is what a mean divides by'],
    ['l2 --theta flat.npy --divisor 2', 'l2 takes no --divisor'],
  ])('%s', async (line, message) => {
    expect(await place.failure(`eval ${line}`)).toEqual({ code: 2, message: expect.stringContaining(message) });
  });
});

describe('targets that are left out, and weights of classes', () => {
  const y = Float32Array.from({ length: 12 }, (_, i) => (i % 5 === 4 ? 255 : i % 2));
  const z = last.subarray(0, 12);
  beforeAll(() => {
    place.put('b.npy', npy('<f4', [4, 3], z));
    place.put('by.npy', npy('|u1', [4, 3], y));
    place.put(
      'nan.npy',
      npy(
        '<f4',
        [4, 3],
        y.map((x) => (x === 255 ? Number.NaN : x)),
      ),
    );
  });

  it('--ignore-target 255, or nan', async () => {
    const expected = binaryCrossEntropyWithLogits(z, y, { ignoreTarget: 255 });
    const line = 'eval binaryCrossEntropyWithLogits --pred b.npy --block 5 --target';
    for (const rest of ['by.npy --ignore-target 255', 'nan.npy --ignore-target nan']) {
      const { value, weight } = await place.json(`${line} ${rest}`);
      expect(Math.abs(value / expected - 1)).toBeLessThan(1e-7);
      expect(weight).toBe(10);
    }
  });

  it('--class-weight of a multi-label loss', async () => {
    const line =
      'eval binaryCrossEntropyWithLogits --pred b.npy --target by.npy --ignore-target 255 --class-weight 1,2,3';
    const { value } = await place.json(line);
    near(value, binaryCrossEntropyWithLogits(z, y, { classes: 3, ignoreTarget: 255, classWeight: [1, 2, 3] }));
  });
});

describe('lists of labels', () => {
  it('--ignore-index -100,0', async () => {
    const z = last.subarray(0, 6 * classes);
    place.put('some.npy', npy('<f4', [6, classes], z));
    const y = [0, 1, 2, -100, 1, 0];
    place.put('ys.npy', npy('<i8', [6], y));
    const { value, weight } = await place.json(
      'eval crossEntropy --pred some.npy --target ys.npy --ignore-index -100,0',
    );
    near(value, crossEntropy(z, y, { classes, ignoreIndex: [-100, 0] }));
    expect(weight).toBe(3);
    const { code, message } = await place.failure(
      'eval crossEntropy --pred some.npy --target ys.npy --ignore-index -100,cat',
    );
    expect(message).toContain('--ignore-index must be numbers with commas');
    expect(code).toBe(2);
  });
});
