/** Errors of the caller's own objects, wherever a function reads them: losskit's, with the name of the function and the cause. */
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import * as L from '../../ts/index.ts';
import { resident } from '../support/resident.ts';

// biome-ignore lint/suspicious/noExplicitAny: arguments of kinds that the types refuse
type Any = any;

const f32 = (...x: number[]) => Float32Array.from(x);

const revoked = (target: object): Any => {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
};
const throwing = (...names: string[]): Any =>
  Object.defineProperties(
    {},
    Object.fromEntries(
      names.map((name) => [
        name,
        {
          enumerable: true,
          get: () => {
            throw new Error('of my own');
          },
        },
      ]),
    ),
  );

/** Every function, given something strange in the place of a record or a list. */
const places: readonly (readonly [name: string, call: (x: Any) => unknown, prefix: string, names: string[]])[] = [
  ['a loss', (x) => L.mse([1], [1], x), 'mse: ', ['reduction']],
  ['a composition', (x) => L.elbo({ recon: [0], target: [1], mu: [0], logVar: [0] }, x), 'elbo: ', ['batch']],
  ["a composition's parts", (x) => L.elbo(x, { batch: 1 }), 'elbo: ', ['recon']],
  ['oneHot', (x) => L.oneHot([0], 2, x), 'oneHot: ', ['dtype']],
  ['smoothLabels', (x) => L.smoothLabels([0], 0.1, x), 'smoothLabels: ', ['classes']],
  ['chooseLoss', (x) => L.chooseLoss(x), 'chooseLoss: ', ['task']],
  ['accumulator', (x) => L.accumulator(L.huber, x), 'accumulator(huber): ', ['delta']],
  ['add', (x) => L.accumulator(L.huber).add([1], [1], x), 'accumulator(huber).add: ', ['sampleWeight']],
  ['merge', (x) => L.accumulator(L.huber).merge(x), 'merge: ', ['loss']],
  ['from', (x) => L.accumulator.from(x), 'accumulator.from: ', ['loss']],
  ['objective', (x) => L.objective(x), 'objective: ', ['loss']],
  [
    "objective's penalty",
    (x) => L.objective({ loss: L.mse, regularizer: L.l2, regularizerOptions: x }),
    'objective: ',
    ['half'],
  ],
  [
    "an objective's options",
    (x) => L.objective({ loss: L.mse }).valueAndGrad([[1], [1]], [], x),
    'objective: ',
    ['out'],
  ],
];

const lists: readonly (readonly [name: string, call: (x: Any) => unknown, prefix: string | RegExp])[] = [
  ['a loss', (x) => L.mse(x, [1]), 'mse: '],
  ['weights', (x) => L.mse([1], [1], { sampleWeight: x }), 'mse: '],
  ['out', (x) => L.mse.valueAndGrad([1], [1], { out: x }), 'mse: '],
  ['one number a class', (x) => L.crossEntropy([1, 1], [1], { classWeight: x }), 'crossEntropy: '],
  [
    'an accumulator',
    (x) => L.accumulator(L.crossEntropy, { classWeight: x }),
    /^(accumulator\(crossEntropy\)|crossEntropy): /,
  ],
  ['oneHot', (x) => L.oneHot(x, 2), 'oneHot: '],
  ['smoothLabels', (x) => L.smoothLabels(x, 0.1, { classes: 2 }), 'smoothLabels: '],
  ['the arguments of an objective', (x) => L.objective({ loss: L.mse })(x), 'objective: '],
  ['parameters', (x) => L.objective({ loss: L.mse, regularizer: L.l2 })([[1], [1]], x), 'objective: '],
  [
    'outs of parameters',
    (x) => L.objective({ loss: L.mse, regularizer: L.l2 }).valueAndGrad([[1], [1]], [[1]], { out: x }),
    'objective: ',
  ],
];

const errorOf = (call: () => unknown): Error => {
  try {
    call();
  } catch (error) {
    return error as Error;
  }
  throw new Error('nothing was thrown');
};

describe.each(['reference', 'wasm'] as const)('%s', (backend) => {
  beforeAll(async () => void (await L.init({ backend })));

  it.each(places)('of %s name it', (_, call, prefix, names) => {
    for (const strange of [revoked({}), revoked([])]) {
      const error = errorOf(() => call(strange));
      expect(error).toBeInstanceOf(TypeError);
      expect(error.message.slice(0, prefix.length)).toBe(prefix);
    }
    const error = errorOf(() => call(throwing(...names)));
    expect(error).toBeInstanceOf(TypeError);
    expect(error.message).toMatch(/of my own$/);
    expect(error.message.slice(0, prefix.length)).toBe(prefix);
    expect((error.cause as Error).message).toBe('of my own');
  });

  it.each(lists)('of %s, an array, name it', (_, call, prefix) => {
    for (const strange of [revoked([1]), revoked(f32(1)), throwing('length', 'data', 'array', '0')]) {
      const error = errorOf(() => call(strange));
      expect(error).toBeInstanceOf(TypeError);
      if (typeof prefix === 'string') expect(error.message.slice(0, prefix.length)).toBe(prefix);
      else expect(error.message).toMatch(prefix);
    }
  });

  it('are the same in a call that is remembered, which then goes on', () => {
    const [pred, target, out] = [1, 2, 3].map(() => L.allocate('float32', 2)) as [Any, Any, Any];
    pred.array.set([1, 3]);
    for (const options of [{ delta: 1 }, { delta: 1, out }]) {
      for (let i = 0; i < 4; i++) L.huber.valueAndGrad(pred, target, options);
      const bad = { ...options, ...{} };
      Object.defineProperty(bad, 'delta', {
        enumerable: true,
        get: () => {
          throw new RangeError('of my own');
        },
      });
      const error = errorOf(() => L.huber.valueAndGrad(pred, target, bad));
      expect(error).toBeInstanceOf(RangeError);
      expect(error.message).toBe('huber: of my own');
      expect(L.huber.valueAndGrad(pred, target, options).value).toBe(1.5);
    }
    for (const buffer of [pred, target, out]) buffer.free();
  });

  describe('what every object has', () => {
    const everyObject = Object.prototype as unknown as { [name: string]: unknown };
    afterEach(() => {
      delete everyObject.delta;
      delete everyObject.aaa;
    });

    it('counts in no call that is remembered', () => {
      const [pred, target] = [f32(1, 5), f32(0, 0)];
      const buffers = [pred, target].map((x) => resident(x)) as [L.Resident<'float32'>, L.Resident<'float32'>];
      for (const [x, y] of [[pred, target], buffers] as Any[]) {
        for (let i = 0; i < 4; i++) expect(L.huber(x, y, { delta: 2 })).toBe(4.25);
        everyObject.delta = 2;
        expect(L.huber(x, y, {})).toBe(2.5);
        expect(L.huber(x, y, Object.create({ delta: 2 }))).toBe(4.25);
        for (let i = 0; i < 4; i++) expect(L.huber(x, y, { delta: 2, reduction: 'sum' })).toBe(8.5);
        // It comes between the options that are known, and before those that aren't.
        expect(L.huber(x, y, { reduction: 'sum' })).toBe(5);
        expect(L.huber(x, y, { delta: 1, reduction: 'sum' })).toBe(5);
        everyObject.aaa = 1;
        expect(L.huber(x, y, { delta: 2, reduction: 'sum' })).toBe(8.5);
        expect(L.huber(x, y, { delta: 2, reduction: 'mean' })).toBe(4.25);
        delete everyObject.delta;
        delete everyObject.aaa;
      }
      for (const buffer of buffers) buffer.free();
    });
  });

  it('lengths and shapes are words in a message, and not quoted', () => {
    expect(() => L.mse([1, 2], [1, 2], { sampleWeight: [1, 2, 3] })).toThrow(/got length 3/);
    expect(() => L.mse.valueAndGrad(f32(1), f32(1), { out: f32(1, 2) })).toThrow(/of length 1, got length 2$/);
    expect(() => L.crossEntropy([1, 2, 3], [0], { batch: 2 })).toThrow(/got length 3/);
    expect(() => L.crossEntropy([1, 2], [0], { classWeight: [1, 2, 3] })).toThrow(/2 in all, got 3$/);
    const shared = f32(1, 2, 3);
    const clash = () => L.mse.valueAndGrad(shared.subarray(0, 2), f32(1, 1), { out: shared.subarray(1, 3) });
    expect(clash).toThrow(/got memory that overlaps it$/);
    expect(() => L.infoNce(f32(1, 2), f32(1, 2, 3), { dim: 2 })).toThrow(/rows of 2, as queries, got length 3$/);
    expect(() => L.infoNce(f32(1, 2, 3, 4), f32(1, 2), { dim: 2 })).toThrow(/got 1 rows; /);
    expect(() => L.infoNce([[1]], [[1], [2]], { symmetric: true })).toThrow(/with symmetric, got 2 rows; /);
    const square = [
      [1, 2],
      [3, 4],
    ];
    expect(() => L.crossEntropy([[1, 2]], [0], { classWeight: square as Any })).toThrow(/got shape \[2, 2\]$/);
    expect(() => L.mse([1], [1], { sampleWeight: 'length 3' as Any })).toThrow(/got "length 3"/);
  });

  it('a state and a loss that changed places are told apart', () => {
    const state = L.accumulator(L.mse).toJSON();
    expect(() => L.accumulator.from(L.mse as Any, state as Any)).toThrow(/the state comes first, then the loss/);
  });
});

describe('the array of a buffer', () => {
  beforeAll(async () => void (await L.init({ backend: 'wasm' })));

  /** An array that memory's growth has detached. */
  const detached = () => {
    const x = L.allocate('float32', 3);
    const { array } = x;
    let more = L.allocate('float32', 2 ** 20);
    for (let n = 2 ** 21; array.length > 0; n *= 2) {
      more.free();
      more = L.allocate('float32', n);
    }
    more.free();
    return { x, array };
  };

  it('from before memory grew is to be taken anew', () => {
    const { x, array } = detached();
    const fix = /memory grew: take its `array` anew/;
    expect(() => L.mse(array, f32(1, 2, 3))).toThrow(fix);
    expect(() => L.crossEntropy(f32(1, 2, 3), [0], { sampleWeight: array })).toThrow(fix);
    expect(() => L.mse.valueAndGrad(f32(1, 2, 3), f32(1, 2, 3), { out: array })).toThrow(fix);
    expect(L.mse(x.array, f32(0, 0, 3))).toBe(3);
    x.free();
  });

  it('that a getter of the same call moves is an error, or the call is right', () => {
    const x = L.allocate('float32', 3);
    const pred = {
      shape: [3],
      get data() {
        L.allocate('float32', 2 ** 22);
        return f32(1, 2, 3);
      },
    };
    try {
      const { grad } = L.mse.valueAndGrad(pred as Any, f32(0, 0, 0), { out: x.array, reduction: 'sum' });
      expect([...grad]).toEqual([2, 4, 6]);
    } catch (error) {
      expect((error as Error).message).toMatch(/^mse: out .*take its `array` anew/);
    }
    expect([...L.mse.valueAndGrad(f32(1, 2, 3), f32(0, 0, 0), { out: x, reduction: 'sum' }).grad]).toEqual([2, 4, 6]);
    x.free();
  });
});
