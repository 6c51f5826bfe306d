/** `losskit eval <loss>`: a loss over files. */
import { formOf } from '../eval/parameters.ts';
import type { Report } from '../eval/report.ts';
import { type Request, requestOf } from '../eval/request.ts';
import { evaluate } from '../eval/run.ts';
import { Inputs } from '../files/inputs.ts';
import { InputError, UsageError } from '../lib/errors.ts';
import { type AnyLoss, aliases, filesText, inputNames, kebab, lossNamed } from '../lib/losses.ts';
import { json, print, table, write } from '../lib/output.ts';

export const HELP = `Usage: losskit eval <loss> --pred <file> --target <file> [options]

The loss of what lies in .npy (NumPy, versions 1 to 3) or CSV files, read block by block: they may be larger than memory.
Members of .npz archives are named after a colon (--pred scores.npz:logits), - is standard input, and both as well as .gz files may be
any of these. What is compressed, and what comes through a pipe, is unpacked into memory, above 64 MB into a temporary file.

  --pred, --target    files; each input also goes by its own name (\`losskit eval <loss> --help\` shows them).
                      Several files are one data set: --pred a.npy b.npy --target c.npy d.npy
  --sample-weight     a file of weights, one a sample
  --reduction         mean (the default), sum, or none: the losses of the samples
  --by-row            print the loss of each sample as well, a line each (those of elements in their rows); value and timing then
                      go to standard error
  --out <file>        write these to a file instead: .npy, or text
  --grad <file.npy>   write the gradient of the value; with several differentiable inputs one file each (file.anchor.npy)
  --hess <file.npy>   write its diagonal second derivative, of losses that have one
  --hessian-floor <x> the least second derivative of a sample, before its weight
  --classes, --dim, --batch <n>
                      row width, or number of rows, of one-dimensional files
  --shape <n,n,...>   the shape of the predictions, where their file doesn't say it; one of the lengths may be -1
  --axis <n>          which axis the classes are, from 0, or from the end below 0; the last (-1) without it
  --divisor <x>       what the mean divides by in place of the weight
  --shift             next-token losses: predictions [sequences, positions, classes] against the tokens [sequences, positions] that
                      went in; the last position and the first token fall out
  --drop-index        leave out the index that pandas writes as a first column without a heading
  --header            the first line of each CSV file names its columns, whatever stands in it; --no-header: it is numbers
  --dtype             float32 or float64: the precision to calculate in. Without it float32 if all floats are, else float64
  --block <n>         numbers of an input to hold in memory at once; 1048576 without it
  --json              the result as JSON

The options of the loss are given by their names: --label-smoothing 0.1, --class-weight 1,2,1 (or a file). Those with one number a
sample are a file or numbers: the sizes of lists (--groups 3,2,4), lengths of sequences (--input-lengths, --label-lengths). Sequences
are [sequences, steps, classes], images [images, ..., classes], or with the classes where --axis says.
Exit codes: 0, 1 for bad input (files, also such without a single row), 2 for bad usage.`;

export async function run(args: readonly string[]): Promise<void> {
  const [name, ...rest] = args;
  if (name === '--help' || name === '-h') return print(HELP);
  if (name === undefined || name.startsWith('-')) {
    throw new UsageError(
      'eval needs a loss first: losskit eval mse --pred a.npy --target b.npy; see `losskit eval --help`',
    );
  }
  const loss = lossNamed(name);
  const inputs = new Inputs();
  try {
    const request = await requestOf(inputs, loss, rest);
    await (request === null ? print(helpOf(loss)) : evaluated(request));
  } finally {
    await inputs.close();
  }
}

async function evaluated(request: Request): Promise<void> {
  const report = await evaluate(request);
  const isListed = request.byRow && request.out === undefined;
  await show(report, request.json, isListed);
  checkAny(request, report);
}

/** Prints the report. */
async function show(report: Report, isJson: boolean, isListed: boolean): Promise<void> {
  if (isJson) return print(isListed ? json(report).replace('{', '') : json(report));
  // Lines of losses may be on their way to another program.
  if (isListed) process.stderr.write(`${text(report)}\n`);
  else await write(`${text(report)}\n`);
}

/** Tells of a value that comes from nothing; without any data that is an error, since no loss was computed. */
function checkAny({ parts }: Request, { count, weight }: Report): void {
  if (count === 0) throw new InputError(`${parts[0]![0]}: there are no rows in it: the value 0 is that of no data`);
  if (weight > 0) return;
  process.stderr.write('losskit: every sample is ignored or has weight 0: the value 0 is that of no data\n');
}

function helpOf(loss: AnyLoss): string {
  const { name, parameters } = loss.info;
  const other = Object.entries(aliases(loss)).filter(([alias, input]) => alias !== input);
  return [
    `Usage: losskit eval ${name} ${filesText(loss)} [options]`,
    '',
    `Inputs: ${inputNames(loss)
      .map((input) => `--${kebab(input)}`)
      .join(', ')}`,
    ...other.map(([alias, input]) => `  --${alias} is --${kebab(input)}`),
    ...(Object.keys(parameters).length === 0 ? [] : ['', 'Options of the loss']),
    table(Object.entries(parameters).map(([key, p]) => [`  ${formOf(key, p)}`, `${p.domain}; default ${p.default}`])),
    '',
    '`losskit eval --help` shows the options that all losses have.',
  ]
    .join('\n')
    .replace(/\n{3,}/g, '\n\n');
}

const bytesText = (bytes: number): string => {
  if (bytes < 1000) return `${bytes} B`;
  const units = ['kB', 'MB', 'GB', 'TB'];
  let n = bytes;
  let unit = 'B';
  while (n >= 1000 && units.length > 0) {
    n /= 1000;
    unit = units.shift()!;
  }
  return `${n.toPrecision(3)} ${unit}`;
};

const secondsText = (seconds: number): string =>
  seconds < 1 ? `${(1000 * seconds).toPrecision(3)} ms` : `${seconds.toFixed(2)} s`;

function text(report: Report): string {
  const { loss, reduction, value, perplexity, weight, count, dtype, backend, bytes, seconds, lossSeconds } = report;
  const share = `${secondsText(lossSeconds)} in the loss, ${bytesText(bytes)} of files`;
  return table([
    ['loss', `${loss}, ${reduction}`],
    ['value', String(value)],
    ...(perplexity === null ? [] : [['perplexity', String(perplexity)]]),
    ['weight', String(weight)],
    ['samples', String(count)],
    ['time', `${secondsText(seconds)} (${share}; ${dtype}, ${backend})`],
    ...report.grad.map((path) => ['grad', path]),
    ...report.hess.map((path) => ['hess', path]),
    ...(report.out === null ? [] : [['losses', report.out]]),
  ]);
}
