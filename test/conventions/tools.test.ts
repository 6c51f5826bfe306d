/** What docs/tools.md says of edges: the title of each test is a part of the sentence. */
import { beforeAll, describe, expect, it } from 'vitest';
import * as L from '../../ts/index.ts';

describe.each(['wasm', 'reference'] as const)('%s', (backend) => {
  beforeAll(async () => void (await L.init({ backend })));

  it('compares derivatives with differences: see [the recipe]', () => {
    const cube = L.defineLoss({ name: 'cube', value: (x, y) => (x - y) ** 3, grad: (x, y) => 3 * (x - y) ** 2 });
    expect(cube([3], [1])).toBe(8);
    expect(
      L.checkGradient(cube, [
        [1, 2],
        [0, 5],
      ]).ok,
    ).toBe(true);
    expect(L.backend().name).toBe(backend);
  });

  it('`accumulator` takes losses that are means over elements, rows, lists, sequences or regions.', () => {
    for (const loss of [L.ntXent, L.infoNce, L.supCon, L.sigLip, L.l1, L.l2, L.elasticNet]) {
      expect(() => L.accumulator(loss as never)).toThrow(TypeError);
    }
    for (const loss of [L.crossEntropy, L.listMle, L.ctc, L.dice]) expect(L.accumulator(loss).value()).toBe(0);
    expect(L.accumulator(L.mse).add([1], [0]).value()).toBe(1);
  });

  it('The array of a resident buffer is made anew when memory grows', () => {
    const x = L.allocate('float64', 2);
    const before = x.array;
    x.array.set([1, 2]);
    const large = L.allocate('float64', 4e6);
    expect([...x.array]).toEqual([1, 2]);
    if (backend === 'wasm') expect(before.length).toBe(0);
    for (const buffer of [x, large]) buffer.free();
  });

  it('is freed by `free()`, or by `using`', () => {
    const [a, b] = [L.allocate('float32', 1), L.allocate('float32', 1)];
    a.free();
    b[Symbol.dispose]();
    for (const freed of [a, b]) expect(() => L.l2(freed)).toThrow(TypeError);
  });

  it('`oneHot` and `smoothLabels` give float32 from labels', () => {
    expect(L.oneHot([0], 2)).toBeInstanceOf(Float32Array);
    expect(L.oneHot([0], 2, { dtype: 'float64' })).toBeInstanceOf(Float64Array);
    expect(L.smoothLabels([0], 0.1, { classes: 2 })).toBeInstanceOf(Float32Array);
    expect(L.smoothLabels([[1, 0]], 0.1)).toBeInstanceOf(Float64Array);
    expect(L.smoothLabels(Float32Array.of(1, 0), 0.1, { classes: 2 })).toBeInstanceOf(Float32Array);
  });

  it("`init({ backend: 'wasm' })` rejects there, and says why", async () => {
    // @ts-expect-error built, and without types beside it
    const reference = await import('../../dist/reference.js');
    expect(reference.mse([1], [0])).toBe(1);
    await expect(reference.init({ backend: 'wasm' })).rejects.toThrow('the reference only');
  });
});
