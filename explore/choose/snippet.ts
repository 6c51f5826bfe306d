/** Code to copy: a call of a loss that runs as it stands. */
import type { InputInfo, LossInfo } from 'losskit';
import { lossOf } from '../catalogue/index.ts';

/** Numbers for a first, a second and a third argument: three elements, or two rows of three. */
const elements = ['[1, 2, 30]', '[1.5, 2, 3]', '[0, 0.5, -1]'];
const rows = [
  '[[2, -1, 0.5], [0, 1, 3]]',
  '[[1.5, -0.5, 0], [1, 0.5, -2]]',
  '[[0.3, -0.2, 1], [0.5, 1, 0]]',
  '[[0, 0.5, -1], [0.2, 0, 0.4]]',
];
const probabilities = ['[[0.7, 0.2, 0.1], [0.1, 0.3, 0.6]]', '[[0.6, 0.3, 0.1], [0.2, 0.2, 0.6]]'];

/** A sequence of two steps, each with scores of three classes, and the one label that it spells. */
const sequence = { logits: '[[[0.1, 2, 0.3], [1.5, 0.2, 0.1]]]', labels: '[[1]]' };

/** An image of two pixels and two classes, and their labels. */
const image = { pred: '[[[0.9, 0.1], [0.2, 0.8]]]', target: '[[0, 1]]' };

/** Small data for argument k of a loss. */
function data({ name, domain, per, differentiable }: InputInfo, k: number, { shape }: LossInfo): string {
  const byElement = shape === 'pointwise' || shape === 'regularizer';
  if (shape === 'sequence') return domain === 'labels' ? sequence.labels : sequence.logits;
  if (shape === 'region') return differentiable ? image.pred : image.target;
  if (domain === 'labels' || domain === 'classes') return '[0, 2]';
  if (domain === 'binary') return per === 'row' ? '[1, 0]' : '[1, 0, 1]';
  if (domain === 'sign') return per === 'row' ? '[1, -1]' : '[1, -1, 1]';
  if (domain === 'unit') return byElement ? (differentiable ? '[0.9, 0.2, 0.6]' : '[1, 0, 1]') : probabilities[k % 2]!;
  if (domain === 'nonNegative' || domain === 'positive' || domain === 'aboveMinusOne')
    return byElement ? '[1, 0.5, 3]' : '[[1, 0.5, 3], [2, 1, 4]]';
  if (name === 'logp') return '[[-0.4, -1.6, -2.3], [-2.3, -1.2, -0.5]]';
  return (byElement ? elements : rows)[k]!;
}

/** The code for a loss with options. */
export function snippet(name: string, options: object): string {
  const { info } = lossOf(name);
  const lines = info.inputs.map((input, k) => `const ${input.name} = ${data(input, k, info)};`);
  const names = info.inputs.map((input) => input.name).join(', ');
  const settings = Object.entries(options).map(([key, value]) => `${key}: ${JSON.stringify(value)}`);
  const list = info.byName ? `{ ${names} }` : names;
  const call = `${list}${settings.length === 0 ? '' : `, { ${settings.join(', ')} }`}`;
  return [
    `import { ${name} } from 'losskit';`,
    '',
    ...lines,
    `const { value, grad } = ${name}.valueAndGrad(${call});`,
    'console.log(value, grad);',
  ].join('\n');
}
