/** What `eval` was asked for: the files of each input, the parameters, and what to write. */
import type { Inputs } from '../files/inputs.ts';
import { listed } from '../files/paths.ts';
import { type OptionSpec, type Parsed, parse, type Specs, usage } from '../lib/args.ts';
import { UsageError } from '../lib/errors.ts';
import { type AnyLoss, aliases, filesText, inputNames, kebab } from '../lib/losses.ts';
import type { CsvOptions } from './csv.ts';
import { axisFrom, divisorFrom, lengthsOf, numberFrom, shapeFrom, whole, widthsOf } from './numberOptions.ts';
import { choicesOf, isPerSample, parametersOf } from './parameters.ts';

export type Reduction = 'mean' | 'sum' | 'none';

/** A checked command line. */
export interface Request {
  readonly loss: AnyLoss;
  /** What opens the files. */
  readonly inputs: Inputs;
  readonly parameters: { readonly [name: string]: unknown };
  /** For each part of the data, the file of each input, in the order of the loss's arguments. */
  readonly parts: readonly (readonly string[])[];
  /** For each part, if there are weights. */
  readonly weights: readonly string[];
  /** Of options with one number a sample: for each part, a file or the numbers themselves. */
  readonly lengths: { readonly [name: string]: readonly (string | readonly number[])[] };
  readonly reduction: Reduction;
  readonly byRow: boolean;
  readonly widths: { readonly classes?: number; readonly dim?: number; readonly batch?: number };
  readonly precision: 'float32' | 'float64' | undefined;
  readonly grad: string | undefined;
  /** Where the second derivative goes, and the least that it may be. */
  readonly hess: string | undefined;
  readonly hessianFloor: number | null;
  readonly out: string | undefined;
  /** Elements held at once. */
  readonly block: number;
  readonly json: boolean;
  /** Which dimension the classes are, if not the last one; from the end where negative. */
  readonly axis: number | null;
  /** The shape of the first input, if its file doesn't say it. */
  readonly shape: readonly number[] | null;
  /** What the mean divides by, if not the weight. */
  readonly divisor: number | null;
  /** Each position of a sequence predicts the label of the next one. */
  readonly shift: boolean;
  readonly csv: CsvOptions;
}

/** Numbers in a block at most: a typed array of more may not be had. */
const MOST = 2 ** 28;

const file: OptionSpec = { type: 'string', multiple: true };
const text: OptionSpec = { type: 'string' };

const OWN: Specs = {
  sampleWeight: file,
  reduction: text,
  byRow: { type: 'boolean' },
  out: text,
  grad: text,
  hess: text,
  hessianFloor: text,
  classes: text,
  dim: text,
  batch: text,
  dtype: text,
  block: text,
  axis: text,
  shape: text,
  divisor: text,
  shift: { type: 'boolean' },
  dropIndex: { type: 'boolean' },
  header: { type: 'boolean' },
};

/** Parses and checks everything that can be without opening a file. */
export async function requestOf(inputs: Inputs, loss: AnyLoss, args: readonly string[]): Promise<Request | null> {
  const { info } = loss;
  const specs: { [name: string]: OptionSpec } = { ...OWN };
  for (const [name, { default: fallback, domain }] of Object.entries(info.parameters)) {
    specs[name] = isPerSample(domain) ? file : { type: typeof fallback === 'boolean' ? 'boolean' : 'string' };
  }
  for (const name of [...inputNames(loss), ...Object.keys(aliases(loss))]) specs[name] = file;
  const parsed = parse(`eval ${info.name}`, args, specs, [0, 0], `; files are named: ${filesText(loss)}`);
  const { values } = parsed;
  if (values.help === true) return null;
  const { files, words } = split(loss, parsed);
  const one = (name: string): string | undefined => values[name] as string | undefined;
  const reduction = (one('reduction') ?? 'mean') as Reduction;
  if (!['mean', 'sum', 'none'].includes(reduction)) throw usage('eval', '--reduction is mean, sum or none');
  const precision = one('dtype');
  if (precision !== undefined && precision !== 'float32' && precision !== 'float64') {
    throw usage('eval', '--dtype is float32 or float64');
  }
  const [axis, shape, divisor] = [
    axisFrom(one('axis')),
    shapeFrom(one('shape')),
    divisorFrom(one('divisor'), reduction),
  ];
  if (values.shift === true && axis !== null) throw usage('eval', '--shift goes with classes that are the last axis');
  if (values.dropIndex === true && values.header === false) {
    throw usage('eval', '--drop-index tells an index by its heading: it contradicts --no-header');
  }
  const byRow = values.byRow === true || reduction === 'none';
  if (values.out !== undefined && !byRow) throw usage('eval', '--out is for --by-row');
  const parts = partsOf(loss, files);
  const weights = ((values.sampleWeight ?? []) as readonly string[]).flatMap(listed);
  if (weights.length > 0 && weights.length !== parts.length) {
    throw usage('eval', `--sample-weight has ${weights.length} files, --${files[0]![0]} ${parts.length}`);
  }
  const hessianFloor = numberFrom('hessianFloor', one('hessianFloor'), (x) => x >= 0, '>= 0');
  if (hessianFloor !== null && values.hess === undefined) throw usage('eval', '--hessian-floor is for --hess');
  return {
    loss,
    inputs,
    parameters: await parametersOf(inputs, loss, { ...values, ...words }),
    parts,
    weights,
    lengths: lengthsOf(loss, values, parts.length),
    reduction,
    byRow,
    widths: widthsOf(values),
    precision,
    grad: one('grad'),
    hess: one('hess'),
    hessianFloor,
    out: one('out'),
    block: Math.min(whole('block', one('block')) ?? 2 ** 20, MOST),
    json: values.json === true,
    axis,
    shape,
    divisor,
    shift: values.shift === true,
    csv: { dropIndex: values.dropIndex === true, header: values.header as boolean | undefined },
  };
}

/** Files by input, the aliases resolved; and parameters that share their name with one (klDivergence has a `target`). */
function split(loss: AnyLoss, { values }: Parsed) {
  const words: { [name: string]: string } = {};
  const alias = aliases(loss);
  const files = inputNames(loss).map((name) => {
    const found: string[] = [...((values[name] as readonly string[] | undefined) ?? [])];
    for (const [other, meant] of Object.entries(alias)) {
      if (meant !== name || other === name) continue;
      const choices = choicesOf(loss.info.parameters[other]?.domain ?? '') ?? [];
      const given = (values[other] as readonly string[] | undefined) ?? [];
      for (const word of given) {
        if (choices.includes(word)) words[other] = word;
        else found.push(word);
      }
    }
    return [name, found.flatMap(listed)] as const;
  });
  return { files, words };
}

function partsOf(loss: AnyLoss, files: readonly (readonly [string, readonly string[]])[]): string[][] {
  const missing = files.find(([, found]) => found.length === 0);
  if (missing) {
    const example = `losskit eval ${loss.info.name} ${filesText(loss)}`;
    throw new UsageError(`--${kebab(missing[0])} is missing: ${example}`);
  }
  const [first, ...others] = files;
  for (const [name, found] of others) {
    if (found.length === first![1].length) continue;
    const counts = `--${kebab(name)} has ${found.length} files, --${kebab(first![0])} ${first![1].length}`;
    throw new UsageError(`${counts}: files go in pairs`);
  }
  return first![1].map((_, i) => files.map(([, found]) => found[i]!));
}
