/** What docs/sequences.md says of edges: the title of each test is a part of the sentence. */
import { beforeAll, describe, expect, it } from 'vitest';
import * as L from '../../ts/index.ts';
import { all, inf, nan, near } from '../support/near.ts';

describe.each(['wasm', 'reference'] as const)('%s', (backend) => {
  beforeAll(async () => void (await L.init({ backend })));

  const logits = [
    [
      [0.3, 2, -1],
      [2, 0.5, 1],
    ],
  ];

  it('Give logits, not log-probabilities', () => {
    const logProbabilities = logits[0]!.map((row) => {
      const total = Math.log(row.reduce((sum, z) => sum + Math.exp(z), 0));
      return row.map((z) => z - total);
    });
    near(L.ctc([logProbabilities], [[1]]), L.ctc(logits, [[1]]));
  });

  it('`inputLengths` and `labelLengths` say what counts', () => {
    const longer = [[...logits[0]!, [nan, nan, nan]]];
    const { value, grad } = L.ctc.valueAndGrad(longer, [[1, 77]], { inputLengths: [2], labelLengths: [1] });
    near(value as number, L.ctc(logits, [[1]]));
    all(grad.slice(6), [0, 0, 0]);
    const mean = L.accumulator(L.ctc).add(longer, [[1, 77]], { inputLengths: [2], labelLengths: [1] });
    near(mean.value(), L.ctc(logits, [[1]]));
  });

  it("can't be spelt: its loss is +∞ and its gradient 0", () => {
    const { value, grad } = L.ctc.valueAndGrad(logits, [[1, 1]]);
    expect(value).toBe(inf);
    all(grad, Array(6).fill(0));
    const both = L.ctc.valueAndGrad(
      [logits[0]!, logits[0]!],
      [
        [1, 1],
        [1, 2],
      ],
      { infeasible: 'zero' },
    );
    near(both.value as number, L.ctc(logits, [[1, 2]]) / 2);
    expect(both.totalWeight).toBe(2);
  });

  it('Each sequence has weight 1, however long.', () => {
    const two = [logits[0]!, logits[0]!];
    const [a, b] = [L.ctc(logits, [[1]]), L.ctc(logits, [[1, 2]])];
    const options = { labelLengths: [1, 2] };
    near(
      L.ctc(
        two,
        [
          [1, 0],
          [1, 2],
        ],
        options,
      ),
      (a + b) / 2,
    );
    near(
      L.ctc(
        two,
        [
          [1, 0],
          [1, 2],
        ],
        { ...options, sampleWeight: [1, 0.5], reduction: 'sum' },
      ),
      a + b / 2,
    );
  });

  it('neither thousands of steps nor scores of ±10⁴ lose a digit', () => {
    const steps = 4000;
    const even = Array.from({ length: steps }, () => [0, 0]);
    // All alignments of one label: so many places to begin, and to end.
    near(L.ctc([even], [[1]]), steps * Math.LN2 - Math.log((steps * (steps + 1)) / 2));
    near(
      L.ctc(
        [
          [
            [1e4, -1e4],
            [-1e4, 1e4],
          ],
        ],
        [[1]],
      ),
      0,
    );
  });
});
