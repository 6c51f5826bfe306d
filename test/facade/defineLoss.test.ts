/** Losses of the user's own, on both backends. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accumulator, allocate, checkGradient, defineLoss, huber, init, l2, objective } from '../../ts/index.ts';

const own = defineLoss({
  name: 'ownHuber',
  parameters: { delta: 1, loud: false, mode: 'plain' },
  value: (pred, target, { delta }) => {
    const a = Math.abs(pred - target);
    return a <= delta ? 0.5 * a * a : delta * (a - delta / 2);
  },
  grad: (pred, target, { delta }) => Math.max(-delta, Math.min(delta, pred - target)),
  hess: (pred, target, { delta }) => (Math.abs(pred - target) <= delta ? 1 : 0),
});
const [pred, target] = [
  [0.5, -3, 2, 0.1],
  [0, 0, 0.5, 4],
];

describe.each(['wasm', 'reference'] as const)('%s', (backend) => {
  beforeAll(() => init({ backend }).then(() => {}));
  afterAll(() => init({ backend: 'wasm' }).then(() => {}));

  it('is as the loss of the package with the same formula', () => {
    for (const options of [
      {},
      { delta: 2 },
      { reduction: 'sum' },
      { sampleWeight: [1, 0, 2, 0.5] },
      { divisor: 3 },
    ] as const) {
      const [mine, theirs] = [own.valueGradHess(pred, target, options), huber.valueGradHess(pred, target, options)];
      expect(mine.value).toBeCloseTo(theirs.value, 14);
      expect([...mine.grad]).toEqual([...theirs.grad]);
      expect([...mine.hess]).toEqual([...theirs.hess]);
      expect(mine.totalWeight).toBe(theirs.totalWeight);
      expect(own(pred, target, options)).toBe(mine.value);
    }
    expect([...own(pred, target, { reduction: 'none' })]).toEqual([...huber(pred, target, { reduction: 'none' })]);
  });

  it('takes float32, resident buffers, tensors and out', () => {
    const [p, t] = [Float32Array.from(pred), Float32Array.from(target)];
    const out = new Float32Array(4);
    const { value, grad } = own.valueAndGrad(p, t, { out });
    expect(grad).toBe(out);
    expect(value).toBeCloseTo(huber(p, t), 6);
    const [x, y] = [allocate('float32', 4), allocate('float32', 4)];
    x.array.set(p);
    y.array.set(t);
    for (let i = 0; i < 4; i++) expect(own.valueAndGrad(x, y).value).toBe(value);
    expect(own({ data: p, shape: [2, 2] }, { data: t, shape: [2, 2] })).toBe(value);
    expect(() => own(p, Float32Array.of(1))).toThrow(/^ownHuber: target must have the length of pred/);
    x.free();
    y.free();
  });

  it('goes into accumulators and objectives', () => {
    const mean = accumulator(own, { delta: 2 })
      .add(pred.slice(0, 3), target.slice(0, 3))
      .add(pred.slice(3), target.slice(3));
    expect(mean.value()).toBeCloseTo(own(pred, target, { delta: 2 }), 14);
    expect(accumulator.from(JSON.parse(JSON.stringify(mean))).merge(mean).count).toBe(8);
    const J = objective({ loss: own, regularizer: l2, lambda: 0.5 });
    expect(J([pred, target], [1, 2])).toBeCloseTo(own(pred, target) + 2.5, 14);
  });

  it('is made anew under its name, and may call others in its formulas', () => {
    const make = (factor: number) =>
      defineLoss({
        name: 'again',
        value: (p, t) => factor * huber([p], [t]),
        grad: (p, t) => factor * huber.valueAndGrad([p], [t]).grad[0]!,
      });
    expect(make(1)(pred, target)).toBeCloseTo(huber(pred, target), 14);
    expect(make(3)(pred, target)).toBeCloseTo(3 * huber(pred, target), 13);
    const failing = defineLoss({
      name: 'failing',
      value: () => {
        throw new Error('mine');
      },
      grad: () => 0,
    });
    expect(() => failing(pred, target)).toThrow('mine');
    expect(huber(pred, target)).toBeGreaterThan(0);
  });

  it.each([
    ['value', { value: () => {} }, (loss: typeof own) => loss(pred, target)],
    ['value', { value: () => '1' }, (loss: typeof own) => loss.valueAndGrad(pred, target)],
    ['grad', { grad: () => null }, (loss: typeof own) => loss.valueAndGrad(pred, target)],
    ['hess', { hess: () => 1n }, (loss: typeof own) => loss.valueGradHess(pred, target)],
  ])('refuses a %s that is no number', (what, slip, call) => {
    const right = { value: () => 1, grad: () => 1, hess: () => 1 };
    const loss = defineLoss({ name: 'mute', ...right, ...slip } as never);
    expect(() => call(loss as never)).toThrow(TypeError);
    expect(() => call(loss as never)).toThrow(`mute: ${what} must be a formula that returns a number, got `);
  });
});

it('refuses what is none', () => {
  const formulas = { value: () => 0, grad: () => 0 };
  for (const [bad, kind] of [
    [{ ...formulas, name: 1 }, TypeError],
    [{ ...formulas, name: 'a b' }, RangeError],
    [{ ...formulas, name: 'huber' }, RangeError],
    [{ name: 'x', value: 1, grad: () => 0 }, TypeError],
    [{ name: 'x', value: () => 0 }, TypeError],
    [{ ...formulas, name: 'x', hess: 3 }, TypeError],
    [{ ...formulas, name: 'x', gradient: () => 0 }, TypeError],
    [{ ...formulas, name: 'x', parameters: { a: null } }, TypeError],
    [{ ...formulas, name: 'x', parameters: { a: Number.NaN } }, RangeError],
    [{ ...formulas, name: 'x', parameters: { out: 1 } }, RangeError],
    [null, TypeError],
  ] as const) {
    expect(() => defineLoss(bad as never), JSON.stringify(bad)).toThrow(kind);
  }
  expect(() => defineLoss(null as never)).toThrow('defineLoss: definition must be an object with name,');
  expect(() => own(pred, target, { delta: '1' as never })).toThrow(TypeError);
  expect(() => own(pred, target, { delta: Infinity })).toThrow(RangeError);
  expect(() => own(pred, target, { loud: 1 as never })).toThrow(TypeError);
  expect(() => own(pred, target, { mode: 1 as never })).toThrow(TypeError);
  expect(() => own(pred, target, { dleta: 1 } as never)).toThrow(/did you mean `delta`/);
  const flat = defineLoss({ name: 'flat', ...formulas });
  expect(() => (flat as never as typeof own).valueGradHess(pred, target)).toThrow(/flat: has no second derivative/);
});

describe('checkGradient', () => {
  it('finds a slip in the gradient, and says where', () => {
    const wrong = defineLoss({
      name: 'wrong',
      value: (p, t) => (p - t) ** 2,
      grad: (p, t) => 2 * (p - t) * (p > 1 ? 1.01 : 1),
    });
    const { ok, worst, checked } = checkGradient(wrong, [
      [0.5, 3, -1],
      [0, 1, 2],
    ]);
    expect(ok).toBe(false);
    expect(worst).toMatchObject({ input: 'pred', index: 1, order: 1 });
    expect(worst!.error).toBeCloseTo(0.0099, 4);
    expect(checked).toBe(3);
    const second = defineLoss({
      name: 'second',
      value: (p, t) => (p - t) ** 3,
      grad: (p, t) => 3 * (p - t) ** 2,
      hess: (p, t) => 3 * (p - t),
    });
    expect(
      checkGradient(second, [
        [0.5, 3],
        [0, 1],
      ]).worst,
    ).toMatchObject({ order: 2 });
  });

  it('passes over kinks, and checks beside them', () => {
    const { ok, checked, skipped } = checkGradient(huber, [
      [1, 0.999, 1.001, 5],
      [0, 0, 0, 0],
    ]);
    expect([ok, checked, skipped]).toEqual([true, 6, 2]);
  });

  it('takes functions: of lists, with a gradient in the first or in each, and of records', () => {
    const sum = (x: Float64Array) => x.reduce((s, v) => s + v, 0);
    const first = (x: Float64Array) => ({ value: sum(x) ** 2, grad: x.map(() => 2 * sum(x)) });
    expect(checkGradient(first, [[1, 2, 3]]).ok).toBe(true);
    const each = (x: Float64Array, y: Float64Array) => ({
      value: sum(x) * sum(y),
      grad: [x.map(() => sum(y)), y.map(() => sum(x))],
    });
    expect(checkGradient(each, [[1, 2], [3]])).toMatchObject({ ok: true, checked: 3 });
    const named = ({ w, b }: { w: Float64Array; b: Float64Array }) => ({
      value: Math.sin(w[0]!) * b[0]!,
      grad: { w: [Math.cos(w[0]!) * b[0]!], b: [Math.cos(w[0]!)] },
    });
    expect(checkGradient(named, { w: [0.3], b: [2] }).worst).toMatchObject({ input: 'b', index: 0 });
    expect(() => checkGradient((() => 3) as never, [[1]])).toThrow(/a function that returns { value, grad }/);
    expect(() => checkGradient(3 as never, [[1]])).toThrow(TypeError);
    expect(() => checkGradient(huber, [[1], [1]], { reduction: 'none' })).toThrow(RangeError);
    expect(() => checkGradient(huber, [[1], [1]], { tolerance: 0 })).toThrow(RangeError);
  });
});
