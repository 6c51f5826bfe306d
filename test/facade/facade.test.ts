/** The shape of the API on both backends: results, messages, ELBO and metadata. */
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as L from '../../ts/index.ts';

const f32 = (...x: number[]): Float32Array<ArrayBuffer> => Float32Array.from(x);
const f64 = (...x: number[]): Float64Array<ArrayBuffer> => Float64Array.from(x);
// biome-ignore lint/suspicious/noExplicitAny: wrong calls on purpose
const any = (x: unknown): any => x;

afterAll(() => L.init({ backend: 'wasm' }));

describe.each(['wasm', 'reference'] as const)('%s', (name) => {
  beforeAll(async () => {
    expect((await L.init({ backend: name })).name).toBe(name);
  });

  describe('results', () => {
    it('reduces', () => {
      expect(L.mse(f32(1, 2), f32(3, 2))).toBe(2);
      expect(L.mse(f32(1, 2), f32(3, 2), { reduction: 'sum' })).toBe(4);
      expect(L.mse(f32(1, 2), f32(3, 2), { reduction: 'none' })).toEqual(f32(4, 0));
    });

    it('has the precision of its inputs', () => {
      expect(L.mse.valueAndGrad(f32(1), [3]).grad).toEqual(f32(-4));
      expect(L.mse.valueAndGrad([1], f32(3)).grad).toEqual(f32(-4));
      expect(L.mse.valueAndGrad([1], [3]).grad).toEqual(f64(-4));
      expect(L.mse.valueAndGrad(f64(1), [3]).grad).toEqual(f64(-4));
      expect(L.mse.valueAndGrad(f32(1), f64(3)).grad).toEqual(f32(-4));
      expect(L.mse.valueAndGrad(f64(1), f32(3)).grad).toEqual(f64(-4));
      expect(L.mse(f32(1), f32(3), { sampleWeight: f64(2) })).toBe(4);
    });

    it('gives each sample its own gradient with none', () => {
      const { value, grad } = L.huber.valueAndGrad([3, 1], [1, 1], { reduction: 'none', delta: 1 });
      expect(value).toEqual(f64(1.5, 0));
      expect(grad).toEqual(f64(1, 0));
    });

    it('gives records for several inputs', () => {
      const { grad, hess } = L.gaussianNll.valueGradHess([1], [0], [0]);
      expect(grad).toEqual({ mean: f64(1), logVar: f64(0) });
      expect(hess).toEqual({ mean: f64(1), logVar: f64(0.5) });
    });

    it('is the same for what the three calls share', () => {
      const logits = f32(0.1, 2, -1, 3, 0.5, 0.2);
      const { value, grad } = L.crossEntropy.valueAndGrad(logits, [1, 0]);
      expect(L.crossEntropy(logits, [1, 0])).toBe(value);
      const all = L.crossEntropy.valueGradHess(logits, [1, 0]);
      expect(all.value).toBe(value);
      expect(all.grad).toEqual(grad);
    });

    it('is empty for nothing', () => {
      expect(L.mse.valueAndGrad([], [])).toEqual({ value: 0, grad: f64(), totalWeight: 0 });
      expect(L.crossEntropy.valueAndGrad(f32(), [])).toEqual({ value: 0, grad: f32(), totalWeight: 0 });
      expect(L.triplet([], [], [], { dim: 3 })).toBe(0);
      expect(L.ntXent([], [], { dim: 3 })).toBe(0);
      expect(L.elbo({ recon: [], target: [], mu: [], logVar: [] })).toBe(0);
    });
  });

  describe('messages', () => {
    it('name function, argument, what was expected, what came and the fix', () => {
      const z = Float32Array.from({ length: 200 }, () => 0);
      const labels = new Int32Array(20);
      labels[17] = 12;
      expect(() => L.crossEntropy(z, labels)).toThrow('crossEntropy: labels[17] = 12 is out of range for 10 classes');
      expect(() => L.crossEntropy([[1, 2]], [0.5])).toThrow(/labels\[0\] = 0.5/);
      expect(() => L.huber([1], [1], { delta: -1 })).toThrow('huber: delta must be finite and > 0, got -1');
      expect(() => L.huber([1], [1], { delta: any('1') })).toThrow(TypeError);
      expect(() => L.crossEntropy([[1, 2]], [0], any({ lableSmoothing: 0.1 }))).toThrow(
        /unknown option `lableSmoothing`; did you mean `labelSmoothing`/,
      );
      expect(() => L.mse([1], [1], { reduction: any('avg') })).toThrow(RangeError);
      expect(() => L.mse([1], [1], { reduction: any(1) })).toThrow(TypeError);
      expect(() => any(L.mse)([1])).toThrow(/mse: target must be/);
      expect(() => any(L.mse)([1], [1], [1])).toThrow(/options must be an object/);
      expect(() => any(L.mse)([1], [1], f32(1))).toThrow(/options must be an object/);
      expect(() => any(L.mse)([1], [1], 'sum')).toThrow(TypeError);
      expect(() => L.binaryCrossEntropy([0.5, 2], [0, 1])).toThrow(/p\[1\] = 2/);
      expect(() => L.hinge([1, 1], [1, 0])).toThrow(/target\[1\] = 0/);
    });

    it('name losses without a second derivative', () => {
      for (const loss of [L.contrastive, L.triplet, L.ntXent, L.l1, L.l2, L.elasticNet]) {
        expect(() => any(loss).valueGradHess([1], [1], [1])).toThrow(TypeError);
        expect(() => any(loss).valueGradHess([1], [1], [1])).toThrow(loss.info.name);
      }
      expect(() => L.ntXent.valueAndGrad([[1]], [[1]], { reduction: 'none' })).toThrow(/reduction/);
      expect(() => any(L.l2)([1], { reduction: 'sum' })).toThrow(TypeError);
      expect(() => any(L.ntXent)([[1]], [[1]], { sampleWeight: [1] })).toThrow(TypeError);
    });
  });

  it('lets a getter call a loss in the middle of another', () => {
    const tensor = {
      dims: [2],
      get data() {
        L.mse(f32(5, 5), f32(0, 0));
        return f32(1, 2);
      },
    };
    expect(L.mse.valueAndGrad(tensor, [0, 0]).grad).toEqual(f32(1, 2));
  });

  it('composes the ELBO of its two terms', () => {
    const inputs = { recon: [1, -2, 0, 1], target: [1, 0, 1, 0], mu: [[1], [2]], logVar: [[0], [1]] };
    const { value, reconstruction, kl, grad } = L.elbo.valueAndGrad(inputs, { beta: 3, sampleWeight: [1, 3] });
    expect(value).toBe(reconstruction + 3 * kl);
    const rows = L.elbo.valueAndGrad(inputs, { beta: 3, reduction: 'none' });
    expect(value).toBeCloseTo((rows.value[0]! + 3 * rows.value[1]!) / 4, 14);
    expect(grad.mu[1]).toBeCloseTo((3 * 3 * 2) / 4, 14);
    expect(() => L.elbo({ recon: [1], target: [1], mu: [1], logVar: [1] })).toThrow(/batch/);
    expect(() => L.elbo(any({ ...inputs, mean: [1] }))).toThrow(TypeError);
    expect(() => L.elbo(inputs, { batch: 3 })).toThrow(RangeError);
    expect(() => L.elbo({ ...inputs, target: [1, 0, 3, 0] })).toThrow(/elbo: target\[2\] = 3/);
  });
});

describe('info', () => {
  it('is frozen all the way', () => {
    const { info } = L.huber;
    expect(info.name).toBe('huber');
    expect(L.huber.name).toBe('huber');
    for (const x of [L.huber, info, info.inputs, info.parameters, info.parameters.delta])
      expect(Object.isFrozen(x)).toBe(true);
  });
});

it('a console shows of a loss what is public', () => {
  const seen = inspect([L.mse, L.elbo, L.linearCrossEntropy, L.chooseLoss({ task: 'vae' })], { depth: 3 });
  expect(seen).toContain("name: 'linearCrossEntropy'");
  expect(seen).not.toMatch(/Symbol|compiled|measure/);
});
