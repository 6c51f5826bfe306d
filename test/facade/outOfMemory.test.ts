/**
 * Memory that fails at every possible allocation in turn: growth of WebAssembly's memory, and each typed array that is made. Every failure is
 * a RangeError of losskit's own, writes nothing, leaks nothing, and the next call is as ever.
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

type Losskit = typeof import('../../ts/index.ts');
// biome-ignore lint/suspicious/noExplicitAny: constructors and prototypes that are replaced
type Any = any;

/** Counts allocations, of which the one with this number fails; 0 lets all of them pass. */
const faults = { at: 0, count: 0 };

function allocating(): void {
  if (++faults.count === faults.at) throw new RangeError('Array buffer allocation failed');
}

const typed = ['Float32Array', 'Float64Array', 'Int32Array', 'Uint8Array'] as const;
const copying = ['slice', 'map', 'filter'] as const;
const world = globalThis as Any;
const prototype = Object.getPrototypeOf(Float32Array.prototype) as Any;
const real = {
  typed: typed.map((name) => world[name]),
  copying: copying.map((name) => prototype[name]),
  grow: WebAssembly.Memory.prototype.grow,
};

/** Runs a function in a world in which the allocation with this number fails; returns how many there were. */
function failingAt(at: number, run: () => void): number {
  Object.assign(faults, { at, count: 0 });
  const construct = (make: Any, args: Any[], target: Any) => {
    // A view of memory that is there already takes none.
    if (!(args[0] instanceof ArrayBuffer)) allocating();
    return Reflect.construct(make, args, target) as object;
  };
  typed.forEach((name, i) => {
    world[name] = new Proxy(real.typed[i], { construct });
  });
  copying.forEach((name, i) => {
    prototype[name] = function (this: Any, ...args: Any[]) {
      allocating();
      return real.copying[i].apply(this, args);
    };
  });
  WebAssembly.Memory.prototype.grow = function (pages) {
    allocating();
    return real.grow.call(this, pages);
  };
  try {
    run();
  } finally {
    restore();
  }
  return faults.count;
}

function restore(): void {
  typed.forEach((name, i) => {
    world[name] = real.typed[i];
  });
  copying.forEach((name, i) => {
    prototype[name] = real.copying[i];
  });
  WebAssembly.Memory.prototype.grow = real.grow;
}

afterEach(restore);

// The data of the calls are the caller's, and made of memory that doesn't fail.
const [Singles, Doubles] = [Float32Array, Float64Array];
/** Labels that are taken as they are: what makes room for numbers has another way where there is none. */
const five = Int32Array.of(5);
const few = Int32Array.of(5, 6, 7, 8);
const many = Int32Array.from({ length: 2000 }, (_, i) => (i * 7) % 3);

const made = new Map<string, Float32Array<ArrayBuffer>>();
function noise(n: number, seed = 1): Float32Array<ArrayBuffer> {
  const key = `${n} ${seed}`;
  const x = made.get(key) ?? new Singles(n);
  if (!made.has(key)) for (let i = 0; i < n; i++) x[i] = Math.sin(i * 12.9898 + seed) / 2 + 0.5;
  made.set(key, x);
  return x;
}

const own = (L: Losskit) => L.defineLoss({ name: 'own', value: (x, y) => x * y, grad: (_, y) => y });

/** A call: its function's name, and what it returns; `out` of 7s must stay so when it fails. Of batches, whose time is that of all pairs, `n` says the size. */
type Scenario = readonly [title: string, fn: string, call: (L: Losskit, out: Float32Array, n: number) => unknown];

const scenarios: readonly Scenario[] = [
  ['a gradient', 'huber', (L) => L.huber.valueAndGrad(noise(100), noise(100, 2))],
  ['second derivatives', 'logCosh', (L) => L.logCosh.valueGradHess([1, 2, 3], [0, 0, 0])],
  ['several gradients', 'gaussianNll', (L) => L.gaussianNll.valueAndGrad([1, 2], [0, 0], [0, 1])],
  ['a value a sample', 'mse', (L) => L.mse(noise(50), noise(50, 2), { reduction: 'none' })],
  [
    'weights of another type',
    'mse',
    (L) => L.mse.valueAndGrad(noise(9), noise(9, 2), { sampleWeight: Array(9).fill(2) }),
  ],
  [
    'nested arrays',
    'mse',
    (L) =>
      L.mse(
        [
          [1, 2],
          [3, 4],
        ],
        [
          [0, 0],
          [0, 0],
        ],
      ),
  ],
  ['a large call', 'mse', (L) => L.mse.valueAndGrad(noise(120_000), noise(120_000, 2))],
  ['long rows', 'crossEntropy', (L) => L.crossEntropy.valueAndGrad(noise(200_000), five)],
  ['long rows, out', 'crossEntropy', (L, out) => L.crossEntropy.valueAndGrad(noise(200_000, 3), five, { out })],
  [
    'rows, out',
    'multiclassHinge',
    (L, out) => L.multiclassHinge.valueAndGrad(noise(800), few, { out: out.subarray(0, 800) }),
  ],
  [
    'an elbo, out',
    'elbo',
    (L, out) => {
      const [mu, logVar] = [Singles.of(1, 2), Singles.of(0, 1)];
      const outs = { recon: out.subarray(0, 400), mu: new Singles(2), logVar: new Singles(2) };
      return L.elbo.valueAndGrad({ recon: noise(400), target: noise(400, 2), mu, logVar }, { batch: 2, out: outs });
    },
  ],
  ['long rows of doubles', 'entropy', (L) => L.entropy.valueGradHess(Doubles.from(noise(120_000)), { batch: 1 })],
  [
    'one number a class',
    'crossEntropy',
    (L) => L.crossEntropy.valueAndGrad(noise(40), [1, 2], { classWeight: [...noise(20)] }),
  ],
  [
    'weights of many classes',
    'binaryCrossEntropyWithLogits',
    (L) =>
      L.binaryCrossEntropyWithLogits.valueAndGrad(noise(200_000), noise(200_000, 2), {
        posWeight: [...noise(100_000)],
      }),
  ],
  ['dense targets', 'crossEntropy', (L) => L.crossEntropy.valueAndGrad([[1, 2, 3]], [[0, 0.5, 0.5]])],
  ['a batch', 'ntXent', (L, _, n) => L.ntXent.valueAndGrad(noise(16 * n), noise(16 * n, 2), { dim: 64 })],
  [
    'a batch, in place of nothing',
    'ntXent',
    (L, _, n) => L.ntXent(noise(4 * n), noise(4 * n, 2), { dim: 4, reduction: 'none' }),
  ],
  ['embeddings', 'triplet', (L) => L.triplet.valueAndGrad(noise(30), noise(30, 2), noise(30, 3), { dim: 3 })],
  [
    'an elbo',
    'elbo',
    (L) =>
      L.elbo.valueAndGrad(
        { recon: noise(100_000), target: noise(100_000, 2), mu: noise(60_000, 3), logVar: noise(60_000, 4) },
        { batch: 10 },
      ),
  ],
  [
    'lists',
    'rankNet',
    (L, out) =>
      L.rankNet.valueAndGrad(noise(200), noise(200, 2), { groups: [1, 3, 96, 0, 100], out: out.subarray(0, 200) }),
  ],
  ['an order of lists', 'listMle', (L) => L.listMle.valueAndGrad(noise(300), noise(300, 2), { groups: [100, 200] })],
  [
    'sequences',
    'ctc',
    (L, out) => L.ctc.valueAndGrad(noise(2000), few, { batch: 4, classes: 20, out: out.subarray(0, 2000) }),
  ],
  ['keys', 'infoNce', (L, _, n) => L.infoNce.valueAndGrad(noise(8 * n), noise(16 * n, 2), { dim: 16 })],
  ['pairs', 'sigLip', (L, _, n) => L.sigLip.valueAndGrad(noise(8 * n), noise(8 * n, 2), { dim: 16 })],
  ['classes', 'supCon', (L) => L.supCon.valueAndGrad(noise(400), [...noise(50)].map(Math.round), { dim: 8 })],
  [
    'a divergence',
    'jensenShannon',
    (L) => L.jensenShannon.valueAndGrad([[1, 2]], [[0, 1]], { input: 'logits', target: 'logits' }),
  ],
  [
    'a loss of its own',
    'own',
    (L) => own(L).valueAndGrad(noise(1000), [...noise(1000, 2)], { sampleWeight: [...noise(1000)] }),
  ],
  ['lifted weights', 'mse', (L) => L.mse.valueAndGrad([1, 2], [0, 0], { sampleWeight: Doubles.of(1e-200, 1e-210) })],
  ['a penalty', 'elasticNet', (L) => L.elasticNet.valueAndGrad([1, -2, 3])],
  [
    'an accumulator',
    'mse',
    (L) =>
      L.accumulator(L.mse)
        .add(noise(1000), noise(1000, 2), { sampleWeight: [...noise(1000, 3)] })
        .value(),
  ],
  [
    'regions of images, out',
    'dice',
    (L, out) => L.dice.valueAndGrad(noise(6000), many, { shape: [2, 3, 1000], axis: 1, out: out.subarray(0, 6000) }),
  ],
  [
    'regions of a batch, block by block, out',
    'tversky',
    (L, out, n) =>
      L.tversky.valueAndGrad(noise(200 * n), noise(200 * n, 2), {
        shape: [2, 20 * n, 5],
        overBatch: true,
        activation: 'softmax',
        out: out.subarray(0, 200 * n),
      }),
  ],
  [
    'a layer, chunk by chunk, out',
    'linearCrossEntropy',
    (L, out) =>
      L.linearCrossEntropy.valueAndGrad(noise(12_000), noise(24, 2), many, {
        dim: 6,
        ignoreIndex: 2,
        out: { hidden: out.subarray(0, 12_000) },
      }),
  ],
  [
    'rows that lie apart, out',
    'crossEntropy',
    (L, out) =>
      L.crossEntropy.valueAndGrad(noise(60_000), many, { shape: [2, 30, 1000], axis: 1, out: out.subarray(0, 60_000) }),
  ],
  [
    'regions in an accumulator',
    'dice',
    (L) =>
      L.accumulator(L.dice, { overBatch: true })
        .add(noise(6000), many, { shape: [2, 3, 1000], axis: 1 })
        .value(),
  ],
  [
    'an objective',
    'objective|mse|l2',
    (L) => L.objective({ loss: L.mse, regularizer: L.l2, lambda: 1 }).valueAndGrad([[1], [2]], [[1, 2], [3]]),
  ],
  ['oneHot', 'oneHot', (L) => L.oneHot([0, 1], 3)],
  ['smoothLabels', 'smoothLabels', (L) => L.smoothLabels([0, 1], 0.1, { classes: 3 })],
  [
    'resident buffers',
    'allocate',
    (L) => {
      const buffers: { free(): void; array: { length: number } }[] = [];
      try {
        for (let i = 0; i < 3; i++) buffers.push(L.allocate('float64', 100_000));
        return buffers.map(({ array }) => array.length);
      } finally {
        for (const buffer of buffers) buffer.free();
      }
    },
  ],
];

describe.each(['wasm', 'reference'] as const)('on %s', (backend) => {
  let L: Losskit;
  let memory: WebAssembly.Memory | undefined;

  beforeEach(async () => {
    // An instance of its own, with a memory that nobody has let grow.
    const { vi } = await import('vitest');
    vi.resetModules();
    const made: WebAssembly.Memory[] = [];
    const Real = WebAssembly.Memory;
    WebAssembly.Memory = new Proxy(Real, {
      construct(make, args) {
        const one = Reflect.construct(make, args) as WebAssembly.Memory;
        made.push(one);
        return one;
      },
    });
    try {
      L = await import('../../ts/index.ts');
      await L.init({ backend });
    } finally {
      WebAssembly.Memory = Real;
    }
    memory = made[0];
  });

  /** What nothing may change. */
  const canary = () => [
    // First, while there may be no arena: its weights are worked out there.
    L.softMargin([1, 2, 3], [-1, 1, 0], { ignoreTarget: 0, sampleWeight: [1, 3, 5] }),
    L.mse.valueAndGrad(noise(5), noise(5, 2)).value,
    L.crossEntropy([1, 2, 3, 4], [0, 1]),
    L.ntXent(noise(12), noise(12, 2), { dim: 3 }),
    L.gaussianKl(noise(600, 4), noise(600, 5), { dim: 6 }),
  ];

  it.each(scenarios)('%s', (_, fn, call) => {
    const want = canary();
    const out = new Float32Array(200_000).fill(7);
    const n = backend === 'wasm' ? 1000 : 40;
    const size = () => memory?.buffer.byteLength ?? 0;
    const bytes = size();
    let failures = 0;
    // All of the first ones; of calls that allocate for each row, then fewer and fewer.
    for (let at = 1; ; at += at < 25 ? 1 : at) {
      let error: unknown;
      const count = failingAt(at, () => {
        try {
          call(L, out, n);
        } catch (thrown) {
          error = thrown;
        }
      });
      if (count < at) {
        expect(error).toBeUndefined();
        break;
      }
      // What was tried first may have another way that takes less.
      if (error === undefined) continue;
      failures++;
      expect(error, `allocation ${at}`).toBeInstanceOf(RangeError);
      expect((error as Error).message, `allocation ${at}`).toMatch(new RegExp(`^(${fn}): `));
      expect(out.indexOf(7)).toBe(0);
      expect(out.lastIndexOf(7)).toBe(out.length - 1);
      expect(canary()).toEqual(want);
    }
    expect(failures).toBeGreaterThan(0);
    call(L, out, n);
    const grown = size();
    for (let i = 0; i < 5; i++) call(L, out, n);
    expect(size()).toBe(grown);
    expect(grown - bytes).toBeLessThan(40 * 2 ** 20);
    expect(canary()).toEqual(want);
  });
});
