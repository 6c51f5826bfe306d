/** Random valid calls of every loss, made from what a loss says of itself: a new loss is tested without a line here. */

import { type AnyLoss, innerOf } from '../../ts/core/facade/facade.ts';
import { withoutHess } from '../../ts/core/model/compiled.ts';
import type { Domain, FloatArray, InputInfo } from '../../ts/index.ts';
import * as losses from '../../ts/losses/index.ts';
import type { Random } from './random.ts';

export { type AnyLoss, innerOf };
export type Options = { [name: string]: unknown };
export type Dtype = 'float32' | 'float64';
export const dtypes = ['float32', 'float64'] as const;

/** Every loss with its name, for `it.each`. */
export const table = Object.entries(losses as object).filter(([, loss]) => innerOf(loss) !== null) as [
  string,
  AnyLoss,
][];

/** A call: arrays by argument name, options, and how the data is cut. */
export interface Sample {
  readonly loss: AnyLoss;
  readonly dtype: Dtype;
  readonly rows: number;
  readonly width: number;
  readonly inputs: { readonly [name: string]: FloatArray | Int32Array };
  readonly options: Options;
}

/** What a call of order 1 or 2 returns. */
export interface Result {
  value: number | FloatArray;
  grad: FloatArray | { [name: string]: FloatArray };
  totalWeight: number;
  hess?: FloatArray | { [name: string]: FloatArray };
  parameterGrad?: { [name: string]: number };
}

export const definitionOf = (loss: AnyLoss) => innerOf(loss)!.compiled?.definition ?? null;
/** Whether there are second derivatives, with these options. */
export const hasHess = ({ info }: AnyLoss, options: Options = {}): boolean =>
  info.hessian && withoutHess(info, options) === undefined;
/** Takes labels: as the only form of its target, or beside dense ones. */
export const targetForms = (loss: AnyLoss): ('labels' | 'dense' | 'plain')[] => {
  const definition = definitionOf(loss);
  if (definition?.shape === 'sequence') return ['labels'];
  if (definition?.shape === 'region') return ['labels', 'dense'];
  if (definition?.shape !== 'rowwise') return ['plain'];
  const { target } = definition;
  return target === 'classes' ? ['labels', 'dense'] : target === 'labels' ? ['labels'] : ['plain'];
};
/** The names of a loss's arguments. */
export const namesOf = ({ info }: AnyLoss): string[] => info.inputs.map(({ name }) => name);
/** Has a loss for each row, list or sequence. */
export const isRows = ({ info }: AnyLoss): boolean => ['rowwise', 'list', 'sequence'].includes(info.shape);
/** Steps of a sequence, and its labels, in samples. */
export const [steps, spelt] = [7, 3];
/** Pixels of an image in samples, whose rows are images. */
export const pixels = 6;
export const floats = (dtype: Dtype, length: number, entry: (i: number) => number): FloatArray =>
  dtype === 'float32'
    ? Float32Array.from({ length }, (_, i) => entry(i))
    : Float64Array.from({ length }, (_, i) => entry(i));

/** The number of losses that `reduction: 'none'` gives. */
export const samplesOf = ({ loss, rows, width }: Sample): number =>
  loss.info.shape === 'batch' ? innerOf(loss)!.compiled!.views * rows : isRows(loss) ? rows : rows * width;

/** The number of weights that a sample may have: one an image, of regions. */
export const weightsOf = (s: Sample): number => (s.loss.info.shape === 'region' ? s.rows : samplesOf(s));

/** What the mean of a sample without weights divides by: its losses, but for a batch of classes, of which only some have one. */
export function weightOf(s: Sample): number {
  const { labels } = s.inputs;
  if (s.loss.info.shape !== 'batch' || labels === undefined) return samplesOf(s);
  return Array.from(labels).filter((label, i, all) => all.some((other, k) => k !== i && other === label)).length;
}

/** Options to try: none; each parameter by itself, at values that are good for it; and all at once. */
export function variants(loss: AnyLoss, width: number): Options[] {
  const all = Object.entries(loss.info.parameters).map(
    ([name, { good }]) => [name, isVector(loss, name) ? good.map((value) => widened(value, width)) : good] as const,
  );
  const each = all.flatMap(([name, values]) => values.map((value) => ({ [name]: value })));
  const together = Object.fromEntries(all.map(([name, values]) => [name, values[0]]));
  return all.length < 2 ? [{}, ...each] : [{}, ...each, together];
}

const isVector = (loss: AnyLoss, name: string): boolean => innerOf(loss)!.parameters[name]?.kind === 'vector';

/** A list of one number a class, for this many classes. */
const widened = (value: unknown, width: number): unknown =>
  Array.isArray(value) ? Array.from({ length: width }, (_, k) => value[k % value.length]) : value;

/** The arguments of a loss under these options, on which their domains may hang. */
export function inputsOf(loss: AnyLoss, options: Options = {}): readonly InputInfo[] {
  const { inputs, parameters } = loss.info;
  const defaults = Object.fromEntries(Object.entries(parameters).map(([name, x]) => [name, x.default]));
  const own = domainsOf(loss)?.({ ...defaults, ...options } as never) as { [name: string]: Domain } | undefined;
  return inputs.map((input) => ({ ...input, domain: own?.[input.name] ?? input.domain }));
}

function domainsOf(loss: AnyLoss): ((p: never) => object) | undefined {
  const definition = definitionOf(loss);
  // A Gaussian likelihood, of all losses that are put together from others, takes any target.
  if (definition === null) return ({ likelihood }: Options) => (likelihood === 'gaussian' ? { target: 'real' } : {});
  return 'domains' in definition ? (definition.domains as (p: never) => object) : undefined;
}

/** How to make a sample. */
export interface Wish {
  dtype: Dtype;
  rows: number;
  width: number;
  form?: 'labels' | 'dense' | 'plain';
  options?: Options;
  /** Numbers for inputs of any size. Default: normally distributed. */
  real?: () => number;
}

/** A random valid call. The row width comes from `batch`. */
export function sample(loss: AnyLoss, random: Random, wish: Wish): Sample {
  const { dtype, rows, width, form = targetForms(loss)[0], real = random.normal } = wish;
  const options: Options = { ...wish.options };
  if (form === 'dense') delete options.ignoreIndex;
  const ignored = [options.ignoreIndex ?? []].flat() as number[];
  const label = (): number =>
    ignored.length > 0 && random.unit() < 0.25 ? ignored[random.below(ignored.length)]! : random.below(width);
  if (loss.info.shape === 'sequence') return sequences(loss, random, wish);
  if (loss.info.shape === 'region') return images(loss, random, wish, label);
  const inputs: { [name: string]: FloatArray | Int32Array } = {};
  for (const { name, domain, per } of inputsOf(loss, options)) {
    const isDense = domain === 'classes' && form === 'dense';
    if (isDense) inputs[name] = floats(dtype, rows * width, () => draw('unit', random, real));
    else if (domain === 'labels' || domain === 'classes') inputs[name] = Int32Array.from({ length: rows }, label);
    else {
      const isOut = (): boolean =>
        name === 'target' && typeof options.ignoreTarget === 'number' && random.unit() < 0.25;
      const entry = (): number => (isOut() ? (options.ignoreTarget as number) : draw(domain, random, real));
      inputs[name] = floats(dtype, per === 'row' ? rows : rows * width, entry);
    }
  }
  if (loss.info.shape !== 'regularizer') options.batch = rows;
  return { loss, dtype, rows, width, inputs, options };
}

/** Random sequences: `width` classes, of which one is the blank. */
function sequences(loss: AnyLoss, random: Random, { dtype, rows, width, options, real = random.normal }: Wish): Sample {
  const given = { ...options };
  // One class alone is the blank.
  if (typeof given.blank === 'number') given.blank = Math.min(given.blank, Math.max(0, width - 1));
  const { blank = 0 } = given as { blank?: number };
  const label = (): number => (blank + 1 + random.below(width - 1)) % width;
  const inputs = {
    logits: floats(dtype, rows * steps * width, real),
    labels: Int32Array.from({ length: width < 2 ? 0 : rows * spelt }, label),
  };
  return { loss, dtype, rows, width, inputs, options: { ...given, batch: rows, ...(width > 0 && { classes: width }) } };
}

/** Random images of `width` classes, which come last; of one class the labels are a mask. */
function images(loss: AnyLoss, random: Random, wish: Wish, label: () => number): Sample {
  const { dtype, rows, width, form = 'labels', options, real = random.normal } = wish;
  const given = { ...options };
  if (form === 'dense') delete given.ignoreIndex;
  const [{ domain }] = inputsOf(loss, given) as [InputInfo];
  const numbers = (of: Domain) => floats(dtype, rows * pixels * width, () => draw(of, random, real));
  const labels = (): Int32Array => Int32Array.from({ length: rows * pixels }, width === 0 ? () => 0 : label);
  const inputs = { pred: numbers(domain as Domain), target: form === 'dense' ? numbers('unit') : labels() };
  return { loss, dtype, rows, width, inputs, options: { ...given, batch: rows, ...(width > 0 && { classes: width }) } };
}

/** A number of a domain, clear of its ends. */
function draw(domain: Domain, random: Random, real: () => number): number {
  switch (domain) {
    case 'unit':
      return random.between(0.001, 0.999);
    case 'binary':
      return random.below(2);
    case 'sign':
      return 2 * random.below(2) - 1;
    case 'nonNegative':
    case 'positive':
      return 0.001 + Math.abs(real());
    case 'aboveMinusOne':
      return Math.abs(real()) - 0.9;
    case 'real':
      return real();
  }
}

/** Arrays by name, as the loss takes them. */
export const argumentsOf = (loss: AnyLoss, record: { readonly [name: string]: unknown }): unknown[] =>
  loss.info.byName ? [record] : namesOf(loss).map((name) => record[name]);

/** Calls a loss with a sample's arrays, or with others in their place. */
export function run(s: Sample, order: 0 | 1 | 2, more: Options = {}, inputs: object = s.inputs): Result {
  const { loss } = s;
  const record = inputs as { readonly [name: string]: unknown };
  const args = argumentsOf(loss, record);
  const options = { ...s.options, ...more };
  if (order === 0) return { value: loss(...args, options) as number, grad: {}, totalWeight: Number.NaN };
  return (order === 1 ? loss.valueAndGrad(...args, options) : loss.valueGradHess(...args, options)) as Result;
}
