/** Bad calls: the class of the error, and a message that names function, argument, what was expected and what came. */
import { beforeAll, describe, expect, it } from 'vitest';
import { innerOf } from '../../ts/core/facade/facade.ts';
import { allocate, crossEntropy, elbo, huber, init, mse, ntXent, oneHot, triplet } from '../../ts/index.ts';
import { badValues, type ErrorClass, fails } from '../support/bad.ts';
import {
  type AnyLoss,
  argumentsOf,
  floats,
  hasHess,
  namesOf,
  type Options,
  run,
  type Sample,
  sample,
  samplesOf,
  table,
} from '../support/losses.ts';
import { random } from '../support/random.ts';

const make = (name: string, loss: AnyLoss, options: Options = {}): Sample =>
  sample(loss, random(name), { dtype: 'float64', rows: 6, width: 4, options });
const f32 = (...x: number[]) => Float32Array.from(x);

describe.each(table)('%s', (name, loss) => {
  const s = make(name, loss);
  const record = s.inputs as { readonly [key: string]: unknown };
  const { shape, parameters } = loss.info;
  const inputs = namesOf(loss);

  it('refuses parameters outside their domain, and leaves out as it was', () => {
    const differentiable = loss.info.differentiable.map((key) => [key, s.inputs[key]!.slice().fill(9)] as const);
    const out = differentiable.length === 1 ? differentiable[0]![1] : Object.fromEntries(differentiable);
    for (const [key, parameter] of Object.entries(parameters)) {
      for (const [bad, kind] of badValues(parameter)) {
        fails(() => run(s, 1, { [key]: bad, out }), kind, `${name}: `, key, typeof bad === 'number' ? String(bad) : '');
      }
    }
    for (const [, x] of differentiable) expect(x.every((v) => v === 9)).toBe(true);
  });

  it('names the option that a misspelt one is near', () => {
    const known = [...Object.keys(parameters), 'out', ...(shape === 'regularizer' ? [] : ['reduction'])];
    for (const option of known.filter((key) => key.length > 3)) {
      const swapped = option[0]! + option[2]! + option[1]! + option.slice(3);
      if (swapped !== option)
        fails(() => run(s, 0, { [swapped]: 1 }), TypeError, `${name}: `, swapped, `did you mean \`${option}\`?`);
    }
    fails(() => run(s, 0, { zzzzzz: undefined }), TypeError, `${name}: `, 'zzzzzz');
  });

  it('refuses arguments of the wrong kind', () => {
    for (const key of inputs) {
      for (const bad of [
        undefined,
        null,
        3,
        'abc',
        true,
        {},
        new Set([1]),
        ['a'],
        [1, null],
        [[1], [2, 3]],
        new DataView(new ArrayBuffer(8)),
      ]) {
        const kind = Array.isArray(bad) && Array.isArray(bad[0]) ? RangeError : TypeError;
        fails(() => run(s, 1, {}, { ...record, [key]: bad }), kind, `${name}: `, key);
      }
    }
  });

  it('refuses lengths that do not agree', () => {
    if (inputs.length === 1) return;
    for (const key of inputs) {
      fails(() => run(s, 1, {}, { ...record, [key]: s.inputs[key]!.slice(1) }), RangeError, `${name}: `);
    }
  });

  it('refuses two precisions among what gradients are taken of', () => {
    const both = loss.info.differentiable;
    for (const key of both.length > 1 ? both : []) {
      const mixed = { ...record, [key]: Float32Array.from(s.inputs[key]!) };
      fails(() => run(s, 1, {}, mixed), TypeError, `${name}: `, 'Float32Array', 'Float64Array', key);
    }
  });

  it('refuses common options of the wrong kind or value', () => {
    const bad: [string, unknown, ErrorClass][] = [
      ['out', 'x', TypeError],
      ['out', [1], TypeError],
    ];
    if (shape !== 'regularizer') {
      bad.push(
        ['reduction', 'avg', RangeError],
        ['reduction', 1, TypeError],
        ['batch', 5, RangeError],
        ['batch', -1, RangeError],
      );
      bad.push(
        ['batch', 1.5, RangeError],
        ['batch', '6', TypeError],
        ['classes', Number.NaN, RangeError],
        ['dim', 0, RangeError],
      );
    }
    if (shape === 'pointwise' || shape === 'rowwise') {
      const n = samplesOf(s);
      bad.push(['sampleWeight', 'x', TypeError], ['sampleWeight', 2, TypeError], ['sampleWeight', [1, 2], RangeError]);
      for (const w of [-1, Number.NaN, Infinity])
        bad.push(['sampleWeight', floats('float64', n, (i) => (i === 3 ? w : 1)), RangeError]);
    }
    const known = innerOf(loss)!.options;
    for (const [key, value, kind] of bad.filter(([key]) => known.includes(key)))
      fails(
        () => run(s, 1, { [key]: value }),
        kind,
        `${name}: `,
        typeof value === 'number' && kind === RangeError ? String(value) : key,
      );
    for (const options of [3, 'mean', null, [1], f32(1)]) {
      fails(() => loss(...argumentsOf(loss, record), options), TypeError, `${name}: `, 'options');
    }
  });

  it('refuses outputs that do not fit, or overlap', () => {
    const [key] = loss.info.differentiable as [string];
    const give = (x: unknown) =>
      loss.info.differentiable.length === 1
        ? x
        : { ...Object.fromEntries(loss.info.differentiable.map((k) => [k, s.inputs[k]!.slice()])), [key]: x };
    const { length } = s.inputs[key]!;
    fails(() => run(s, 1, { out: give(new Float64Array(length + 1)) }), RangeError, `${name}: out`, String(length));
    fails(() => run(s, 1, { out: give(new Float32Array(length)) }), TypeError, `${name}: out`, 'Float64Array');
    const shared = new Float64Array(length + 1);
    const overlapping = { ...record, [key]: shared.subarray(1) };
    fails(
      () => run(s, 1, { out: give(shared.subarray(0, length)) }, overlapping),
      RangeError,
      `${name}: out`,
      'overlap',
    );
  });

  it('has no second derivative where there is none', () => {
    if (!hasHess(loss)) fails(() => run(s, 2), TypeError, name);
  });

  it('refuses detached arrays and freed buffers', () => {
    for (const key of inputs) {
      const gone = s.inputs[key]!.slice();
      structuredClone(gone.buffer, { transfer: [gone.buffer] });
      fails(() => run(s, 1, {}, { ...record, [key]: gone }), TypeError, `${name}: `, key);
      const freed = allocate(gone instanceof Int32Array ? 'int32' : 'float64', 24);
      freed.free();
      fails(() => run(s, 1, {}, { ...record, [key]: freed }), TypeError, `${name}: `, key, 'free');
    }
  });
});

describe('exact messages', () => {
  beforeAll(async () => void (await init()));
  const logits = new Float32Array(200);
  it.each<[string, () => unknown]>([
    [
      'crossEntropy: labels[17] = 12 is out of range for 10 classes',
      () => crossEntropy(logits, new Int32Array(20).fill(12, 17)),
    ],
    [
      'crossEntropy: unknown option `lableSmoothing`; did you mean `labelSmoothing`?',
      () => crossEntropy(logits, new Int32Array(20), { lableSmoothing: 0.1 } as never),
    ],
    ['huber: delta must be finite and > 0, got -1', () => huber([1], [2], { delta: -1 })],
    ['huber: delta must be a number, got "1"', () => huber([1], [2], { delta: '1' as never })],
    ['mse: target must have the length of pred, got target of length 2 and pred of length 1', () => mse([1], [2, 3])],
    ["triplet: anchor is flat, and its row width isn't known", () => triplet(f32(1, 2), f32(1, 2), f32(1, 2))],
    ['ntXent: reduction must be', () => ntXent.valueAndGrad([[1, 2]], [[2, 1]], { reduction: 'none' })],
    ['ntXent: unknown option `sampleWeight`', () => ntXent([[1, 2]], [[2, 1]], { sampleWeight: [1] } as never)],
    ['elbo: inputs must be a record', () => elbo([1] as never)],
    ['oneHot: labels[1] = 3 is out of range for 3 classes', () => oneHot([0, 3], 3)],
  ])('%s', (message, call) => {
    expect(call).toThrow(message);
  });
});
