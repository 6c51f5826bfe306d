/** Losses of a batch as a whole: what others get wrong, shapes, and derivatives by parameters, on both backends. */
import { beforeAll, describe, expect, it } from 'vitest';
import { cosineEmbedding, infoNce, init, ntXent, sigLip, supCon } from '../../ts/index.ts';
import { random } from '../support/random.ts';

type Batch = typeof infoNce;

const draw = (name: string, n: number, dim: number): number[][] => {
  const r = random(name);
  return Array.from({ length: n }, () => Array.from({ length: dim }, () => r.normal()));
};
const a = draw('queries', 5, 4);
const b = a.map((row, i) => row.map((x, k) => x + 0.6 * draw('keys', 5, 4)[i]![k]!));
const more = draw('more keys', 3, 4);
const labels = [4, 0, 4, 4, 0];
const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
const cos = (x: number[], y: number[]): number =>
  x.reduce((sum, v, k) => sum + v * y[k]!, 0) / Math.hypot(...x) / Math.hypot(...y);
const sum = (values: number[]): number => values.reduce((s, x) => s + x, 0);

describe.each(['wasm', 'reference'] as const)('%s', (backend) => {
  beforeAll(() => init({ backend }).then(() => {}));

  it('infoNce is cross-entropy with the key of the same row as label, over all keys', () => {
    const keys = [...b, ...more];
    const losses = a.map((q, i) => {
      const s = keys.map((k) => cos(q, k) / 0.2);
      return Math.log(sum(s.map(Math.exp))) - s[i]!;
    });
    expect(infoNce(a, keys, { temperature: 0.2 })).toBeCloseTo(sum(losses) / 5, 12);
    const each = infoNce(a, keys, { temperature: 0.2, reduction: 'none' });
    expect(each.length).toBe(5);
    losses.forEach((loss, i) => {
      expect(each[i]).toBeCloseTo(loss, 12);
    });
    expect(infoNce.valueAndGrad(a, keys).grad.keys.length).toBe(32);
  });

  it('infoNce with symmetric is half the sum of both directions, which the order of the arguments is nothing to', () => {
    const both = 0.5 * (infoNce(a, b) + infoNce(b, a));
    expect(infoNce(a, b, { symmetric: true })).toBeCloseTo(both, 12);
    expect(infoNce(b, a, { symmetric: true })).toBeCloseTo(both, 12);
    const [there, back] = [
      infoNce.valueAndGrad(a, b, { symmetric: true }),
      infoNce.valueAndGrad(b, a, { symmetric: true }),
    ];
    there.grad.keys.forEach((g, i) => {
      expect(g).toBeCloseTo(back.grad.queries[i]!, 12);
    });
  });

  it('infoNce refuses fewer keys than queries, keys of another width, and symmetric with keys to spare', () => {
    expect(() => infoNce(a, b.slice(1))).toThrow('infoNce: keys must be at least 5 rows, one for each row of queries');
    expect(() => infoNce(a, [...b, ...more], { symmetric: true })).toThrow(/keys must be 5 rows, as many as queries/);
    expect(() => infoNce(a, [[1, 2, 3]])).toThrow(/keys must be rows of 4, as queries/);
    expect(() => infoNce(Float64Array.of(1, 2, 3, 4), Float64Array.of(1, 2, 3), { dim: 2 })).toThrow(RangeError);
    expect(infoNce(Float64Array.of(1, 2), Float64Array.of(1, 2, 3, 4), { dim: 2 })).toBeGreaterThan(0);
    expect(infoNce(Float64Array.of(1, 2), Float64Array.of(1, 2, 3, 4), { batch: 1 })).toBeGreaterThan(0);
  });

  it('sigLip divides by the rows, not by all pairs', () => {
    const losses = a.map((x, i) => sum(b.map((y, j) => softplus((i === j ? -1 : 1) * (10 * cos(x, y) - 10)))));
    expect(sigLip(a, b)).toBeCloseTo(sum(losses) / 5, 12);
    expect(sigLip(a, b, { reduction: 'sum' })).toBeCloseTo(sum(losses), 12);
    losses.forEach((loss, i) => {
      expect(sigLip(a, b, { reduction: 'none' })[i]).toBeCloseTo(loss, 12);
    });
  });

  it('supCon averages over positives outside the logarithm, and over the anchors that have one', () => {
    const z = [...a, ...more];
    const classes = [...labels, 9, 7, 7];
    const losses = z.map((x, i) => {
      const others = z.flatMap((y, k) => (k === i ? [] : [{ s: cos(x, y) / 0.1, same: classes[k] === classes[i] }]));
      const same = others.filter((other) => other.same);
      const lse = Math.log(sum(others.map(({ s }) => Math.exp(s))));
      return same.length === 0 ? 0 : lse - sum(same.map(({ s }) => s)) / same.length;
    });
    expect(supCon(z, classes)).toBeCloseTo(sum(losses) / 7, 11);
    const each = supCon(z, classes, { reduction: 'none' });
    losses.forEach((loss, i) => {
      expect(each[i]).toBeCloseTo(loss, 11);
    });
    expect(each[5]).toBe(0);
    expect(supCon.valueAndGrad(z, classes).totalWeight).toBe(7);
  });

  it('supCon with nobody who has a positive is 0, with gradient 0, never NaN', () => {
    const { value, grad, parameterGrad, totalWeight } = supCon.valueAndGrad(a, [0, 1, 2, 3, 4]);
    expect([value, totalWeight, parameterGrad.temperature]).toEqual([0, 0, 0]);
    expect([...grad].every((g) => g === 0)).toBe(true);
    expect([...supCon(a, [0, 1, 2, 3, 4], { reduction: 'none' })]).toEqual([0, 0, 0, 0, 0]);
  });

  it('supCon with two views a class is ntXent', () => {
    const views = [...a, ...b];
    const classes = [...a.keys(), ...a.keys()];
    const [own, other] = [supCon.valueAndGrad(views, classes, { temperature: 0.5 }), ntXent.valueAndGrad(a, b)];
    expect(own.value).toBeCloseTo(other.value, 12);
    expect(own.parameterGrad.temperature).toBeCloseTo(other.parameterGrad.temperature, 12);
    [...other.grad.za, ...other.grad.zb].forEach((g, i) => {
      expect(own.grad[i]).toBeCloseTo(g, 12);
    });
  });

  it('supCon takes labels of any integer type, of any size, and in any order', () => {
    const flat = Float64Array.from(a.flat());
    const expected = supCon(flat, labels, { dim: 4 });
    const big = labels.map((label) => BigInt(label) + 2n ** 40n);
    const forms = [
      Int32Array.from(labels),
      Uint8Array.from(labels),
      Uint32Array.from(labels, (x) => x + 2 ** 31),
      BigInt64Array.from(big),
      BigUint64Array.from(big),
      labels.map((x) => 1e9 * x),
      { data: Int32Array.from(labels), shape: [5] },
    ];
    for (const form of forms) expect(supCon(flat, form as never)).toBe(expected);
    for (const wrong of [
      [0, 1, -1, 0, 1],
      [0, 1, 0.5, 0, 1],
      [0, 1, Number.NaN, 0, 1],
    ]) {
      expect(() => supCon(a, wrong)).toThrow(
        /^supCon: labels\[2\] = .* is out of range: labels are whole numbers >= 0$/,
      );
    }
    expect(() => supCon(a, [0, 1])).toThrow(RangeError);
    expect(() => supCon(a, Float32Array.from(labels) as never)).toThrow(TypeError);
  });

  it('zero vectors have cosine 0 and gradient 0', () => {
    const zero = [
      [0, 0],
      [1, 2],
      [3, 1],
    ];
    for (const { grad, value } of [
      infoNce.valueAndGrad(zero, zero),
      sigLip.valueAndGrad(zero, zero),
      ntXent.valueAndGrad(zero, zero),
    ]) {
      expect(value).toBeGreaterThan(0);
      for (const g of Object.values(grad)) expect([...g.subarray(0, 2)].map(Math.abs)).toEqual([0, 0]);
      for (const g of Object.values(grad)) expect(g.every(Number.isFinite)).toBe(true);
    }
    expect([...supCon.valueAndGrad(zero, [0, 0, 0]).grad.subarray(0, 2)].map(Math.abs)).toEqual([0, 0]);
    expect([
      ...cosineEmbedding(
        [
          [0, 0],
          [0, 0],
        ],
        [
          [1, 1],
          [1, 1],
        ],
        [1, -1],
        { reduction: 'none' },
      ),
    ]).toEqual([1, 0]);
    expect(cosineEmbedding([[0, 0]], [[1, 1]], [-1], { margin: -0.5 })).toBe(0.5);
  });

  it('norms at the ends of the range of doubles are exact', () => {
    const pairs: readonly [string, (z: number[][]) => { value: number; grad: unknown }][] = [
      ['infoNce', (z) => infoNce.valueAndGrad(a, z, { symmetric: true })],
      ['ntXent', (z) => ntXent.valueAndGrad(a, z)],
      ['sigLip', (z) => sigLip.valueAndGrad(a, z)],
      ['supCon', (z) => supCon.valueAndGrad(z, labels)],
      ['cosineEmbedding', (z) => cosineEmbedding.valueAndGrad(a, z, [1, 1, -1, 1, 1])],
    ];
    for (const [name, call] of pairs) {
      const gradOf = (size: number): Float64Array => {
        const { grad } = call(b.map((row) => row.map((x) => x * size)));
        return grad instanceof Float64Array ? grad : Object.values(grad as { [input: string]: Float64Array })[1]!;
      };
      // Powers of two change nothing of what lies in the range.
      const [{ value }, grad] = [call(b), gradOf(1)];
      for (const size of [2 ** -1018, 2 ** -900, 2 ** 1010, 2 ** 1018]) {
        expect(call(b.map((row) => row.map((x) => x * size))).value / value, name).toBeCloseTo(1, 13);
        gradOf(size).forEach((g, i) => {
          if (Math.abs(grad[i]! / size) > 1e-307) expect((g * size) / grad[i]!, `${name} ${size}`).toBeCloseTo(1, 11);
        });
      }
      // Below the normal range numbers have fewer digits, and beyond it lengths are none; directions are what they are.
      const small = call(b.map((row) => row.map((x) => x * 2 ** -1060))).value;
      expect(small / value, name).toBeCloseTo(1, 3);
      const most = Math.max(...b.flat().map(Math.abs));
      const large = call(b.map((row) => row.map((x) => (x / most) * 1.7e308))).value;
      expect(large / value, name).toBeCloseTo(1, 13);
    }
  });

  it('norms and temperatures of any size are exact', () => {
    for (const size of [1e-300, 1e-30, 1e30, 1e150]) {
      const scaled = a.map((row) => row.map((x) => size * x));
      expect(infoNce(scaled, b)).toBeCloseTo(infoNce(a, b), 11);
      expect(supCon(scaled, labels)).toBeCloseTo(supCon(a, labels), 11);
      expect(sigLip(scaled, b)).toBeCloseTo(sigLip(a, b), 11);
    }
    // The loss of the hardest negative alone.
    const hard = infoNce(
      [[1, 0]],
      [
        [0, 1],
        [1, 1],
      ],
      { temperature: 1e-300 },
    );
    expect(hard / (1e300 * Math.SQRT1_2)).toBeCloseTo(1, 12);
    expect(infoNce(a, a, { temperature: 1e-300 })).toBe(0);
  });

  it.each([ntXent, infoNce, supCon])('a temperature of which 1 is no number of times more is an error', (loss) => {
    const call = loss as unknown as (z: unknown, other: unknown, options: object) => number;
    expect(() => call(a, loss === supCon ? labels : b, { temperature: 5e-309 })).toThrow(
      /temperature must be at least 5\.57e-309.*scale it up/,
    );
    expect(call(a, loss === supCon ? labels : b, { temperature: 5.57e-309 })).not.toBeNaN();
  });

  const slopes: [string, Batch, unknown[], { readonly [name: string]: number }][] = [
    ['ntXent', ntXent as never, [a, b], { temperature: 0.5 }],
    ['infoNce', infoNce, [a, [...b, ...more]], { temperature: 0.07 }],
    ['infoNce, dot products', infoNce, [a, b, { normalize: false, symmetric: true }], { temperature: 2 }],
    ['supCon', supCon as never, [a, labels], { temperature: 0.1 }],
    ['sigLip', sigLip as never, [a, b], { scale: 10, bias: -10 }],
    ['sigLip, dot products', sigLip as never, [a, b, { normalize: false }], { scale: 0.3, bias: 1 }],
  ];
  it.each(slopes)(
    '%s has the derivatives by its parameters, scaled like the value',
    (_, loss, [x, y, more], parameters) => {
      const run = (options: object) => loss.valueAndGrad(x as never, y as never, { ...(more as object), ...options });
      const mean = run(parameters);
      expect(Object.keys(mean.parameterGrad)).toEqual(Object.keys(parameters));
      expect(loss.info.parameterGrad).toEqual(Object.keys(parameters));
      for (const [name, at] of Object.entries(parameters)) {
        const step = 1e-5 * Math.abs(at);
        const [up, down] = [run({ ...parameters, [name]: at + step }), run({ ...parameters, [name]: at - step })];
        const slope = (mean.parameterGrad as { readonly [name: string]: number })[name]!;
        expect(slope).toBeCloseTo((up.value - down.value) / (2 * step), 6);
        const total = run({ ...parameters, reduction: 'sum' }) as typeof mean;
        const other = run({ ...parameters, divisor: 4 });
        const slopeOf = (of: typeof mean) => (of.parameterGrad as { readonly [name: string]: number })[name]!;
        expect(slopeOf(total) / mean.totalWeight).toBeCloseTo(slope, 12);
        expect(slopeOf(total) / 4).toBeCloseTo(slopeOf(other), 12);
      }
    },
  );

  it('a sampleWeight is refused with the reason', () => {
    for (const call of [
      () => ntXent(a, b, { sampleWeight: [1, 1, 1, 1, 1] } as never),
      () => infoNce(a, b, { sampleWeight: [1, 1, 1, 1, 1] } as never),
      () => sigLip(a, b, { sampleWeight: [1, 1, 1, 1, 1] } as never),
      () => supCon(a, labels, { sampleWeight: [1, 1, 1, 1, 1] } as never),
    ]) {
      expect(call).toThrow(TypeError);
      expect(call).toThrow(/unknown option `sampleWeight`; every embedding is compared with all others/);
    }
  });
});
