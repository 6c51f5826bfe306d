/** Threads: the same calls with the same bits for any number of them, whatever becomes of the workers. */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Memory } from '../../ts/core/memory/memory.ts';
import { crew } from '../../ts/core/wasm/threads/crew.ts';
import { Pool } from '../../ts/core/wasm/threads/pool.ts';
import {
  allocate,
  binaryCrossEntropyWithLogits,
  crossEntropy,
  ctc,
  dice,
  type FloatArray,
  huber,
  infoNce,
  init,
  linear,
  linearCrossEntropy,
  listMle,
  mse,
  nll,
  ntXent,
  type Resident,
  rankingSoftmax,
  rankNet,
  sigLip,
  tversky,
} from '../../ts/index.ts';
import { cases, order, reductionOf } from '../support/cases.ts';
import { floats, isRows, type Options, run, sample, variants, weightsOf } from '../support/losses.ts';
import { random } from '../support/random.ts';
import { resident as made } from '../support/resident.ts';

/** The arrays of a result, wherever they are in it. */
const arraysIn = (x: unknown): (FloatArray | number)[] =>
  ArrayBuffer.isView(x)
    ? [x as FloatArray]
    : typeof x === 'number'
      ? [x]
      : Object.values((x ?? {}) as object).flatMap(arraysIn);

/** A hash of all bits of a result. */
function bitsOf(result: unknown): string {
  const hash = createHash('sha1');
  for (const x of arraysIn(result)) {
    const array = typeof x === 'number' ? Float64Array.of(x) : x.slice();
    hash.update(new Uint8Array(array.buffer));
  }
  return hash.digest('hex');
}

/** A resident copy of an array. */
const resident = (x: FloatArray | Int32Array): Resident<'float32'> => made(x) as Resident<'float32'>;

/** How often a part of a call was run by this thread; and it takes its time, so that others come to theirs. */
function slowly<T>(work: () => T): { result: T; own: number } {
  const runPart = Pool.prototype.runPart;
  let own = 0;
  const spy = vi.spyOn(Pool.prototype, 'runPart').mockImplementation(function (this: Pool, ...args) {
    own++;
    const until = performance.now() + 1;
    while (performance.now() < until);
    runPart.apply(this, args);
  });
  try {
    return { result: work(), own };
  } finally {
    spy.mockRestore();
  }
}

const [pred, target] = [1, 2].map((seed) => {
  const r = random(String(seed));
  return floats('float32', 300_001, () => r.normal());
}) as [FloatArray, FloatArray];

afterAll(async () => void (await init({ threads: 1 })));

/** What one thread gave, by call. */
const known = new Map<string, string>();

describe.each([1, 2, 3, 7])('%d threads', (threads) => {
  beforeAll(async () => {
    expect(await init({ threads })).toEqual({ name: 'wasm', threads, reason: expect.any(String) });
  });

  it.each(cases(() => true))('$name $dtype $form: the same bits', ({ name, loss, dtype, form }) => {
    const isBatch = loss.info.shape === 'batch';
    const inRows = isRows(loss) || loss.info.shape === 'region';
    const [rows, width] = isBatch ? [200, 37] : inRows ? [1100, 37] : [40_003, 1];
    const r = random(name);
    const options = variants(loss, width).at(-1)!;
    // What isn't in place goes block by block if it's large: one number a class, and weights that options make.
    if (!isRows(loss)) for (const key in options) if (Array.isArray(options[key])) delete options[key];
    delete options.ignoreTarget;
    // Images whose regions are those of the batch are added up one after another.
    delete options.overBatch;
    const s = sample(loss, r, { dtype, form, rows, width, options });
    const weights = resident(floats(dtype, weightsOf(s), () => (r.unit() < 0.2 ? 0 : r.between(0.1, 2))));
    const inputs = Object.fromEntries(Object.entries(s.inputs).map(([key, x]) => [key, resident(x)]));
    const isWeighted = loss.info.shape !== 'regularizer' && !isBatch;
    const runs = crew === null ? null : vi.spyOn(crew, 'run');
    for (const more of isWeighted ? [{}, { sampleWeight: weights }] : [{}]) {
      for (const reduction of ['mean', 'none']) {
        const call = (orderOf: 0 | 1 | 2, wanted: Options) =>
          bitsOf(run(s, orderOf, { ...more, ...wanted, ...reductionOf(loss, reduction) }, inputs));
        const got = [call(0, {}), call(1, {}), call(order(loss, s.options), {})].join();
        const key = JSON.stringify([name, dtype, form, reduction, Object.keys(more)]);
        expect(got, reduction).toBe(known.get(key) ?? got);
        known.set(key, got);
      }
    }
    if (runs !== null) expect(runs, 'whether the call was cut').toHaveBeenCalled();
    runs?.mockRestore();
    for (const buffer of [weights, ...Object.values(inputs)]) buffer.free();
  });

  // Several chunks of rows, or blocks of classes; parts that fill no register.
  it.each([
    [64, 96, 3000],
    [700, 42, 3001],
    [9, 1500, 300],
  ])('a linear layer of %i x %i x %i: the same bits', (n, dim, classes) => {
    const r = random('linear');
    for (const dtype of ['float32', 'float64'] as const) {
      const some = (length: number): FloatArray => floats(dtype, length, () => r.normal());
      const [hidden, weight, bias] = [some(n * dim), some(classes * dim), some(classes)];
      const labels = Int32Array.from({ length: n }, (_, i) => (i % 7 === 3 ? -1 : r.below(classes)));
      const [h, w, y] = [hidden, weight, labels].map(resident) as Resident<'float32'>[];
      const out = { hidden: resident(hidden), weight: resident(weight), bias: resident(bias) };
      const options = { dim, bias, ignoreIndex: -1 };
      const runs = crew === null ? null : vi.spyOn(crew, 'run');
      const got = [
        () => linearCrossEntropy.valueAndGrad(h!, w!, y!, { ...options, out }),
        () => linearCrossEntropy.valueAndGrad(hidden, weight, labels, options),
        () => linear(huber).valueAndGrad(h!, w!, some(n * classes), { dim, out: { weight: out.weight } }),
      ].map((call, i) => {
        const had = runs?.mock.calls.length;
        const bits = bitsOf(call());
        if (runs !== null) expect(runs.mock.calls.length, `whether call ${i} was cut`).toBeGreaterThan(had!);
        return bits;
      });
      expect(got[1]).toBe(got[0]);
      const calls = runs?.mock.calls.length;
      const inPlace = linearCrossEntropy.valueAndGrad(h!, w!, y!, { ...options, out: { hidden: h! } });
      expect(bitsOf(inPlace)).toBe(got[0]);
      // What is written over can't be begun anew.
      expect(runs?.mock.calls.length).toBe(calls);
      runs?.mockRestore();
      const key = JSON.stringify(['linear', dtype, n]);
      expect(got.join()).toBe(known.get(key) ?? got.join());
      known.set(key, got.join());
      for (const buffer of [h!, w!, y!, ...Object.values(out)]) buffer.free();
    }
  });

  it('lists of lengths of their own, and sequences', () => {
    const r = random('lists');
    const groups = Array.from({ length: 1500 }, () => r.below(60));
    const length = groups.reduce((sum, size) => sum + size, 0);
    const [scores, relevance] = [pred.slice(0, length), target.slice(0, length).map((x) => Math.abs(Math.round(x)))];
    const runs = crew === null ? null : vi.spyOn(crew, 'run');
    for (const [name, loss] of Object.entries({ rankNet, listMle, rankingSoftmax })) {
      const [x, y] = [resident(scores), resident(relevance)];
      const got = [
        loss.valueAndGrad(x, y, { groups }),
        loss.valueAndGrad(scores, relevance, { groups, reduction: 'none' }),
        loss(x, y, { groups, sampleWeight: groups.map((size) => size % 3) }),
      ];
      const bits = bitsOf(got);
      expect(bits).toBe(known.get(name) ?? bits);
      known.set(name, bits);
      x.free();
      y.free();
    }
    const labels = Int32Array.from({ length: 16 * 20 }, () => 1 + r.below(29));
    const lengths = { inputLengths: Array.from({ length: 16 }, (_, i) => 60 + i), classes: 30, batch: 16 };
    const logits = resident(pred.slice(0, 16 * 90 * 30));
    const got = bitsOf([ctc.valueAndGrad(logits, labels, lengths), ctc(logits.array.slice(), labels, lengths)]);
    expect(got).toBe(known.get('ctc') ?? got);
    known.set('ctc', got);
    logits.free();
    if (runs !== null) expect(runs.mock.calls.length).toBeGreaterThanOrEqual(11);
    runs?.mockRestore();
  });

  it('batches of so many tiles that they come in waves', () => {
    const runs = crew === null ? null : vi.spyOn(crew, 'batch');
    const views = (n: number): [FloatArray, FloatArray] => [pred.subarray(0, 6 * n), target.subarray(0, 6 * n)];
    const wide = target.subarray(0, 6 * 900);
    const got = [
      ntXent.valueAndGrad(...views(500), { batch: 500, temperature: 0.02 }),
      ntXent(...views(500), { batch: 500, reduction: 'none' }),
      infoNce.valueAndGrad(views(500)[0], wide, { shape: [500, 6], normalize: false }),
      sigLip.valueAndGrad(...views(900), { batch: 900 }),
    ];
    if (runs !== null) expect(runs.mock.results.map(({ value }) => value)).toEqual([true, true, true, true]);
    runs?.mockRestore();
    const bits = bitsOf(got);
    expect(bits).toBe(known.get('waves') ?? bits);
    known.set('waves', bits);
  });

  it('batches for whose threads there is no memory', () => {
    const call = () => ntXent.valueAndGrad(pred.subarray(0, 6000), target.subarray(0, 6000), { dim: 6 });
    const want = bitsOf(call());
    const alloc = Memory.prototype.alloc;
    const sizes: number[] = [];
    const batches = crew === null ? null : vi.spyOn(crew, 'batch');
    // What is largest is scratch memory, which is asked for last.
    const spy = vi.spyOn(Memory.prototype, 'alloc').mockImplementation(function (this: Memory, bytes) {
      sizes.push(bytes);
      if (threads > 1 && sizes.length === wanted) throw new RangeError('no memory');
      return alloc.call(this, bytes);
    });
    let wanted = 0;
    try {
      call();
      wanted = sizes.length;
      sizes.length = 0;
      batches?.mockClear();
      expect(bitsOf(call())).toBe(want);
    } finally {
      spy.mockRestore();
    }
    if (threads > 1) {
      expect(sizes.length).toBe(wanted + 1);
      expect(sizes[wanted]).toBeLessThan(sizes[wanted - 1]!);
    }
    if (threads > 1) expect(batches).not.toHaveBeenCalled();
    batches?.mockRestore();
  });

  it('images, as large as they may be', () => {
    const runs = crew === null ? null : vi.spyOn(crew, 'run');
    const labels = Int32Array.from({ length: 5 * 10_000 }, (_, i) => (i * 7) % 4);
    const inPlace = resident(pred.subarray(0, 200_000));
    const over = { shape: [5, 10_000, 4], activation: 'softmax', out: inPlace } as const;
    const got = [
      dice.valueAndGrad(pred.subarray(0, 200_000), labels, { shape: [5, 10_000, 4], activation: 'softmax' }),
      tversky(pred.subarray(0, 200_000), labels, { shape: [5, 4, 10_000], axis: 1, activation: 'sigmoid' }),
    ];
    if (runs !== null) expect(runs).toHaveBeenCalledTimes(2);
    got.push(
      dice.valueAndGrad(inPlace, labels, over),
      dice(
        pred.subarray(0, 10_000).map((x) => Math.abs(Math.sin(x))),
        labels.subarray(0, 2_500),
        { shape: [1, 2_500, 4] },
      ),
    );
    if (runs !== null) expect(runs, 'in place, or one').toHaveBeenCalledTimes(2);
    runs?.mockRestore();
    inPlace.free();
    const bits = bitsOf(got);
    expect(bits).toBe(known.get('images') ?? bits);
    known.set('images', bits);
    labels[30_001] = 9;
    expect(() => dice(pred.subarray(0, 200_000), labels, { shape: [5, 10_000, 4], activation: 'softmax' })).toThrow(
      'labels[30001] = 9',
    );
  });

  it('ordinary arrays, which go block by block', () => {
    const labels = Int32Array.from({ length: 3000 }, (_, i) => (i * 7) % 100);
    const runs = crew === null ? null : vi.spyOn(crew, 'run');
    const posWeight = [1, 2, 3];
    const binary = target.map((x) => (x > 0 ? 1 : 0)).subarray(0, 300_000);
    const got = [
      huber.valueGradHess(pred, target),
      mse(pred, target, { reduction: 'none', sampleWeight: pred.map(Math.abs) }),
      crossEntropy.valueAndGrad(pred.subarray(0, 300_000), labels, {
        classes: 100,
        classWeight: labels.subarray(0, 100).map((y) => y % 3),
      }),
      crossEntropy.valueAndGrad(pred.subarray(0, 300_000), labels, { shape: [30, 100, 100], axis: 1 }),
      binaryCrossEntropyWithLogits.valueAndGrad(pred.subarray(0, 300_000), binary, { posWeight, classes: 3 }),
    ];
    const bits = bitsOf(got);
    expect(bits).toBe(known.get('blocks') ?? bits);
    known.set('blocks', bits);
    if (runs !== null) expect(runs.mock.calls.length).toBeGreaterThan(15);
    runs?.mockRestore();
    labels[2999] = 100;
    expect(() => crossEntropy(pred.subarray(0, 300_000), labels, { classes: 100 })).toThrow('labels[2999] = 100');
  });

  it('a gradient in the place of its input, and calls that come again', () => {
    const [x, y] = [resident(pred), resident(target)];
    const inPlace = resident(pred);
    const { value, grad } = mse.valueAndGrad(x, y);
    const again = Array.from({ length: 5 }, () => mse.valueAndGrad(x, y));
    const over = mse.valueAndGrad(inPlace, y, { out: inPlace });
    expect(over.grad).toBe(inPlace.array);
    for (const result of [...again, over]) expect(bitsOf([result.value, result.grad])).toBe(bitsOf([value, grad]));
    for (const buffer of [x, y, inPlace]) buffer.free();
  });

  it('the first sample that is out of its domain, wherever others are', () => {
    const rows = 100_000;
    const log = allocate('float32', rows * 3);
    const labels = allocate('int32', rows);
    for (const bad of [99_999, 65_432, 9_000]) {
      labels.array[bad] = 7;
      expect(() => nll.valueAndGrad(log, labels, { classes: 3 })).toThrow(`labels[${bad}] = 7`);
    }
    log.free();
    labels.free();
  });

  it.skipIf(threads === 1)('workers take part, and parts that are late are waited for', () => {
    const [x, y] = [resident(pred), resident(target)];
    const expected = mse(pred, target);
    let fewest = Number.POSITIVE_INFINITY;
    for (let i = 0; i < 20; i++) {
      const { result, own } = slowly(() => mse(x, y));
      expect(result).toBe(expected);
      fewest = Math.min(fewest, own);
    }
    // 37 chunks.
    expect(fewest).toBeLessThan(16);
    x.free();
    y.free();
  });
});

describe('sums', () => {
  it('that overflow on the way are those of one thread', async () => {
    await init({ threads: 3 });
    const x = allocate('float64', 100_003);
    const y = allocate('float64', 100_003);
    const values: number[] = [];
    for (const threads of [3, 1]) {
      await init({ threads });
      for (const [size, last] of [
        [1e154, 1],
        [1e150, Number.NaN],
        [1e153, Number.POSITIVE_INFINITY],
      ] as const) {
        x.array.fill(size);
        x.array[70_000] = last;
        values.push(mse(x, y), huber(x, y), mse(x, y, { reduction: 'sum' }));
      }
    }
    expect(values.slice(9)).toEqual(values.slice(0, 9));
    expect(values[0]! / 1e308).toBeCloseTo(1, 4);
    x.free();
    y.free();
  });
});
