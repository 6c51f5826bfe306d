/** Random valid calls of every loss, made from what a loss says of itself: a new loss is tested without a line here. */

import { type AnyLoss, innerOf } from '../../ts/core/facade/facade.ts';
import type { Domain } from '../../ts/core/model/definition.ts';
import type { FloatArray } from '../../ts/index.ts';
import * as losses from '../../ts/losses/index.ts';
import type { Random } from './random.ts';

export type { AnyLoss };
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
  hess?: FloatArray | { [name: string]: FloatArray };
}

export const definitionOf = (loss: AnyLoss) => innerOf(loss)!.compiled?.definition ?? null;
export const hasHess = (loss: AnyLoss): boolean => innerOf(loss)!.compiled?.hasHess ?? true;
/** Takes labels: as the only form of its target, or beside dense ones. */
export const targetForms = (loss: AnyLoss): ('labels' | 'dense' | 'plain')[] => {
  const definition = definitionOf(loss);
  if (definition?.shape !== 'rowwise') return ['plain'];
  const { target } = definition;
  return target === 'classes' ? ['labels', 'dense'] : target === 'labels' ? ['labels'] : ['plain'];
};
export const isRows = (loss: AnyLoss): boolean => loss.info.shape === 'rowwise';
export const floats = (dtype: Dtype, length: number, entry: (i: number) => number): FloatArray =>
  dtype === 'float32'
    ? Float32Array.from({ length }, (_, i) => entry(i))
    : Float64Array.from({ length }, (_, i) => entry(i));

/** The number of losses that `reduction: 'none'` gives. */
export const samplesOf = ({ loss, rows, width }: Sample): number =>
  loss.info.shape === 'batch' ? 2 * rows : isRows(loss) ? rows : rows * width;

/** Options to try: none; each parameter by itself, at values that its domain allows; and all at once. */
export function variants(loss: AnyLoss, width: number): Options[] {
  const all = Object.entries(loss.info.parameters).map(
    ([name, { domain }]) => [name, valuesOf(domain, width)] as const,
  );
  const each = all.flatMap(([name, values]) => values.map((value) => ({ [name]: value })));
  const together = Object.fromEntries(all.map(([name, values]) => [name, values[0]]));
  return all.length < 2 ? [{}, ...each] : [{}, ...each, together];
}

function valuesOf(domain: string, width: number): unknown[] {
  const vector = Array.from({ length: width }, (_, k) => 0.5 + 0.25 * (k % 4));
  if (domain.includes('one number or one per class')) return [vector, 0.7];
  if (domain.includes('per class')) return [vector];
  if (domain.startsWith('one of ')) return JSON.parse(`[${domain.slice(7)}]`).slice(1);
  if (domain === 'true or false') return [true, false];
  if (domain.startsWith('an int32 integer')) return [-100];
  if (domain.startsWith('in [0, 1]')) return [0.3, 1];
  if (domain.startsWith('in [0, 0.5)')) return [0.1];
  if (domain.startsWith('finite and > 0')) return [0.4, 2.5];
  if (domain.startsWith('finite and >= 0')) return [0.7, 0];
  throw new Error(`no values are known for a parameter ${domain}`);
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
  const definition = definitionOf(loss);
  const options: Options = { ...wish.options };
  if (form === 'dense') delete options.ignoreIndex;
  const draw = (domain: Domain): number => {
    if (domain === 'unit') return random.between(0.001, 0.999);
    if (domain === 'binary') return random.below(2);
    return domain === 'sign' ? 2 * random.below(2) - 1 : real();
  };
  const inputs: { [name: string]: FloatArray | Int32Array } = {};
  const domains = definition !== null && 'domains' in definition ? domainsOf(loss, options) : {};
  for (const spec of definition?.inputs ?? []) {
    const domain = domains[spec.name] ?? spec.domain;
    inputs[spec.name] = floats(dtype, rows * width, () => draw(domain));
  }
  if (definition === null) {
    // elbo: two latents a row, features in [0, 1].
    for (const name of ['recon', 'target']) {
      inputs[name] = floats(dtype, rows * width, () => draw(name === 'target' ? 'unit' : 'real'));
    }
    for (const name of ['mu', 'logVar']) inputs[name] = floats(dtype, rows * 2, () => draw('real'));
  }
  if (definition?.shape === 'rowwise' && definition.target !== 'none') {
    const name = loss.info.inputs.at(-1)!;
    const { ignoreIndex } = options;
    const label = (): number =>
      typeof ignoreIndex === 'number' && random.unit() < 0.25 ? ignoreIndex : random.below(width);
    if (definition.target === 'scalar')
      inputs[name] = floats(dtype, rows, () => draw(definition.targetDomain ?? 'real'));
    else if (form === 'labels') inputs[name] = Int32Array.from({ length: rows }, label);
    else inputs[name] = floats(dtype, rows * width, () => draw(definition.targetDomain ?? 'real'));
  }
  if (loss.info.shape !== 'regularizer') options.batch = rows;
  return { loss, dtype, rows, width, inputs, options };
}

function domainsOf(loss: AnyLoss, options: Options): { readonly [name: string]: Domain | undefined } {
  const { definition, defaults } = innerOf(loss)!.compiled!;
  const domains = definition.shape === 'rowwise' ? definition.domains : undefined;
  return domains?.({ ...defaults, ...options } as never) ?? {};
}

/** Calls a loss with a sample's arrays, or with others in their place. */
export function run(s: Sample, order: 0 | 1 | 2, more: Options = {}, inputs: object = s.inputs): Result {
  const { loss } = s;
  const record = inputs as { readonly [name: string]: unknown };
  const args = definitionOf(loss) === null ? [record] : loss.info.inputs.map((name) => record[name]);
  const options = { ...s.options, ...more };
  if (order === 0) return { value: loss(...args, options) as number, grad: {} };
  return (order === 1 ? loss.valueAndGrad(...args, options) : loss.valueGradHess(...args, options)) as Result;
}
