/** objective: data + λ·penalty, with the gradients of both. */
import { describe, expect, expectTypeOf, it } from 'vitest';
import {
  allocate,
  crossEntropy,
  elasticNet,
  elbo,
  gaussianNll,
  l1,
  l2,
  mse,
  objective,
  triplet,
} from '../../ts/index.ts';

const f32 = (...x: number[]) => Float32Array.from(x);
const f64 = (...x: number[]) => Float64Array.from(x);

describe('objective', () => {
  it('adds λ times the penalty', () => {
    const J = objective({ loss: mse, regularizer: l2, lambda: 0.25 });
    const inputs = [f64(3, 0), f64(1, 0)] as const;
    const params = f64(2, -1);
    expect(J(inputs, params)).toBe(3.25);
    expect(J.valueAndGrad(inputs, params)).toEqual({
      value: 3.25,
      data: 2,
      penalty: 5,
      grad: { inputs: f64(2, 0), params: f64(1, -0.5) },
    });
  });

  it('takes a list of arrays, each in its own precision', () => {
    const J = objective({ loss: mse, regularizer: l1, lambda: 0.5 });
    const { penalty, grad } = J.valueAndGrad([f32(1), f32(1)], [f32(1, -2), [3], f64(-1)]);
    expect(penalty).toBe(7);
    expect(grad.params).toEqual([f32(0.5, -0.5), f64(0.5), f64(-0.5)]);
    expect(J([f32(1), f32(1)], [f32(1, -2), [3]])).toBe(3);
    expect(J.valueAndGrad([f32(1), f32(1)], []).grad.params).toEqual([]);
  });

  it("passes the loss's and the regularizer's options on", () => {
    const options = { l1Ratio: 0.25 };
    const J = objective({ loss: crossEntropy, regularizer: elasticNet, regularizerOptions: options, lambda: 2 });
    const logits = f64(1, 2, 0.5, 0, 0, 1);
    const lossOptions = { labelSmoothing: 0.1, reduction: 'sum' as const };
    const theta = f64(1, -3);
    const own = crossEntropy.valueAndGrad(logits, [0, 2], lossOptions);
    const { value, data, penalty, grad } = J.valueAndGrad([logits, [0, 2], lossOptions], theta);
    expect(data).toBe(own.value);
    expect(grad.inputs).toEqual(own.grad);
    expect(penalty).toBe(elasticNet(theta, options));
    expect(value).toBe(data + 2 * penalty);
    expect([...grad.params]).toEqual([...elasticNet.valueAndGrad(theta, options).grad].map((g) => 2 * g));
    expect(J([logits, [0, 2], lossOptions], theta)).toBe(value);
  });

  it('needs no regularizer, and no params then', () => {
    const J = objective({ loss: mse });
    expect(J([[2], [0]])).toBe(4);
    expect(J.valueAndGrad([[2], [0]]).grad.params).toEqual([]);
    expect(J.valueAndGrad([[2], [0]], f32(1, 2)).grad.params).toEqual(f32(0, 0));
  });

  it('is switched off by λ = 0, even where the penalty is infinite', () => {
    const J = objective({ loss: mse, regularizer: l2 });
    const { value, penalty, grad } = J.valueAndGrad([[2], [0]], f64(Infinity));
    expect([value, penalty, ...grad.params]).toEqual([4, Infinity, 0]);
    expect(J([[2], [0]], f64(Infinity))).toBe(4);
  });

  it('writes into given arrays', () => {
    const J = objective({ loss: mse, regularizer: l2, lambda: 1 });
    const out = f32(9);
    const paramsOut = [f32(9, 9)] as const;
    const { grad } = J.valueAndGrad([f32(3), f32(1), { out }], [f32(1, 2)], { out: paramsOut });
    expect(grad.inputs).toBe(out);
    expect(grad.params[0]).toBe(paramsOut[0]);
    expect([out, paramsOut]).toEqual([f32(4), [f32(2, 4)]]);
    using theta = allocate('float32', 2);
    theta.array.set([1, 2]);
    J.valueAndGrad([f32(3), f32(1)], theta, { out: theta });
    expect([...theta.array]).toEqual([2, 4]);
  });

  it('works with losses of several inputs', () => {
    const a = f32(1, 0);
    const J = objective({ loss: triplet, regularizer: l2, lambda: 0.1 });
    const { grad } = J.valueAndGrad([a, f32(0, 1), f32(1, 1), { dim: 2 }], a);
    expect(Object.keys(grad.inputs)).toEqual(['anchor', 'positive', 'negative']);
    expect(grad.inputs).toEqual(triplet.valueAndGrad(a, f32(0, 1), f32(1, 1), { dim: 2 }).grad);
    const inputs = { recon: [[0.5]], target: [[1]], mu: [[1]], logVar: [[0]] };
    expect(objective({ loss: elbo })([inputs, { beta: 2 }])).toBe(elbo(inputs, { beta: 2 }));
  });

  it('is typed by its arguments', () => {
    const J = objective({ loss: mse, regularizer: l2, lambda: 1 });
    const one = () => J.valueAndGrad([f32(1), f32(1)], [f32(1), [2]]).grad;
    expectTypeOf<ReturnType<typeof one>['inputs']>().toEqualTypeOf<Float32Array<ArrayBuffer>>();
    expectTypeOf<ReturnType<typeof one>['params']>().toEqualTypeOf<
      [Float32Array<ArrayBuffer>, Float64Array<ArrayBuffer>]
    >();
    const several = () => objective({ loss: gaussianNll }).valueAndGrad([[1], [1], [0]]).grad.inputs;
    expectTypeOf(several().mean).toEqualTypeOf<Float64Array<ArrayBuffer>>();
    // @ts-expect-error: a penalty adds to a single value
    expect(() => J([f32(1), f32(1), { reduction: 'none' }], f32(1))).toThrow(RangeError);
    // @ts-expect-error: mse has no delta
    expect(() => J([f32(1), f32(1), { delta: 1 }], f32(1))).toThrow(TypeError);
    // @ts-expect-error: l2 has no l1Ratio
    objective({ loss: mse, regularizer: l2, regularizerOptions: { l1Ratio: 1 } });
  });

  it.each<[string, () => unknown, ErrorConstructor, RegExp]>([
    ['no options', () => objective(undefined as never), TypeError, /objective: options must be an object with loss/],
    ['no loss', () => objective({} as never), TypeError, /objective: loss must be a loss of losskit/],
    ['a word', () => objective({ loss: 'mse' } as never), TypeError, /got "mse"/],
    ['a typo', () => objective({ loss: mse, lamda: 1 } as never), TypeError, /did you mean `lambda`/],
    ['no penalty', () => objective({ loss: mse, lambda: 1 }), TypeError, /regularizer must be given where lambda > 0/],
    [
      'λ < 0',
      () => objective({ loss: mse, regularizer: l2, lambda: -1 }),
      RangeError,
      /lambda must be finite and >= 0/,
    ],
    ['λ = ∞', () => objective({ loss: mse, regularizer: l2, lambda: Infinity }), RangeError, /got Infinity/],
    ['λ = NaN', () => objective({ loss: mse, regularizer: l2, lambda: Number.NaN }), RangeError, /got NaN/],
    ['λ text', () => objective({ loss: mse, lambda: '1' as never }), TypeError, /lambda must be a number/],
    ['no params', () => objective({ loss: mse, regularizer: l2 })([[1], [1]]), TypeError, /params must be an array/],
    ['bare inputs', () => objective({ loss: mse })(f32(1) as never), TypeError, /inputs must be \[pred, target/],
    [
      'an out that is no list',
      () => objective({ loss: mse, regularizer: l2 }).valueAndGrad([[1], [1]], [[1], [2]], { out: f32(1) as never }),
      TypeError,
      /out must be a list of arrays/,
    ],
  ])('refuses %s', (_name, call, kind, message) => {
    expect(call).toThrow(kind);
    expect(call).toThrow(message);
  });
});
