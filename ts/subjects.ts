/** What `checkGradient` checks: losses, and functions of the user's own, as numbers that hang on arrays which may be changed. */
import { rangeError, reading, typeError } from './core/base/errors.ts';
import { recordOf } from './core/base/keys.ts';
import { isObject } from './core/base/properties.ts';
import type { TypedArray } from './core/base/typed.ts';
import { floatsFrom, numberAt } from './core/base/widen.ts';
import type { AnyLoss, Inner } from './core/facade/facade.ts';
import { withoutHess } from './core/model/compiled.ts';
import { isResident, viewOf } from './core/read/inputs.ts';
import { readTensor } from './core/read/tensor.ts';
import type { Where } from './differences.ts';

/** A loss, or a function that returns its value and its gradient in its arguments. */
// biome-ignore lint/suspicious/noExplicitAny: every loss has its own arguments
export type Checkable = ((...inputs: any[]) => unknown) & { readonly valueAndGrad?: (...inputs: any[]) => unknown };

/** What a call gives. */
export interface Outcome {
  readonly value: number;
  readonly grad: unknown;
  readonly hess?: unknown | undefined;
  readonly parameterGrad?: { readonly [name: string]: number } | undefined;
}

/** An input whose numbers may be changed, and between which they may be. */
export interface Place extends Where {
  readonly input: string | number;
  readonly data: Float64Array;
}

/** What is checked. */
export interface Subject {
  readonly options: { readonly [name: string]: unknown };
  run(more?: object): Outcome;
  placesOf(grad: unknown): readonly Place[];
}

export const everywhere: Where = { range: [-Infinity, Infinity], isSmooth: () => true };
const ranges: { readonly [domain: string]: readonly [number, number] } = {
  unit: [0, 1],
  nonNegative: [0, Infinity],
  positive: [0, Infinity],
};

/** The options of the calls: without those that make a result something else than the derivatives of a number. */
function optionsOf(given: object): { readonly [name: string]: unknown } {
  const { out: _out, hessOut: _hessOut, hessianFloor: _floor, ...options } = given as { [name: string]: unknown };
  if (options.reduction !== 'none') return options;
  throw rangeError('checkGradient', 'reduction', "'mean' or 'sum': 'none' has no single value", 'none');
}

/** The numbers of an argument, in order. */
function readNumbers(name: string, x: unknown): Pick<ReturnType<typeof readTensor>, 'data' | 'shape'> {
  if (isResident('checkGradient', name, x)) return { data: viewOf('checkGradient', name, x), shape: null };
  return readTensor('checkGradient', name, x);
}

/** The same as doubles of their own, which may be changed. */
function doublesOf(
  name: string,
  x: unknown,
): { readonly doubles: Float64Array; readonly shape: readonly number[] | null } {
  const { data, shape } = readNumbers(name, x);
  const doubles = Array.isArray(data) ? Float64Array.from(data) : (floatsFrom(data, false) as Float64Array);
  return { doubles, shape };
}

/** The options that follow the inputs, as in a call. */
function optionsAmong(list: readonly unknown[], arity: number): object {
  const given = list[arity];
  if (given === undefined) return {};
  if (!isObject(given)) throw typeError('checkGradient', `inputs[${arity}]`, 'an object of options', given);
  return reading('checkGradient', () => recordOf(given));
}

/** A loss of the package, or of `defineLoss`: differentiated inputs become doubles, whatever they are. */
export function ofLoss(loss: AnyLoss, { info, compiled }: Inner, inputs: unknown, own: object): Subject {
  const names = info.inputs.map(({ name }) => name);
  let list = info.byName && !Array.isArray(inputs) ? [inputs] : inputs;
  const arity = info.byName ? 1 : names.length;
  if (!Array.isArray(list) || list.length < arity || (info.byName && !isObject(list[0]))) {
    throw typeError('checkGradient', 'inputs', info.byName ? 'a record of inputs' : `[${names.join(', ')}]`, inputs);
  }
  const options = optionsOf({ ...optionsAmong(list, arity), ...own });
  list = info.byName ? names.map((name) => (list as [{ [name: string]: unknown }])[0]![name]) : list.slice(0, arity);
  const places: Place[] = [];
  const domains = ownDomains(compiled, options);
  const args = (list as unknown[]).map((x, i) => {
    if (!info.differentiable.includes(names[i]!)) return x;
    const { doubles, shape } = doublesOf(names[i]!, x);
    const range = ranges[domains?.[names[i]!] ?? info.inputs[i]!.domain] ?? everywhere.range;
    places.push({ input: names[i]!, data: doubles, range, isSmooth: (at) => smooth(at) });
    return shape === null ? doubles : { data: doubles, shape };
  });
  const smooth = smoothness(compiled, args, options);
  const hasHess = info.hessian && withoutHess(info, options) === undefined;
  const given = info.byName ? [Object.fromEntries(args.map((x, i) => [names[i]!, x]))] : args;
  return {
    options,
    run(more = {}) {
      const all = { ...options, ...more };
      return (hasHess ? loss.valueGradHess(...given, all) : loss.valueAndGrad(...given, all)) as Outcome;
    },
    // A linear layer has the gradients that were asked for.
    placesOf: (grad) => places.filter(({ input }) => part(grad, input) !== undefined),
  };
}

/** The domains of inputs that hang on the options: an input of logits or of probabilities. */
function ownDomains(
  compiled: Inner['compiled'],
  options: object,
): { readonly [input: string]: string | undefined } | undefined {
  const definition = compiled?.definition;
  if (definition === undefined || !('domains' in definition)) return undefined;
  return definition.domains?.({ ...compiled!.defaults, ...options } as never);
}

/** What a loss of elements says of its kinks. */
function smoothness(compiled: Inner['compiled'], args: readonly unknown[], options: object): (i: number) => boolean {
  const definition = compiled?.definition;
  if (definition?.shape !== 'pointwise' || definition.smoothAt === undefined) return () => true;
  const smoothAt = definition.smoothAt as (...all: unknown[]) => boolean;
  const flat = args.map((x, i) => readNumbers(compiled!.inputs[i]!, x).data);
  return (i) => smoothAt(...flat.map((data) => numberAt(data as TypedArray, i)), { ...compiled!.defaults, ...options });
}

/** Any other function, of flat arrays, or with `valueAndGrad`. */
export function ofFunction(f: Checkable, inputs: unknown, own: object): Subject {
  const isList = Array.isArray(inputs);
  if (!isList && !isObject(inputs)) {
    throw typeError('checkGradient', 'inputs', 'a list or a record of arrays', inputs);
  }
  const entries = Object.entries(inputs).map(([name, x]): Place => {
    const { doubles } = doublesOf(isList ? `inputs[${name}]` : name, x);
    return { ...everywhere, input: isList ? Number(name) : name, data: doubles };
  });
  const args = isList
    ? entries.map(({ data }) => data)
    : [Object.fromEntries(entries.map(({ input, data }) => [input, data]))];
  const call = f.valueAndGrad ?? f;
  const options = optionsOf(own);
  return {
    options,
    run(more = {}) {
      const all = { ...options, ...more };
      const outcome = Object.keys(all).length === 0 ? call(...args) : call(...args, all);
      if (!isObject(outcome) || typeof (outcome as Partial<Outcome>).value !== 'number' || !('grad' in outcome)) {
        throw typeError('checkGradient', 'loss', 'a function that returns { value, grad }, value a number', outcome);
      }
      return outcome as Outcome;
    },
    placesOf(grad) {
      const places = entries.filter(({ input, data }) => {
        const own = part(grad, input);
        return isFlat(own) && own.length === data.length;
      });
      if (places.length > 0 || entries.length === 0) return places.slice(0, isFlat(grad) ? 1 : undefined);
      const expected = 'a function whose grad has arrays as long as the inputs';
      throw typeError('checkGradient', 'loss', expected, grad, 'one array, or a list or record of one for each input');
    },
  };
}

/** True for a gradient in one input: an array of numbers. */
const isFlat = (grad: unknown): grad is ArrayLike<number> =>
  ArrayBuffer.isView(grad) || (Array.isArray(grad) && grad.every((x) => typeof x === 'number'));

/** The derivatives in an input: of one input all there are; undefined where there are none. */
export const part = (derivative: unknown, input: string | number): ArrayLike<number> =>
  (isFlat(derivative) ? derivative : (derivative as { [input: string]: unknown } | null)?.[input]) as ArrayLike<number>;
