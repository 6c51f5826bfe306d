/** Losses of sequences, over the scores of one label in two steps. */
import { type Entry, slider } from './types.ts';

export const sequences: readonly Entry[] = [
  {
    name: 'ctc',
    title: 'CTC',
    formula: String.raw`L = −\ln \sum_π \prod_t p_t(π_t),~p_t = \text{softmax}(z_t)`,
    gradient: String.raw`\frac{∂L}{∂z_{tk}} = p_t(k) − \text{share of the paths with}~π_t = k`,
    likelihood: [
      'A categorical in each step, independent of the others: all paths that spell the labels are added up',
      String.raw`L = −\ln P(\text{labels})`,
    ],
    when: 'You know what is said or written, and in which order, but not where: speech, handwriting, gestures.',
    not: 'The labels have their places already (crossEntropy for each step), or come in another order than the input.',
    knobs: [{ ...slider('blank', 'score of the blank in both steps', -4, 4, 0.1, 0), name: 'blankScore', input: true }],
    view: {
      kind: 'surface',
      axis: 'logits',
      single: true,
      // Two steps that spell one label: in the first, in the second, or in both.
      inputs: ({ xs, ys }, { blankScore }) => ({
        args: [
          [
            [
              [Number(blankScore), xs[0]!],
              [Number(blankScore), ys[0]!],
            ],
          ],
          [[1]],
        ],
      }),
      gradient: (grad: Float64Array) => [grad[1]!, grad[3]!],
    },
  },
];
