/** `losskit choose`: which loss for which task. */
import type { LossChoice } from 'losskit';
import { parse, usage } from '../lib/args.ts';
import { answer, tasks } from '../lib/guide.ts';
import { argumentsText, filesText, kebab, lossNamed } from '../lib/losses.ts';
import { json, print, table, wrap } from '../lib/output.ts';

const flags = Object.assign({}, ...Object.values(tasks).map((task) => task.flags)) as { [flag: string]: string };

const rows = Object.entries(tasks).map(([name, task]) => [
  `  ${name}`,
  task.text,
  Object.keys(task.flags)
    .map((flag) => `--${flag}`)
    .join(' '),
]);

export const HELP = `Usage: losskit choose <task> [flags] [--json]

Which loss to take, with which options, why, and what else would do.

${table([['task', '', 'flags'], ...rows])}

${table(Object.entries(flags).map(([flag, text]) => [`  --${flag}`, text]))}`;

export async function run(args: readonly string[]): Promise<void> {
  const specs = Object.fromEntries(Object.keys(flags).map((flag) => [flag, { type: 'boolean' as const }]));
  const { values, positionals } = parse('choose', args, specs, [0, 1]);
  const [task] = positionals;
  if (values.help) return print(HELP);
  if (task === undefined) throw usage('choose', `a task is missing: ${Object.keys(tasks).join(', ')}`);
  const { help: _help, json: isJson, ...given } = values;
  const choice = ask(task, given);
  if (isJson) {
    const alternatives = choice.alternatives.map(({ name, when }) => ({ name, when }));
    return print(json({ name: choice.name, options: choice.options, why: choice.why, alternatives }));
  }
  await print(text(choice));
}

function ask(task: string, given: { readonly [flag: string]: unknown }): LossChoice {
  try {
    return answer(task, given);
  } catch (error) {
    throw usage('choose', (error as Error).message.replace(/^chooseLoss: /, ''));
  }
}

function text({ name, options, why, alternatives }: LossChoice): string {
  const loss = lossNamed(name);
  const parts = Object.entries(options);
  const literal =
    parts.length === 0 ? '' : `, { ${parts.map(([key, x]) => `${key}: ${JSON.stringify(x)}`).join(', ')} }`;
  const typed = parts.map(([key, x]) => ` --${kebab(key)} ${x}`).join('');
  const others = alternatives.map((other) => [`  ${other.name}`, `if ${other.when}`]);
  return [
    `${name}${parts.length === 0 ? '' : ` with ${parts.map(([key, x]) => `${key} = ${x}`).join(', ')}`}`,
    '',
    wrap(why, 0),
    ...(others.length === 0 ? [] : ['', 'Or instead', table(others)]),
    '',
    'In code',
    `  import { ${name} } from 'losskit';`,
    `  const { value, grad } = ${name}.valueAndGrad(${argumentsText(loss)}${literal});`,
    'On files',
    `  losskit eval ${name} ${filesText(loss)}${typed}`,
    'More',
    `  losskit info ${name}`,
  ].join('\n');
}
