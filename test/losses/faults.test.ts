/** Data outside its domain: the first bad place is named by both backends, and what has no weight isn't checked. */
import { beforeAll, describe, expect, it } from 'vitest';
import { crossEntropy, type FloatArray, type InputInfo, init, mse } from '../../ts/index.ts';
import {
  type AnyLoss,
  dtypes,
  floats,
  inputsOf,
  isRows,
  run,
  type Sample,
  sample,
  samplesOf,
  table,
  targetForms,
  variants,
} from '../support/losses.ts';
import { random } from '../support/random.ts';
import { resident } from '../support/resident.ts';

type Kind = Exclude<InputInfo['domain'], 'classes'>;
const outside: { readonly [D in Kind]: number[] } = {
  unit: [-0.25, 1.5, Infinity, -Infinity],
  binary: [0.5, -1, 2, Infinity],
  sign: [0, 0.5, -2, Infinity],
  nonNegative: [-(2 ** -100), -1, -Infinity],
  positive: [0, -1, -Infinity],
  aboveMinusOne: [-1, -1.5, -Infinity],
  labels: [-1, 4, 2 ** 31 - 1, -(2 ** 31)],
  real: [],
};

/** The domain of each argument of a sample. */
const domains = (loss: AnyLoss, s: Sample): [string, Kind][] =>
  inputsOf(loss, s.options).map(({ name, domain }) => [
    name,
    domain !== 'classes' ? domain : s.inputs[name] instanceof Int32Array ? 'labels' : 'unit',
  ]);

/** In messages labels are `labels`, whatever the argument's name. */
const shown = (name: string, domain: Kind): string => (domain === 'labels' ? 'labels' : name);

/** A place in a sample that counts whatever the loss: that of the label where there is one. */
const placeIn = (s: Sample, input: string, sample: number): number => {
  const stride = s.inputs[input]!.length / samplesOf(s);
  const labels = Object.values(s.inputs).find((x) => x instanceof Int32Array);
  const within =
    stride > 1 && labels !== undefined && labels !== s.inputs[input] ? labels[sample]! : Math.floor(stride / 2);
  return sample * stride + within;
};

const messageOf = (call: () => unknown): string => {
  try {
    call();
  } catch (error) {
    expect(error).toBeInstanceOf(RangeError);
    return (error as Error).message;
  }
  return 'nothing was thrown';
};

const rows = 9;
const width = 4;
/** Losses whose samples are checked one by one: the labels of a batch, which have no largest, are in contrast.test.ts, images in regions.test.ts. */
const checked = table.filter(([, loss]) => !['batch', 'region'].includes(loss.info.shape));
const all = checked.flatMap(([name, loss]) =>
  dtypes.flatMap((dtype) =>
    targetForms(loss).flatMap((form) => variants(loss, width).map((options) => ({ name, loss, dtype, form, options }))),
  ),
);

describe.each(['reference', 'wasm'] as const)('%s', (backend) => {
  beforeAll(async () => void (await init({ backend })));

  it.each(all)('$name $dtype $form $options', ({ name, loss, ...wish }) => {
    const s = sample(loss, random(name), { ...wish, rows, width });
    for (const [input, domain] of domains(loss, s)) {
      for (const bad of outside[domain]) {
        const data = s.inputs[input]!.slice();
        // In the third sample and a later one: the first of the two is named.
        const [at, later] = [placeIn(s, input, 2), placeIn(s, input, 5)];
        data[at] = bad;
        data[later] = bad;
        const inputs = { ...s.inputs, [input]: data };
        const named = (i: number) => `${name}: ${shown(input, domain)}[${i}] = ${bad}`;
        for (const order of [0, 1] as const) expect(messageOf(() => run(s, order, {}, inputs))).toContain(named(at));
        const weigh = (...skipped: number[]) => floats(s.dtype, samplesOf(s), (i) => (skipped.includes(i) ? 0 : 1));
        expect(messageOf(() => run(s, 1, { sampleWeight: weigh(2) }, inputs))).toContain(named(later));
        expect(messageOf(() => run(s, 1, { sampleWeight: weigh(2, 5) }, inputs))).toBe('nothing was thrown');
        expect(messageOf(() => run(s, 1))).toBe('nothing was thrown');
      }
    }
  });

  it('names the place in the whole, whichever block it is in, and the next call is as ever', () => {
    for (const [name, loss] of checked) {
      const n = isRows(loss) ? 5003 : 20_011;
      const s = sample(loss, random(name), { dtype: 'float32', rows: n, width: isRows(loss) ? width : 1 });
      for (const [input, domain] of domains(loss, s)) {
        if (domain === 'real') continue;
        const before = run(s, 0).value;
        const data = s.inputs[input]!.slice();
        const at = placeIn(s, input, samplesOf(s) - 1);
        data[at] = outside[domain][1]!;
        const message = `${name}: ${shown(input, domain)}[${at}] = ${data[at]}`;
        expect(messageOf(() => run(s, 1, {}, { ...s.inputs, [input]: data }))).toContain(message);
        const buffer = resident(data);
        expect(messageOf(() => run(s, 1, {}, { ...s.inputs, [input]: buffer }))).toContain(message);
        buffer.free();
        expect(run(s, 0).value).toBe(before);
      }
    }
  });

  it('labels of other types are held to the same', () => {
    const logits = new Float32Array(20);
    for (const [labels, place] of [
      [[0, 1.5, 2, 9], 'labels[1] = 1.5'],
      [[0, Number.NaN, 2, 3], 'labels[1] = NaN'],
      [Uint8Array.of(0, 1, 2, 255), 'labels[3] = 255'],
      [Uint32Array.of(0, 4294967295, 2, 3), 'labels[1] = 4294967295'],
      [BigInt64Array.of(0n, 1n, -(2n ** 40n), 3n), 'labels[2] = -1099511627776'],
      [Int32Array.of(0, 1, 5, 3), 'labels[2] = 5'],
    ] as const) {
      expect(messageOf(() => crossEntropy(logits, labels as never, { classes: 5 }))).toContain(
        `crossEntropy: ${place}`,
      );
    }
  });

  it('a weight that is none is named before anything is written', () => {
    const out: FloatArray = new Float64Array(4).fill(9);
    for (const w of [-0.5, Number.NaN, Infinity]) {
      const call = () => mse.valueAndGrad([1, 2, 3, 4], [1, 1, 1, 1], { sampleWeight: [1, 1, w, w], out });
      expect(messageOf(call)).toContain(`mse: sampleWeight[2] must be finite and >= 0, got ${w}`);
      expect(out.every((x) => x === 9)).toBe(true);
    }
  });
});
