/** What checkGradient is called with in practice: options of a training loop, resident buffers, functions that slip. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as L from '../../ts/index.ts';

const { checkGradient } = L;
const [queries, keys] = [
  [
    [1, 2],
    [3, 1],
  ],
  [
    [1, 1],
    [2, 1],
    [0, 1],
  ],
];

describe.each(['wasm', 'reference'] as const)('%s', (backend) => {
  beforeAll(async () => void (await L.init({ backend })));
  afterAll(async () => void (await L.init({ backend: 'wasm' })));

  it('leaves alone what a call would write, and the floor of a Hessian', () => {
    const out = Float32Array.of(7, 7);
    const options = { out, hessOut: out, hessianFloor: 0.5, delta: 2 };
    expect(checkGradient(L.huber, [Float32Array.of(1, 5), [0, 0]], options)).toMatchObject({ ok: true, checked: 4 });
    expect([...out]).toEqual([7, 7]);
  });

  it('takes resident buffers, as inputs and as targets', () => {
    const [x, y] = [L.allocate('float32', 2), L.allocate('float32', 2)];
    x.array.set([0.5, 5]);
    expect(checkGradient(L.huber, [x, y])).toMatchObject({ ok: true, checked: 4 });
    expect([...x.array]).toEqual([0.5, 5]);
    const square = (p: Float64Array) => ({ value: p[0]! * p[1]!, grad: [p[1]!, p[0]!] });
    expect(checkGradient(square, [x])).toMatchObject({ ok: true, checked: 2 });
    for (const buffer of [x, y]) buffer.free();
    expect(() => checkGradient(L.huber, [x, y])).toThrow(/^checkGradient: pred: .*after free/);
  });

  it('checks parameters at the values that are among the inputs as well', () => {
    for (const more of [[], [{ temperature: 0.5 }]]) {
      expect(checkGradient(L.infoNce, [queries, keys, ...more])).toMatchObject({ ok: true, checked: 11 });
    }
    expect(checkGradient(L.infoNce, [queries, keys], { temperature: 0.5 })).toMatchObject({ ok: true, checked: 11 });
    // Inherited ones count, as in calls.
    const none = Object.create({ reduction: 'none' });
    expect(() => checkGradient(L.infoNce, [queries, keys, none])).toThrow(/^checkGradient: reduction must be/);
  });

  it('knows the kinks of half-precision targets', () => {
    // The bits of 1 are 15360.
    const ones = { dims: [2], data: Uint16Array.of(0x3c00, 0x3c00), type: 'float16' };
    const expected = checkGradient(L.mae, [
      [1, 15360],
      [1, 1],
    ]);
    expect(expected).toMatchObject({ ok: true, skipped: 2 });
    expect(checkGradient(L.mae, [[1, 15360], ones])).toEqual(expected);
  });

  it('checks the gradients of a linear layer that are asked for', () => {
    const weight = [
      [1, 2],
      [3, 1],
      [0, 0],
    ];
    for (const [grads, checked] of [
      [['weight'], 6],
      [['hidden'], 4],
      [['hidden', 'weight'], 10],
    ] as const) {
      const found = checkGradient(L.linearCrossEntropy, [queries, weight, [0, 2]], { grads });
      expect(found).toMatchObject({ ok: true, checked });
    }
  });
});

it('refuses what has no single value, and inputs that are missing, in its own name', () => {
  const none = { reduction: 'none' };
  expect(() => checkGradient(L.mse, [[1], [0]], none)).toThrow(/^checkGradient: reduction must be 'mean' or 'sum'/);
  expect(() => checkGradient(L.mse, [[1], [0], none])).toThrow(/^checkGradient: reduction must be 'mean' or 'sum'/);
  expect(() => checkGradient(L.mse, [[1]])).toThrow(/^checkGradient: inputs must be \[pred, target\]/);
  for (const inputs of [[], null, [null], 3]) {
    expect(() => checkGradient(L.elbo, inputs as never)).toThrow(/^checkGradient: inputs must be a record of inputs/);
  }
  const word = [[1], [0], 'sum'] as never;
  expect(() => checkGradient(L.mse, word)).toThrow(
    /^checkGradient: inputs\[2\] must be an object of options, got "sum"/,
  );
});

describe('of a function', () => {
  const scaled = (x: Float64Array, options?: { k?: number }) => {
    const k = options?.k ?? 2;
    return { value: k * x[0]!, grad: [k], parameterGrad: { k: x[0]! } };
  };

  it('compares the derivative by a parameter where the options have it', () => {
    expect(checkGradient(scaled, [[3]])).toMatchObject({ ok: true, checked: 1 });
    expect(checkGradient(scaled, [[3]], { k: 5 })).toMatchObject({ ok: true, checked: 2 });
    const slip = (x: Float64Array, options: { k: number }) => ({ ...scaled(x, options), parameterGrad: { k: 1 } });
    expect(checkGradient(slip, [[3]], { k: 5 }).worst).toMatchObject({ input: 'k', analytic: 1 });
  });

  it.each([
    ['longer than the input', [1, 2]],
    ['a word', 'ab'],
    ['nothing', null],
    ['a list of such', [[1, 2]]],
    ['of another name', { y: [1] }],
  ])('a grad that is %s is refused', (_, grad) => {
    const f = () => ({ value: 1, grad });
    expect(() => checkGradient(f, [[3]])).toThrow(
      /^checkGradient: loss must be a function whose grad has arrays as long/,
    );
  });
});
