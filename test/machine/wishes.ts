/** From the choices of fast-check to calls, by what a loss says of itself: a new loss is called without a line here. */
import type { InputInfo, LossInfo } from '../../ts/index.ts';
import { type Random, random } from '../support/random.ts';
import type { Call, Drawn, Options } from './calls.ts';
import type { Library } from './instances.ts';
import { at, type Place, picked } from './places.ts';
import type { Ref, World } from './world.ts';

/** The choices that make a call. */
export interface Wish {
  readonly loss: number;
  readonly order: 0 | 1 | 2;
  readonly type: 'float32' | 'float64';
  readonly rows: number;
  readonly width: number;
  readonly isDense: boolean;
  readonly reduction: 'mean' | 'sum' | 'none' | undefined;
  readonly weights: 'none' | 'element' | 'row';
  /** Which derivatives get arrays to be written into. */
  readonly outs: 'none' | 'grad' | 'both';
  readonly parameter: number;
  readonly fault: (typeof faults)[number];
  /** One for each argument, the weights and the outputs, over and over. */
  readonly places: readonly Place[];
  readonly seed: number;
}

/** What may be wrong with a call. */
export const faults = ['none', 'length', 'number', 'option', 'parameter', 'batch'] as const;

/** Steps of a sequence, its labels, and pixels of an image. */
const [steps, spelt, pixels] = [4, 2, 3];

/** The losses of an instance. */
export const lossesOf = (library: Library): { info: LossInfo }[] =>
  Object.values(library).filter((x) => typeof x === 'function' && 'info' in x);

/** A number for an input of this domain. */
function draw(domain: Drawn, r: Random, width: number): number {
  switch (domain) {
    case 'spelt':
      return width < 2 ? 0 : 1 + r.below(width - 1);
    case 'labels':
      return r.below(width);
    case 'unit':
    case 'classes':
      return r.between(0.001, 0.999);
    case 'binary':
      return r.below(2);
    case 'sign':
      return 2 * r.below(2) - 1;
    case 'nonNegative':
    case 'positive':
      return 0.001 + Math.abs(r.normal());
    case 'aboveMinusOne':
      return Math.abs(r.normal()) - 0.999;
    case 'real':
      return r.normal();
  }
}

/** A value to try for one parameter, or none; bad ones on demand. */
function parameter({ parameters }: LossInfo, wish: Wish): Options {
  const [name, about] = picked(Object.entries(parameters), wish.parameter) ?? [];
  if (name === undefined || about === undefined || (wish.parameter % 3 === 0 && wish.fault !== 'parameter')) return {};
  const value = picked(wish.fault === 'parameter' ? about.bad : about.good, wish.seed);
  const lengths = wish.fault === 'parameter' ? undefined : lengthsOf(name, wish);
  if (lengths !== undefined) return { [name]: lengths };
  const isList = Array.isArray(value) && wish.fault !== 'parameter';
  return { [name]: isList ? Array.from({ length: wish.width }, (_, k) => value[k % value.length]) : value };
}

/** Lengths that fit: of lists, or of sequences and their labels. */
function lengthsOf(name: string, { rows, width, seed }: Wish): number[] | undefined {
  const each = {
    groups: () => width,
    inputLengths: (i: number) => (seed + i) % (steps + 1),
    labelLengths: (i: number) => (seed + i) % (spelt + 1),
  }[name];
  return each && Array.from({ length: rows }, (_, i) => each(i));
}

/** Rows of classes in a row of the batch, and labels. */
const partsOf = ({ shape }: LossInfo): readonly [rows: number, labels: number] =>
  shape === 'sequence' ? [steps, spelt] : shape === 'region' ? [pixels, pixels] : [1, 1];

/** Makes a call of one of these losses, and whatever memory it needs. */
export function callOf(world: World, losses: readonly { info: LossInfo }[], wish: Wish): Call {
  const { info } = picked(losses, wish.loss)!;
  const { type, rows, width } = wish;
  const all: Ref[] = [];
  const place = () => wish.places[all.length % wish.places.length]!;
  const put = (of: 'float32' | 'float64' | 'int32', length: number): Ref => {
    const ref = at(world, of, length, place(), all);
    all.push(ref);
    return ref;
  };
  const isLabels = ({ domain }: InputInfo) => domain === 'labels' || (domain === 'classes' && !wish.isDense);
  const [parts, labels] = partsOf(info);
  // Of a linear layer rows of hidden are as wide, and there are three classes.
  const known = info.shape === 'linear' ? 3 : width;
  const lengthOf = (name: string): number =>
    (info.shape === 'linear' && name === 'weight' ? known : rows * parts) * width;
  const inputs = Object.fromEntries(
    info.inputs.map((input, index) => {
      const size = isLabels(input) ? rows * labels : input.per === 'row' ? rows : lengthOf(input.name);
      const cut = wish.fault === 'length' && index === info.inputs.length - 1 ? 1 : 0;
      return [input.name, put(isLabels(input) ? 'int32' : type, Math.max(0, size - cut))];
    }),
  );
  const perRow = info.shape !== 'pointwise' || wish.weights === 'row';
  const hasNone = wish.fault === 'none' && ['batch', 'regularizer'].includes(info.shape);
  const weights = wish.weights === 'none' || hasNone ? null : put(type, perRow ? rows : rows * width);
  const outsFor = () => Object.fromEntries(info.differentiable.map((name) => [name, put(type, lengthOf(name))]));
  const outs = wish.outs === 'none' ? null : outsFor();
  const hessOuts = wish.outs === 'both' && wish.order === 2 ? outsFor() : null;
  const batch = info.shape === 'regularizer' ? {} : { batch: rows + (wish.fault === 'batch' ? 1 : 0) };
  const reduction = wish.reduction === undefined || info.shape === 'regularizer' ? {} : { reduction: wish.reduction };
  const unknown = wish.fault === 'option' ? { reductoin: 'sum' } : {};
  const classes = parts > 1 ? { classes: width } : {};
  const options = { ...batch, ...classes, ...reduction, ...unknown, ...parameter(info, wish) };
  const domains = Object.fromEntries(
    info.inputs.map((input): [string, Drawn] => [
      input.name,
      !isLabels(input) ? input.domain : info.shape === 'sequence' ? 'spelt' : 'labels',
    ]),
  );
  const call = {
    info,
    order: wish.order,
    inputs,
    domains,
    width: known,
    options,
    weights,
    outs,
    hessOuts,
    while: null,
    given: {},
  };
  fill(call, wish.seed);
  if (wish.fault === 'number')
    Object.values(inputs)
      .at(-1)!
      .fill(() => 77);
  return call;
}

/** Fills the inputs and weights of a call with new numbers. */
export function fill({ inputs, domains, width, weights }: Call, seed: number): void {
  const r = random(seed);
  weights?.fill(() => r.below(3));
  for (const [name, ref] of Object.entries(inputs)) ref.fill(() => draw(domains[name]!, r, width));
}
