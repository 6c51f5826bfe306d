/** What the README and the pages in docs/ say of each loss, from what the losses say of themselves and from their docstrings. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { lossDocs } from '../../cli/docs.plugin.mjs';
import { root } from './run.mjs';

/** A generated part lies between these. */
const begin = (name) => `<!-- ${name}:begin (npm run readme) -->`;
const end = (name) => `<!-- ${name}:end -->`;

/** A default as a reader writes it. */
const shown = (value) =>
  Array.isArray(value) ? `[${value}]` : typeof value === 'string' ? `'${value}'` : String(value);

const byName = (a, b) => (a.name < b.name ? -1 : 1);
const infosOf = (losskit) =>
  Object.values(losskit)
    // One with a linear layer before it is another loss, of which all is said already.
    .flatMap(({ info }) => (info && info.shape !== 'linear' ? [info] : []))
    .sort(byName);

/** The page of a loss: that of its family; losses of embeddings, which have no second derivative, are looked for beside each other. */
function pageOf({ family, shape, hessian }) {
  if (family === 'lists') return 'ranking';
  if (family === 'ranking' || (shape === 'rowwise' && !hessian)) return 'metric-learning';
  return family === 'objective' ? 'regularizers' : family;
}

const textOf = (file) => readFileSync(join(root, 'docs', file), 'utf8');
const titleOf = (page) => textOf(`${page}.md`).match(/^# (.*)/)[1];

/** The pages of losses in docs/, in alphabetical order: those with a place for the losses of a family. */
const pages = readdirSync(join(root, 'docs'))
  .filter((file) => file.endsWith('.md') && !['migration.md', 'losses.md'].includes(file))
  .filter((file) => textOf(file).includes(begin('losses')))
  .map((file) => file.slice(0, -3));

/** How many losses there are, and their names by page. */
function overview(losskit) {
  const losses = infosOf(losskit);
  const row = (page) => {
    const names = losses.filter((info) => pageOf(info) === page).map(({ name }) => `\`${name}\``);
    return `| [${titleOf(page)}](docs/${page}.md) | ${names.join(', ')} |`;
  };
  return [`${losses.length} losses:`, '', '| | |', '|---|---|', ...pages.map(row)].join('\n');
}

/** Every loss, a line each, page by page. */
function lossTable(losskit) {
  const losses = infosOf(losskit);
  const row = (info) => {
    const inputs = info.inputs.map(({ name, differentiable }) => (differentiable ? `**${name}**` : name)).join(', ');
    const options = Object.entries(info.parameters).map(([name, p]) =>
      p.default === null ? name : `${name} = ${shown(p.default)}`,
    );
    const call = info.byName ? `{ ${inputs} }` : inputs;
    return `| \`${info.name}\` | ${call} | ${options.join(', ')} | ${info.torch ? `\`${info.torch.replace('torch.nn.functional.', '')}\`` : ''} |`;
  };
  return [
    '| loss | inputs (gradients in **bold**) | options | in PyTorch |',
    '|---|---|---|---|',
    ...pages.flatMap((page) => [
      `| *${titleOf(page)}* | | | |`,
      ...losses.filter((info) => pageOf(info) === page).map(row),
    ]),
  ].join('\n');
}

/** An option and its default; of a choice all words, the default first. */
function optionText([name, { default: fallback, domain }]) {
  const words = /^one of (.*)$/.exec(domain)?.[1].replaceAll('"', "'");
  return `\`${name}\` (${words ?? (fallback === null ? 'none' : shown(fallback))})`;
}

/** The losses of a page: a table, and the formulas of the docstrings. */
function section(losskit, page) {
  const docs = lossDocs();
  const losses = infosOf(losskit).filter((info) => pageOf(info) === page);
  const row = (info) => {
    const options = Object.entries(info.parameters).map(optionText).join(', ');
    return `| \`${info.name}\` | ${info.differentiable.join(', ')} | ${info.hessian ? 'yes' : ''} | ${options} |`;
  };
  const formula = ({ name }) => `${name}\n${docs[name].formula.replace(/^/gm, '    ')}`;
  return [
    '| loss | gradients in | second derivative | options (default) |',
    '|---|---|---|---|',
    ...losses.map(row),
    '',
    '```text',
    losses.map(formula).join('\n\n'),
    '```',
  ].join('\n');
}

/** Every loss and its twin in PyTorch. */
function twins(losskit) {
  const row = ({ name, torch }) => `| ${torch === null ? '—' : `\`${torch}\``} | \`${name}\` |`;
  return ['| PyTorch | losskit |', '|---|---|', ...infosOf(losskit).map(row)].join('\n');
}

/** What bundles weigh, as bench/sizes.json has it, which `npm run readme` measures. */
function sizes() {
  const { wasm, bundles } = JSON.parse(readFileSync(join(root, SIZES), 'utf8'));
  const kB = (bytes) => {
    const digits = bytes < 99_950 ? 1 : 0;
    return `${(bytes / 1000).toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits })} kB`;
  };
  const row = ({ title, bytes, gzip }) => `| ${title} | ${kB(bytes)} | ${kB(gzip)} |`;
  return [
    '| minified by esbuild | bytes | gzipped |',
    '|---|--:|--:|',
    ...bundles.map(({ title, ...rest }) =>
      row({ title: title.replace(/import .*/, '`$&`').replace(/of '(.*)'/, 'of `$1`'), ...rest }),
    ),
    row({ title: '`losskit/losskit.wasm`, all kernels', ...wasm }),
  ].join('\n');
}

/** Where the figures of `sizes` are. */
export const SIZES = 'bench/sizes.json';

/** The files that have generated parts, and what these say. */
export const generated = {
  'README.md': { losses: overview, sizes },
  'docs/losses.md': { losses: lossTable },
  'docs/migration.md': { losses: twins },
  ...Object.fromEntries(pages.map((page) => [`docs/${page}.md`, { losses: (losskit) => section(losskit, page) }])),
};

/** The text of a file with its generated parts made anew; null if it lacks the marks of one. */
export function renewed(text, parts, losskit) {
  let result = text;
  for (const [name, make] of Object.entries(parts)) {
    const [from, to] = [result.indexOf(begin(name)), result.indexOf(end(name))];
    if (from < 0 || to < from) return null;
    result = `${result.slice(0, from + begin(name).length)}\n${make(losskit)}\n${result.slice(to)}`;
  }
  return result;
}
