/** `losskit list`: every loss, by family. */
import { parse, usage } from '../lib/args.ts';
import { losses } from '../lib/losses.ts';
import { json, print, table } from '../lib/output.ts';

/** As the losses say. */
const families = [...new Set(losses.map(({ info }) => info.family))].sort();

export const HELP = `Usage: losskit list [--family <family>] [--json]

Every loss: its inputs, its options with their defaults, and its twin in PyTorch. Gradients are taken with respect to the inputs
marked by *.

  --family <family>   only ${families.slice(0, -1).join(', ')} or ${families.at(-1)}
  --json              the same as JSON`;

export async function run(args: readonly string[]): Promise<void> {
  const { values } = parse('list', args, { family: { type: 'string' } }, [0, 0]);
  if (values.help) return print(HELP);
  const wanted = values.family as string | undefined;
  if (wanted !== undefined && !families.some((family) => family === wanted)) {
    throw usage('list', `--family is one of ${families.join(', ')}`);
  }
  const shown = losses.map(({ info }) => info).filter(({ family }) => wanted === undefined || family === wanted);
  if (values.json) return print(json(shown));
  const rows = families.flatMap((family) => {
    const members = shown.filter((info) => info.family === family);
    const lines = members.map(({ name, inputs, parameters, torch }) => [
      `  ${name}`,
      inputs.map((input) => (input.differentiable ? `${input.name}*` : input.name)).join(', '),
      Object.entries(parameters).map(optionText).join(', '),
      torch?.replace(/^torch\.nn\.functional\./, '') ?? '',
    ]);
    return members.length === 0 ? [] : [[family, '', '', ''], ...lines];
  });
  await print(table([['loss', 'inputs (*: gradient)', 'options', 'in PyTorch'], ...rows]));
}

const optionText = ([name, { default: fallback }]: [string, { default: unknown }]): string =>
  fallback === null ? name : `${name}=${fallback}`;
