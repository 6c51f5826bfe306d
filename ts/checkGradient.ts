/** Gradients compared with differences. */
import { rangeError, typeError } from './core/base/errors.ts';
import { recordOf } from './core/base/keys.ts';
import { isObject } from './core/base/properties.ts';
import { floatsOf } from './core/base/widen.ts';
import { type AnyLoss, type Inner, innerOf } from './core/facade/facade.ts';
import { withoutHess } from './core/model/compiled.ts';
import { within } from './core/model/parameters.ts';
import { readTensor } from './core/read/tensor.ts';
import { type Comparison, compare, type Where } from './differences.ts';

/** Options of `checkGradient`; all others go to the loss. */
export interface CheckOptions {
  /** The most that a derivative may be off, relative to its size; of the small ones, to a thousandth of the largest. Default 1e-5. */
  tolerance?: number | undefined;
  /** The most elements of an input that are tried, evenly spread. Default 1000. */
  most?: number | undefined;
  readonly [option: string]: unknown;
}

/** The derivative that fits least. */
export interface Worst {
  /** The input, or the parameter; a number where inputs have no names. */
  input: string | number;
  /** The place in the flat input. */
  index: number;
  /** First or second derivative. */
  order: 1 | 2;
  /** What the loss says. */
  analytic: number;
  /** What differences of values, or of gradients, say. */
  numeric: number;
  /** How far apart they are, relative to their size. */
  error: number;
}

/** What `checkGradient` found. */
export interface Checked {
  /** Whether every derivative that was compared is within the tolerance, and there was one. */
  ok: boolean;
  /** Null if none was compared. */
  worst: Worst | null;
  /** Derivatives that were compared. */
  checked: number;
  /** Elements that weren't: at a kink, at the end of a domain, or where the loss isn't finite. */
  skipped: number;
}

/** A loss, or a function that returns its value and its gradient in its arguments. */
// biome-ignore lint/suspicious/noExplicitAny: every loss has its own arguments
export type Checkable = ((...inputs: any[]) => unknown) & { readonly valueAndGrad?: (...inputs: any[]) => unknown };

/**
 * Compares the gradient of a loss, and the second derivatives if it has them, with differences of its values (of its gradients), in
 * float64. Takes the losses of the package, those of `defineLoss`, and any function of arrays that returns `{ value, grad }`.
 *
 * Where a loss has a kink there is nothing to compare: it shows in differences that don't agree from both sides, and is skipped. So are
 * elements at the ends of a domain, such as probabilities of 0.
 *
 * @param loss - The loss, or a function: its `grad` is an array (the gradient in the first input), a list of arrays in the order of the
 *   inputs, or a record of them by name, where the inputs are a record as well.
 * @param inputs - The arguments: `[pred, target]`; for functions also a record of arrays, which they are called with.
 * @param options - {@link CheckOptions}, and the options of the loss; `reduction` is 'mean' or 'sum'.
 * @returns {@link Checked}: whether all is well, and where it is least so.
 * @throws {TypeError} on something that is no function, or inputs that are no arrays
 * @throws {RangeError} on `reduction: 'none'`, which has no single value, or a tolerance that is none
 * @example
 * ```ts
 * import { checkGradient, huber } from 'losskit';
 *
 * const { ok, checked, skipped } = checkGradient(huber, [[0.5, 3, 1], [0, 0, 0]], { delta: 2 });
 * console.log(ok, checked, skipped); // → true 6 0
 * // A slip: the gradient of the mean lacks 1/n.
 * const half = (x: Float64Array) => ({ value: x.reduce((s, v) => s + v * v, 0) / x.length, grad: x.map((v) => 2 * v) });
 * console.log(checkGradient(half, [[1, 2]]).worst); // → { input: 0, index: 0, order: 1, analytic: 2, numeric: 1, error: 0.5 }
 * ```
 */
export function checkGradient(loss: Checkable, inputs: unknown, options: CheckOptions = {}): Checked {
  if (typeof loss !== 'function') {
    throw typeError('checkGradient', 'loss', 'a loss, or a function that returns { value, grad }', loss);
  }
  if (!isObject(options)) throw typeError('checkGradient', 'options', 'an object', options);
  const { tolerance = 1e-5, most = 1000, ...own } = recordOf(options);
  bound.check('checkGradient', 'tolerance', tolerance);
  if (!(Number.isInteger(most) && most > 0)) throw rangeError('checkGradient', 'most', 'a whole number >= 1', most);
  if (own.reduction === 'none') {
    throw rangeError('checkGradient', 'reduction', "'mean' or 'sum': 'none' has no single value", own.reduction);
  }
  const inner = innerOf(loss);
  const subject = inner === null ? ofFunction(loss, inputs, own) : ofLoss(loss as AnyLoss, inner, inputs, own);
  const first = subject.run();
  const all: Comparison[] = [];
  for (const place of subject.placesOf(first.grad)) {
    const { input, data } = place;
    const value = (): number => subject.run().value;
    all.push(compare({ input, order: 1 }, data, part(first.grad, input), value, place, most));
    if (first.hess === undefined) continue;
    const slope = (i: number): number => part(subject.run().grad, input)[i]!;
    all.push(compare({ input, order: 2 }, data, part(first.hess, input), slope, place, most));
  }
  for (const [input, analytic] of Object.entries(first.parameterGrad ?? {})) {
    const data = Float64Array.of((own[input] ?? inner!.info.parameters[input]!.default) as number);
    const value = (): number => subject.run({ [input]: data[0]! }).value;
    all.push(compare({ input, order: 1 }, data, [analytic], value, everywhere, most));
  }
  return summed(all, tolerance);
}

const bound = /* @__PURE__ */ within(1e-5, '(0, 1)');

/** What a call gives. */
interface Outcome {
  readonly value: number;
  readonly grad: unknown;
  readonly hess?: unknown;
  readonly parameterGrad?: { readonly [name: string]: number };
}

/** An input whose numbers may be changed, and between which they may be. */
interface Place extends Where {
  readonly input: string | number;
  readonly data: Float64Array;
}

/** What is checked. */
interface Subject {
  run(more?: object): Outcome;
  placesOf(grad: unknown): readonly Place[];
}

const everywhere: Where = { range: [-Infinity, Infinity], isSmooth: () => true };
const ranges: { readonly [domain: string]: readonly [number, number] } = {
  unit: [0, 1],
  nonNegative: [0, Infinity],
  positive: [0, Infinity],
};

/** A loss of the package, or of `defineLoss`: differentiated inputs become doubles, whatever they are. */
function ofLoss(loss: AnyLoss, { info, compiled }: Inner, inputs: unknown, own: object): Subject {
  const names = info.inputs.map(({ name }) => name);
  let list = info.byName && !Array.isArray(inputs) ? [inputs] : inputs;
  if (!Array.isArray(list)) throw typeError('checkGradient', 'inputs', `[${names.join(', ')}]`, inputs);
  const arity = info.byName ? 1 : names.length;
  const options = { ...(list[arity] as object | undefined), ...own };
  list = info.byName ? names.map((name) => (list as [{ [name: string]: unknown }])[0]![name]) : list.slice(0, arity);
  const places: Place[] = [];
  const domains = ownDomains(compiled, options);
  const args = (list as unknown[]).map((x, i) => {
    if (!info.differentiable.includes(names[i]!)) return x;
    const { data, shape } = readTensor('checkGradient', names[i]!, x);
    const doubles = Float64Array.from(Array.isArray(data) ? data : floatsOf(data, false));
    const range = ranges[domains?.[names[i]!] ?? info.inputs[i]!.domain] ?? everywhere.range;
    places.push({ input: names[i]!, data: doubles, range, isSmooth: (at) => smooth(at) });
    return shape === null ? doubles : { data: doubles, shape };
  });
  const smooth = smoothness(compiled, args, options);
  const hasHess = info.hessian && withoutHess(info, options) === undefined;
  const given = info.byName ? [Object.fromEntries(args.map((x, i) => [names[i]!, x]))] : args;
  return {
    run(more = {}) {
      const all = { ...options, ...more };
      return (hasHess ? loss.valueGradHess(...given, all) : loss.valueAndGrad(...given, all)) as Outcome;
    },
    placesOf: () => places,
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
  const flat = args.map((x, i) => readTensor('checkGradient', compiled!.inputs[i]!, x).data);
  return (i) => smoothAt(...flat.map((data) => Number(data[i])), { ...compiled!.defaults, ...options });
}

/** Any other function, of flat arrays, or with `valueAndGrad`. */
function ofFunction(f: Checkable, inputs: unknown, own: object): Subject {
  const isList = Array.isArray(inputs);
  if (!isList && !isObject(inputs)) {
    throw typeError('checkGradient', 'inputs', 'a list or a record of arrays', inputs);
  }
  const entries = Object.entries(inputs).map(([name, x]): Place => {
    const { data } = readTensor('checkGradient', isList ? `inputs[${name}]` : name, x);
    const doubles = Float64Array.from(Array.isArray(data) ? data : floatsOf(data, false));
    return { ...everywhere, input: isList ? Number(name) : name, data: doubles };
  });
  const args = isList
    ? entries.map(({ data }) => data)
    : [Object.fromEntries(entries.map(({ input, data }) => [input, data]))];
  const call = f.valueAndGrad ?? f;
  const more = Object.keys(own).length === 0 ? [] : [own];
  return {
    run() {
      const outcome = call(...args, ...more);
      if (!isObject(outcome) || typeof (outcome as Partial<Outcome>).value !== 'number' || !('grad' in outcome)) {
        throw typeError('checkGradient', 'loss', 'a function that returns { value, grad }, value a number', outcome);
      }
      return outcome as Outcome;
    },
    placesOf: (grad) =>
      entries
        .filter(({ input, data }) => part(grad, input)?.length === data.length)
        .slice(0, isFlat(grad) ? 1 : undefined),
  };
}

/** True for a gradient in one input: an array of numbers. */
const isFlat = (grad: unknown): boolean =>
  ArrayBuffer.isView(grad) || (Array.isArray(grad) && grad.every((x) => typeof x === 'number'));

/** The derivatives in an input: of one input all there are. */
const part = (derivative: unknown, input: string | number): ArrayLike<number> =>
  (isFlat(derivative) ? derivative : (derivative as { [input: string]: unknown })[input]) as ArrayLike<number>;

function summed(all: readonly Comparison[], tolerance: number): Checked {
  let [checked, skipped] = [0, 0];
  let worst: Worst | null = null;
  for (const found of all) {
    checked += found.checked;
    skipped += found.skipped;
    const { input, index, order, analytic, numeric, error } = found;
    if (index >= 0 && error > (worst?.error ?? -1)) worst = { input, index, order, analytic, numeric, error };
  }
  return { ok: worst !== null && worst.error <= tolerance, worst, checked, skipped };
}
