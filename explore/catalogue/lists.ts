/** Losses of lists, over the scores of two of three elements. */
import { type Entry, slider } from './types.ts';

/** Three elements, of which the first is the most relevant and the last not at all; the last has a score of its own. */
const view: Entry['view'] = {
  kind: 'surface',
  axis: 'logits',
  single: true,
  inputs: ({ xs, ys }, { third }) => ({ args: [[[xs[0]!, ys[0]!, Number(third)]], [[2, 1, 0]]] }),
  gradient: (grad: Float64Array) => [grad[0]!, grad[1]!],
};

const third = { ...slider('third', 'score of the least relevant', -4, 4, 0.1, 0), input: true } as const;

export const lists: readonly Entry[] = [
  {
    name: 'rankingSoftmax',
    title: 'Softmax of a list',
    formula: String.raw`L = −\sum_i y_i \ln p_i,~p = \text{softmax}(s)`,
    gradient: String.raw`\frac{∂L}{∂s_i} = p_i \sum_j y_j − y_i`,
    likelihood: ['A categorical: which element is chosen? Each choice counts as much as it is relevant'],
    when: 'Clicks or grades of a list: what is relevant should come first, and the top counts most.',
    not: 'The order of all the others counts as well (listMle), or only pairs are known to be right (rankNet).',
    knobs: [third],
    view,
  },
  {
    name: 'listMle',
    title: 'ListMLE',
    formula: String.raw`L = \sum_i \ln \sum_{j ≥ i} e^{s_{(j)} − s_{(i)}}`,
    gradient: String.raw`\frac{∂L}{∂s_{(k)}} = \sum_{i < k} \frac{e^{s_{(k)}}}{S_i} − \frac{S_{k+1}}{S_k}`,
    likelihood: [
      'Plackett and Luce: elements are drawn one after another, each in proportion to e to the score',
      String.raw`L = −\ln P(\text{the right order})`,
    ],
    when: 'The whole order is known, and should be learnt.',
    not: 'Most elements are alike in relevance: their order in the data would be learnt too.',
    knobs: [third],
    view,
  },
  {
    name: 'rankNet',
    title: 'RankNet',
    formula: String.raw`L = \frac{1}{P} \sum_{y_i > y_j} \ln(1 + e^{−(s_i − s_j)})`,
    gradient: String.raw`\frac{∂L}{∂s_i} = \frac{1}{P} (\sum_{y_j > y_i} σ(s_i − s_j) − \sum_{y_i > y_j} σ(s_j − s_i))`,
    likelihood: [
      'A Bernoulli for each pair: which of the two is above the other?',
      String.raw`P(i~\text{above}~j) = σ(s_i − s_j)`,
    ],
    when: 'You know of pairs which is the better one, and ties say nothing.',
    not: 'Lists are long and only their tops are looked at: all pairs count alike.',
    knobs: [third],
    view,
  },
];
