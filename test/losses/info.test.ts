/** What a loss says of itself holds: convexity, Lipschitz constant, kinks and domains, at random points. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FloatArray, init } from '../../ts/index.ts';
import {
  type AnyLoss,
  floats,
  hasHess,
  inputsOf,
  type Options,
  run,
  type Sample,
  sample,
  samplesOf,
  steps,
  table,
  variants,
} from '../support/losses.ts';
import { type Random, random } from '../support/random.ts';

const width = 4;
type Point = { readonly [input: string]: FloatArray };

/** One sample, or the fewest that a loss of the batch has, with numbers of about this size; probabilities add up to 1. */
function draw(loss: AnyLoss, r: Random, options: Options, size: number): Sample {
  const { shape, inputs } = loss.info;
  // Of labels, more than there are classes: some have one in common.
  const rows = shape !== 'batch' ? 1 : inputs.some(({ domain }) => domain === 'labels') ? width + 1 : 2;
  const cut = shape === 'pointwise' || shape === 'regularizer' ? 1 : width;
  const form = shape === 'region' ? 'dense' : undefined;
  const wish = { dtype: 'float64', rows, width: cut, options, real: () => size * r.normal() } as const;
  const s = sample(loss, r, form === undefined ? wish : { ...wish, form });
  if (shape === 'region') return s;
  const domains = inputsOf(loss, options);
  const distributions = inputs.flatMap(({ name, domain, per }, i) => {
    if (cut === 1 || domain !== 'unit' || per === 'row') return [];
    const given = floats('float64', cut, () => r.between(0.001, 1) ** (size > 1 ? 40 : 1));
    const total = Array.from(given).reduce((a, b) => a + b, 0);
    // An option made logarithms of the probabilities.
    const entry = (p: number): number => (domains[i]!.domain === 'real' ? Math.log(p / total) : p / total);
    return [[name, Float64Array.from(given, entry)]];
  });
  return { ...s, inputs: { ...s.inputs, ...Object.fromEntries(distributions) } };
}

const named = (loss: AnyLoss, x: unknown): Point =>
  ArrayBuffer.isView(x) ? { [loss.info.differentiable[0]!]: x as FloatArray } : (x as Point);
const sum = (loss: AnyLoss): Options => (loss.info.shape === 'regularizer' ? {} : { reduction: 'sum' });

/** The differentiable inputs of a sample. */
const pointOf = (s: Sample): Point =>
  Object.fromEntries(s.loss.info.differentiable.map((name) => [name, s.inputs[name] as FloatArray]));
const combine = (a: Point, b: Point, f: (x: number, y: number) => number): Point =>
  Object.fromEntries(Object.entries(a).map(([name, x]) => [name, x.map((v, i) => f(v, b[name]![i]!))]));
const between = (a: Point, b: Point, t: number): Point => combine(a, b, (x, y) => x + t * (y - x));

const valueAt = (s: Sample, x: Point): number => run(s, 0, sum(s.loss), { ...s.inputs, ...x }).value as number;
const gradientAt = (s: Sample, x: Point): number[] =>
  Object.values(named(s.loss, run(s, 1, sum(s.loss), { ...s.inputs, ...x }).grad)).flatMap((g) => [...g]);

/** How far the value at the middle of two points is above the mean of theirs, in units of their size. */
function bulge(s: Sample, a: Point, b: Point): number {
  const [start, middle, end] = [a, between(a, b, 0.5), b].map((x) => valueAt(s, x));
  return (middle! - 0.5 * start! - 0.5 * end!) / (1e-300 + Math.abs(start!) + Math.abs(end!));
}

/** The Lipschitz constant under these options. */
function lipschitzOf({ info }: AnyLoss, options: Options): number | null {
  if (typeof info.lipschitz !== 'function') return info.lipschitz;
  const defaults = Object.fromEntries(Object.entries(info.parameters).map(([name, x]) => [name, x.default]));
  return info.lipschitz({ ...defaults, ...options });
}

const norm = (x: readonly number[]): number => Math.hypot(...x);

/** The largest jump of the gradient between a and b that doesn't shrink with the distance, in units of the largest gradient on the way. */
function jump(s: Sample, a: Point, b: Point): number {
  const steps = 64;
  const gradients = Array.from({ length: steps + 1 }, (_, i) => gradientAt(s, between(a, b, i / steps)));
  const apart = (g: readonly number[], h: readonly number[]): number => norm(g.map((x, i) => x - h[i]!));
  let [from, to, widest] = [0, 1, -1];
  for (let i = 0; i < steps; i++) {
    const gap = apart(gradients[i]!, gradients[i + 1]!);
    if (gap > widest) [from, to, widest] = [i / steps, (i + 1) / steps, gap];
  }
  // Into the half where the gradient changes more, until the ends are all but one point.
  for (let i = 0; i < 30; i++) {
    const middle = (from + to) / 2;
    const [left, centre, right] = [from, middle, to].map((t) => gradientAt(s, between(a, b, t)));
    if (apart(left!, centre!) > apart(centre!, right!)) to = middle;
    else from = middle;
  }
  const [left, right] = [from, to].map((t) => gradientAt(s, between(a, b, t)));
  return apart(left!, right!) / (Math.max(...gradients.map(norm)) + 1e-300);
}

/** Segments that may cross a kink: anywhere, through 0, and through another input. */
function segments(s: Sample, r: Random): [Point, Point][] {
  const a = pointOf(s);
  const other = pointOf(draw(s.loss, r, s.options, 1));
  const real = inputsOf(s.loss, s.options).every(({ domain, differentiable }) => !differentiable || domain === 'real');
  const first = Object.values(s.inputs).find((x) => x !== Object.values(a)[0]);
  const crossing = s.loss.info.inputs.flatMap(({ name, domain }) => {
    const x = s.inputs[name]!;
    if (!real || x === Object.values(a)[0] || domain === 'labels' || domain === 'classes') return [];
    if (x.length !== Object.values(a)[0]!.length || first === undefined) return [];
    const [key] = Object.keys(a) as [string];
    const beside = (sign: number): Point => ({ ...a, [key]: other[key]!.map((v, i) => x[i]! + sign * v) });
    return [[beside(1), beside(-1)] as [Point, Point]];
  });
  const through0 = combine(a, a, (x) => -x);
  return [[a, other], ...(real ? [[a, through0] as [Point, Point]] : []), ...crossing];
}

const sizes = [1e-3, 0.3, 1, 30, 1000, 1e-9];

describe.each(table)('%s', (name, loss) => {
  beforeAll(async () => void (await init({ backend: 'reference' })));
  afterAll(async () => void (await init({ backend: 'wasm' })));
  const { info } = loss;
  const all = variants(loss, info.shape === 'pointwise' ? 1 : width);
  const title = (options: Options): string => `${name} with ${JSON.stringify(options)}`;

  it(info.convex ? 'is convex' : 'is not convex', () => {
    const r = random(`${name} is convex`);
    let most = -Infinity;
    for (const options of info.convex ? [{}] : all) {
      for (let i = 0; i < 300; i++) {
        const s = draw(loss, r, options, sizes[1 + (i % 3)]!);
        const above = bulge(s, pointOf(s), pointOf(draw(loss, r, options, sizes[1 + (i % 3)]!)));
        if (info.convex && above > 1e-9) expect.fail(`${title(options)} is above its chord by ${above}`);
        most = Math.max(most, above);
      }
    }
    if (!info.convex) expect(most, `${name} was nowhere above a chord`).toBeGreaterThan(1e-6);
  });

  it('is as steep as it says', () => {
    const r = random(`${name} is steep`);
    for (const options of info.lipschitz === null ? [{}] : all) {
      const stated = lipschitzOf(loss, options);
      let steepest = 0;
      for (let i = 0; i < 400; i++) {
        const s = draw(loss, r, options, sizes[i % sizes.length]!);
        steepest = Math.max(steepest, norm(gradientAt(s, pointOf(s))));
      }
      // Where there is nothing, the first that is predicted matters most.
      if (info.shape === 'region') {
        const s = draw(loss, r, options, 1);
        s.inputs.target!.fill(0);
        steepest = norm(gradientAt(s, { pred: new Float64Array(s.inputs.pred!.length) }));
      }
      // No more than √2 a step, of which there may be any number.
      if (info.shape === 'sequence') expect(steepest).toBeLessThanOrEqual(Math.sqrt(2 * steps));
      // No more than √2 a pair, of which there may be any number.
      else if (stated === null && info.shape === 'list' && info.inputs[1]!.domain === 'real')
        expect(steepest).toBeLessThanOrEqual(Math.SQRT2 * (width - 1));
      else if (stated === null) {
        // Where logits are bounded, it is only with the number of classes that a gradient grows.
        if (!('softcap' in options)) expect(steepest, `${title(options)} has no steep gradient`).toBeGreaterThan(50);
      } else {
        expect(steepest, title(options)).toBeLessThanOrEqual(stated * (1 + 1e-12));
        expect(steepest, `${title(options)}: a smaller constant would do`).toBeGreaterThanOrEqual(stated / 2);
      }
    }
  });

  it(info.kinks === '' ? 'has no kinks' : `has a kink: ${info.kinks}`, () => {
    const r = random(`${name} has kinks`);
    let largest = 0;
    for (const options of all) {
      for (let i = 0; i < 16; i++) {
        const s = draw(loss, r, options, 1);
        for (const [a, b] of segments(s, r)) {
          const height = jump(s, a, b);
          if (info.kinks === '' && height > 1e-3) expect.fail(`${title(options)}: the gradient jumps by ${height}`);
          largest = Math.max(largest, height);
        }
      }
    }
    if (info.kinks !== '') expect(largest, `${name}: the gradient jumps nowhere`).toBeGreaterThan(1e-3);
  });

  it('takes its domains up to their ends', () => {
    const ends = {
      real: [-Infinity, -1e300, 0, Infinity],
      nonNegative: [0, Infinity],
      positive: [Number.MIN_VALUE, Infinity],
      aboveMinusOne: [-1 + 2 ** -53, Infinity],
      unit: [0, 1],
      binary: [0, 1],
      sign: [-1, 1],
      labels: info.shape === 'sequence' ? [width - 2, width - 1] : [0, width - 1],
      classes: [0, width - 1],
    };
    const r = random(`${name} has domains`);
    for (const options of all) {
      const s = sample(loss, r, { dtype: 'float64', rows: 3, width: info.shape === 'pointwise' ? 1 : width, options });
      for (const { name: input, domain } of inputsOf(loss, options)) {
        for (const end of ends[domain]) {
          const x = s.inputs[input]!.slice();
          x[0] = end;
          expect(
            () => run(s, 1, sum(loss), { ...s.inputs, [input]: x }),
            `${title(options)}: ${input} = ${end}`,
          ).not.toThrow();
        }
      }
    }
  });

  it('has a second derivative if it says so', () => {
    const s = sample(loss, random(name), { dtype: 'float64', rows: 3, width });
    expect(info.hessian).toBe(hasHess(loss));
    if (info.hessian) expect(Object.keys(named(loss, run(s, 2).hess))).toEqual([...info.differentiable]);
    else expect(() => run(s, 2)).toThrow(TypeError);
    if (info.shape !== 'batch') expect(samplesOf(s)).toBeGreaterThan(0);
  });
});
