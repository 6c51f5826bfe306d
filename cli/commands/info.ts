/** `losskit info <loss>`: what its docstring says, and what it says of itself. */
import { docs, type LossDocs } from 'virtual:docs';
import type { ForeignName } from 'virtual:names';
import { parse } from '../lib/args.ts';
import { foreignNamed, foreignText } from '../lib/foreign.ts';
import { adviceOn, type Use } from '../lib/guide.ts';
import { type AnyLoss, argumentsText, filesText, kebab, lossNamed, lossOf } from '../lib/losses.ts';
import { json, print, wrap } from '../lib/output.ts';

export const HELP = `Usage: losskit info <loss> [--json]

Formula, options with their defaults, domain, accuracy, the twin in PyTorch, and when to use it.
\`losskit list\` shows the names of all losses; names of PyTorch, Keras, Optax and tf.js are known, too:
\`losskit info nll_loss\`, \`losskit info BCEWithLogitsLoss\`, \`losskit info optax.squared_error\`.`;

export async function run(args: readonly string[]): Promise<void> {
  const { values, positionals } = parse('info', args, {}, [1, 1]);
  if (values.help) return print(HELP);
  const [loss, foreign] = meant(positionals[0]!);
  const about = docs[loss.info.name]!;
  if (values.json) return print(json(recordOf(loss, about)));
  const lines = foreign.map((row) => `${wrap(foreignText(row), 2)}.\n`);
  await print([...lines, ...(lines.length === 0 ? [] : ['\n']), text(loss, about)].join(''));
}

/** The loss that a name means, and whose name it is if it isn't ours. */
function meant(name: string): [AnyLoss, readonly ForeignName[]] {
  const own = lossOf(name);
  if (own) return [own, []];
  const foreign = foreignNamed(name).filter(({ losses }) => losses.some((one) => lossOf(one)));
  const theirs = foreign.flatMap(({ losses }) => losses.flatMap((one) => lossOf(one) ?? []));
  return theirs.length === 0 ? [lossNamed(name), []] : [theirs[0]!, foreign];
}

function recordOf(loss: AnyLoss, { summary, formula, notes, options, see }: LossDocs): object {
  const { parameters, ...info } = loss.info;
  return {
    ...info,
    lipschitz: lipschitz(loss),
    options: Object.fromEntries(
      Object.entries(parameters).map(([name, parameter]) => [name, { ...parameter, text: options[name] }]),
    ),
    summary,
    formula,
    notes,
    ...adviceOn(info.name),
    see,
  };
}

/** The Lipschitz constant; of a loss where it hangs on the options, that of their defaults. */
function lipschitz({ info }: AnyLoss): number | null {
  if (typeof info.lipschitz !== 'function') return info.lipschitz;
  return info.lipschitz(Object.fromEntries(Object.entries(info.parameters).map(([name, p]) => [name, p.default])));
}

const INDENT = 2;
const MARGIN = 14;

/** A titled paragraph. */
const note = (title: string, body: string): string => `${title.padEnd(MARGIN)}${wrap(body, MARGIN)}`;

function text(loss: AnyLoss, about: LossDocs): string {
  const { info } = loss;
  const { PyTorch, ...notes } = about.notes;
  const { when, not, likelihood, uses } = adviceOn(info.name);
  return [
    `${info.name}(${argumentsText(loss)}, options?)   ${info.family}`,
    '',
    wrap(about.summary, 0),
    '',
    ...about.formula.split('\n').map((line) => `${' '.repeat(INDENT)}${line}`.trimEnd()),
    '',
    note('Gradients', `with respect to ${info.differentiable.join(', ')}`),
    ...Object.entries(notes).map(([title, body]) => note(title, body)),
    note('Convex', info.convex ? 'yes' : 'no'),
    note('Lipschitz', lipschitzText(loss)),
    ...(info.kinks === '' ? [] : [note('Kinks', info.kinks)]),
    note('PyTorch', PyTorch ?? info.torch ?? 'none'),
    '',
    note('Likelihood', likelihood),
    note('When', when),
    note('When not', not),
    ...(uses.length === 0 ? [] : ['Which loss?', ...uses.map(useText)]),
    '',
    ...optionLines(loss, about),
    'On files',
    `  losskit eval ${info.name} ${filesText(loss)}`,
    '',
    ...about.see.map((line) => note('See', line)),
  ].join('\n');
}

const useText = ({ task, text }: Use): string => `  ${wrap(task === '' ? text : `${task}: ${text}`, 4)}`;

function lipschitzText(loss: AnyLoss): string {
  const constant = lipschitz(loss);
  const condition = typeof loss.info.lipschitz === 'function' ? ' (with the default options)' : '';
  return constant === null ? `none${condition}` : `${Number(constant.toPrecision(4))}${condition}`;
}

function optionLines({ info }: AnyLoss, { options }: LossDocs): string[] {
  const lines = Object.entries(info.parameters).flatMap(([name, { default: fallback, domain }]) => [
    `  ${name} = ${fallback === null ? 'none' : JSON.stringify(fallback)}   (--${kebab(name)}; ${domain})`,
    ...(options[name] === undefined ? [] : [`      ${wrap(options[name], 6)}`]),
  ]);
  return lines.length === 0 ? [] : ['Options', ...lines, ''];
}
