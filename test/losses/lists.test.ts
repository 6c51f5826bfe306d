/** Losses of lists: groups, weights, order; and what peers got wrong. */
import { beforeAll, describe, expect, it } from 'vitest';
import { accumulator, allocate, init, listMle, objective, rankingSoftmax, rankNet } from '../../ts/index.ts';
import { fails } from '../support/bad.ts';
import { random } from '../support/random.ts';

const losses = { listMle, rankingSoftmax, rankNet };
const groups = [3, 0, 1, 70, 5];
const length = 79;
const starts = groups.map((_, i) => groups.slice(0, i).reduce((a, b) => a + b, 0));
const r = random('lists');
const scores = Float64Array.from({ length }, r.normal);
const relevance = Float64Array.from({ length }, () => r.below(5));

describe.each(['reference', 'wasm'] as const)('%s', (backend) => {
  beforeAll(async () => void (await init({ backend })));

  describe.each(Object.entries(losses))('%s', (name, loss) => {
    it.each(['float32', 'float64'] as const)('%s: a list in a group is what it is as a row, to the bit', (type) => {
      const [s, y] =
        type === 'float32' ? [Float32Array.from(scores), Float32Array.from(relevance)] : [scores, relevance];
      const all = loss.valueAndGrad(s, y, { groups, reduction: 'none' });
      groups.forEach((size, i) => {
        const [from, to] = [starts[i]!, starts[i]! + size];
        const alone = loss.valueAndGrad(s.slice(from, to), y.slice(from, to), {
          batch: size > 0 ? 1 : 0,
          dim: Math.max(1, size),
          reduction: 'none',
        });
        expect(all.value[i]).toBe(size > 0 ? alone.value[0] : 0);
        expect([...all.grad.subarray(from, to)]).toEqual([...alone.grad]);
      });
    });

    it('lists of one length are rows, however they are given', () => {
      const [s, y] = [scores.slice(0, 70), relevance.slice(0, 70)];
      const want = loss.valueAndGrad(s, y, { dim: 7 });
      const groups = Int32Array.from({ length: 10 }, () => 7);
      expect(loss.valueAndGrad(s, y, { groups })).toEqual(want);
      expect(loss.valueAndGrad(s, y, { groups: BigInt64Array.from(groups, BigInt) })).toEqual(want);
      expect(loss.valueAndGrad({ data: s, shape: [10, 7] }, y, {})).toEqual(want);
      expect(loss.valueAndGrad(s, Int32Array.from(y) as never, { batch: 10 })).toEqual(want);
      const [a, b] = [allocate('float64', 70), allocate('int32', 10)];
      a.array.set(s);
      b.array.set(groups);
      expect([...loss.valueAndGrad(a, y, { groups: b, out: a }).grad]).toEqual([...want.grad]);
      a.free();
      b.free();
    });

    it('an empty list has no weight, nor has one of weight 0 a say', () => {
      const each = loss(scores, relevance, { groups, reduction: 'none' });
      const counts = name === 'rankNet' ? 3 : 4;
      const mean = each.reduce((a, b) => a + b, 0) / counts;
      const got = loss.valueAndGrad(scores, relevance, { groups });
      expect(got.value).toBeCloseTo(mean, 12);
      expect(got.totalWeight).toBe(counts);
      const sampleWeight = [0, 7, 3, 1, 0.5];
      const [total, weight] = [3 * each[2]! + each[3]! + 0.5 * each[4]!, name === 'rankNet' ? 1.5 : 4.5];
      expect(loss(scores, relevance, { groups, sampleWeight })).toBeCloseTo(total / weight, 12);
      expect(loss([], [], { groups: [0, 0] })).toBe(0);
      expect(loss([], [], { groups: [] })).toBe(0);
    });

    it('large scores are in range, and only differences count', () => {
      const shifted = scores.map((x) => x + 2 ** 20);
      expect(loss(shifted, relevance, { groups })).toBeCloseTo(loss(scores, relevance, { groups }), 8);
      const top = name === 'rankingSoftmax' ? [2, 0, 0] : [2, 0, 1];
      expect(loss([[1e4, -1e4, 0]], [top])).toBe(0);
    });

    it('more lists than a block holds are what they are alone', () => {
      const many = Array.from({ length: 4000 }, (_, i) => i % 13);
      const n = many.reduce((a, b) => a + b, 0);
      const s = Float32Array.from({ length: n }, r.normal);
      const y = Float32Array.from({ length: n }, () => r.below(3));
      const whole = loss.valueAndGrad(s, y, { groups: many, reduction: 'none' });
      const at = n - many.slice(3990).reduce((a, b) => a + b, 0);
      const part = loss.valueAndGrad(s.slice(at), y.slice(at), { groups: many.slice(3990), reduction: 'none' });
      expect([...whole.value.subarray(3990)]).toEqual([...part.value]);
      expect([...whole.grad.subarray(at)]).toEqual([...part.grad]);
    });

    it('adds up in accumulators, and in objectives', () => {
      const mean = accumulator(loss);
      mean.add(scores.slice(0, 4), relevance.slice(0, 4), { groups: [3, 0, 1] });
      mean.add(scores.slice(4), relevance.slice(4), { groups: [70, 5] });
      expect(mean.value()).toBeCloseTo(loss(scores, relevance, { groups }), 12);
      const J = objective({ loss });
      const { grad } = J.valueAndGrad([scores, relevance, { groups }]);
      expect(grad.inputs).toEqual(loss.valueAndGrad(scores, relevance, { groups }).grad);
    });

    it.each<[string, object, string]>([
      [
        'groups that don’t add up',
        { groups: [3, 4] },
        'groups must be sizes that add up to the length of scores, 79, got 7',
      ],
      ['groups below 0', { groups: [80, -1] }, 'groups[1] must be a whole number >= 0, got -1'],
      ['half a group', { groups: [78.5, 0.5] }, 'groups[0] must be a whole number >= 0'],
      ['another batch', { groups, batch: 2 }, 'batch must be 5'],
      ['a width beside groups', { groups, dim: 3 }, 'dim must be left out with groups'],
      ['nothing that says where lists end', {}, "its row width isn't known"],
      ['groups that are no integers', { groups: Float32Array.of(79) }, 'groups must be whole numbers in an Int32Array'],
      ['weights of another number', { groups, sampleWeight: [1, 2] }, 'sampleWeight must be of length 5'],
    ])('refuses %s', (_, options, message) => {
      const kind = message.startsWith('dim') || message.includes('Int32Array') ? TypeError : RangeError;
      fails(() => loss(scores, relevance, options), kind, `${name}: `, message);
    });
  });

  it.each(['float32', 'float64'] as const)(
    'listMle, %s: one score far from the others leaves them what they are',
    (type) => {
      const of = (x: number[]) => (type === 'float32' ? Float32Array.from(x) : Float64Array.from(x));
      const few = [0.5, -0.25, 1.5, -1];
      const alone = listMle.valueAndGrad(of(few), [4, 3, 2, 1], { batch: 1 });
      for (const far of [100, 1e4, 1e9, 1e20, 5e37, ...(type === 'float64' ? [1e300] : [])]) {
        // Drawn first, as it should be: the others are as if it weren't there.
        const first = listMle.valueAndGrad(of([far, ...few]), [5, 4, 3, 2, 1], { batch: 1 });
        expect(first.value).toBeCloseTo(alone.value, 12);
        expect(first.grad[0]).toBeCloseTo(0, 12);
        alone.grad.forEach((g, i) => void expect(first.grad[i + 1]).toBeCloseTo(g, type === 'float32' ? 6 : 12));
        // To be drawn last though it is likeliest: each of the others costs as much as it is below.
        const last = listMle.valueAndGrad(of([...few, far]), [5, 4, 3, 2, 1], { batch: 1 });
        expect(last.value / 4 / of([far])[0]!).toBeCloseTo(1, 1);
        expect([...last.grad].map(Math.round)).toEqual([-1, -1, -1, -1, 4]);
        // Far below, and last: the others are compared with one another.
        const below = listMle.valueAndGrad(of([...few, -far]), [5, 4, 3, 2, 1], { batch: 1 });
        expect(below.value).toBeCloseTo(alone.value, 12);
      }
    },
  );

  it('rows have no groups', () => {
    fails(
      () => listMle([[1, 2]], [[1, 2]], { groups: [1, 1] }),
      RangeError,
      'listMle: groups must be left out where rows are lists',
    );
  });

  it('names the relevance that is below 0', () => {
    const bad = relevance.slice();
    bad[40] = -1;
    fails(
      () => rankingSoftmax(scores, bad, { groups }),
      RangeError,
      'rankingSoftmax: relevance[40] = -1 is out of range',
    );
    expect(rankingSoftmax(scores, bad, { groups, sampleWeight: [1, 1, 1, 0, 1] })).toBeGreaterThan(0);
    for (const loss of [listMle, rankNet]) expect(loss(scores, bad, { groups })).toBeGreaterThan(0);
  });

  describe('what peers got wrong', () => {
    it('the order of ties is not drawn at random', () => {
      const ties = new Float64Array(length).fill(1);
      const first = listMle(scores, ties, { groups });
      for (let i = 0; i < 5; i++) expect(listMle(scores, ties, { groups })).toBe(first);
      // Ties by index: as if relevance fell along the list.
      expect(
        listMle(
          scores,
          Float64Array.from(ties, (_, i) => -i),
          { groups },
        ),
      ).toBe(first);
    });
    it('nothing is added inside a logarithm', () => {
      expect(listMle([[60, 0]], [[1, 0]]) / Math.exp(-60)).toBeCloseTo(1, 12);
      expect(rankNet([[60, 0]], [[1, 0]]) / Math.exp(-60)).toBeCloseTo(1, 12);
    });
    it('relevance that does not add up to 1 has the right gradient', () => {
      const { grad } = rankingSoftmax.valueAndGrad([[0, 0]], [[3, 1]]);
      expect([...grad]).toEqual([-1, 1]);
    });
    it('a list without a pair does not pull the mean down', () => {
      const [one, none] = [
        [0, 0],
        [5, 5],
      ];
      expect(
        rankNet(
          [one, none],
          [
            [1, 0],
            [1, 1],
          ],
        ),
      ).toBeCloseTo(Math.log(2), 15);
    });
  });
});
