/** Code to copy: a call of a loss that runs as it stands. */
import { lossOf } from '../catalogue/index.ts';

/** Small inputs, by what the arguments are called; where a loss means something else by a name, by `loss.argument`. */
const samples: { readonly [argument: string]: string } = {
  logits: '[[2, -1, 0.5], [0, 1, 3]]',
  labels: '[0, 2]',
  'crossEntropy.target': '[0, 2]',
  'categoricalCrossEntropy.target': '[0, 2]',
  'nll.target': '[0, 2]',
  'binaryCrossEntropyWithLogits.logits': '[2, -1, 0.5]',
  'binaryCrossEntropyWithLogits.target': '[1, 0, 1]',
  'binaryFocalWithLogits.logits': '[2, -1, 0.5]',
  'binaryFocalWithLogits.target': '[1, 0, 1]',
  'binaryCrossEntropy.p': '[0.9, 0.2, 0.6]',
  'binaryCrossEntropy.target': '[1, 0, 1]',
  'binaryFocal.p': '[0.9, 0.2, 0.6]',
  'binaryFocal.target': '[1, 0, 1]',
  'hinge.target': '[1, -1, 1]',
  'squaredHinge.target': '[1, -1, 1]',
  'elbo.target': '[[1, 0, 1]]',
  'contrastive.target': '[1, 0]',
  target: '[1.5, 2, 3]',
  pred: '[1, 2, 30]',
  mean: '[1, 2, 3.5]',
  logVar: '[0, 0.5, -1]',
  'elbo.logVar': '[[0, 0.5]]',
  'gaussianKl.logVar': '[[0, 0.5]]',
  mu: '[[0.3, -0.2]]',
  recon: '[[2, -1, 0.5]]',
  p: '[[0.7, 0.2, 0.1], [0.1, 0.3, 0.6]]',
  q: '[[0.6, 0.3, 0.1], [0.2, 0.2, 0.6]]',
  logp: '[[-0.4, -1.6, -2.3], [-2.3, -1.2, -0.5]]',
  theta: '[0.5, -1, 2]',
  anchor: '[[0, 0], [1, 1]]',
  positive: '[[1, 2], [1, 0]]',
  negative: '[[2, 1], [-1, 0]]',
  za: '[[1, 0], [0, 1], [-1, 0.5]]',
  zb: '[[0.9, 0.1], [0.2, 1], [-1, 0.3]]',
  z1: '[[0, 0], [1, 1]]',
  z2: '[[0.5, 0], [1, 0.5]]',
};

/** The code for a loss with options. */
export function snippet(name: string, options: object): string {
  const { inputs } = lossOf(name).info;
  const data = inputs.map((input) => `const ${input} = ${samples[`${name}.${input}`] ?? samples[input]};`);
  const list = name === 'elbo' ? `{ ${inputs.join(', ')} }` : inputs.join(', ');
  const settings = Object.entries(options).map(([key, value]) => `${key}: ${JSON.stringify(value)}`);
  const call = `${list}${settings.length === 0 ? '' : `, { ${settings.join(', ')} }`}`;
  return [
    `import { ${name} } from 'losskit';`,
    '',
    ...data,
    `const { value, grad } = ${name}.valueAndGrad(${call});`,
    'console.log(value, grad);',
  ].join('\n');
}
