/** Losses of the user's own. */
import { rangeError, typeError } from './core/base/errors.ts';
import { readKeys, recordOf } from './core/base/keys.ts';
import { isObject } from './core/base/properties.ts';
import { isTaken, makeDefined } from './core/facade/defined.ts';
import type { FirstOrderOptions, SmoothOptions } from './core/facade/loss.ts';
import type { Loss2, SmoothLoss2 } from './core/facade/lossTypes.ts';
import { input, type Run } from './core/model/definition.ts';
import { finite, flag, type Parameter } from './core/model/parameters.ts';

/** Parameters with their defaults. */
export type OwnParameters = { readonly [name: string]: number | boolean | string };

/** What each parameter may be: of the kind of its default. */
export type Widened<P extends OwnParameters> = {
  [N in keyof P]: P[N] extends number ? number : P[N] extends boolean ? boolean : string;
};

/** The parameters as options, which may be left out or undefined. */
export type OwnOptions<P extends OwnParameters> = { [N in keyof P]?: Widened<P>[N] | undefined };

/** A formula: of one element of the prediction, one of the target, and the parameters. */
export type Formula<P extends OwnParameters> = (pred: number, target: number, parameters: Widened<P>) => number;

/** What `defineLoss` takes. */
export interface OwnLoss<P extends OwnParameters> {
  /** A name, for messages, `info` and the states of accumulators: letters, digits and _. */
  name: string;
  /** Options of the loss's own, with their defaults: numbers (any finite one), booleans or words. None by default. */
  parameters?: P | undefined;
  /** The loss of an element. */
  value: Formula<P>;
  /** Its derivative in pred. */
  grad: Formula<P>;
}

/**
 * Makes a loss of your own from formulas for one element: a function like every loss of the package, with reductions, weights, `out`, all
 * kinds of arrays and tensors, float32 and float64, and `info`; `accumulator` and `objective` take it.
 *
 * The formulas run in JavaScript, in double precision, on both backends; one that gives anything but a number is a TypeError of the call.
 * `checkGradient` says whether the derivatives are those of the value.
 *
 * @param definition - `name`, `value`, `grad`; `parameters` with their defaults; `hess`, the second derivative, for `valueGradHess`.
 * @returns The loss, of (pred, target, options).
 * @throws {TypeError} on a name that is none, a formula that is no function, or a parameter of another kind
 * @throws {RangeError} on a name that a loss of the package has, or a parameter that is the name of an option
 * @example
 * ```ts
 * import { checkGradient, defineLoss } from 'losskit';
 *
 * const cauchy = defineLoss({
 *   name: 'cauchy',
 *   parameters: { scale: 1 },
 *   value: (pred, target, { scale }) => Math.log1p(((pred - target) / scale) ** 2),
 *   grad: (pred, target, { scale }) => (2 * (pred - target)) / (scale ** 2 + (pred - target) ** 2),
 * });
 * console.log(cauchy([1, 3], [0, 0], { scale: 3 }).toFixed(4)); // → 0.3993
 * console.log(checkGradient(cauchy, [[1, 3, -2], [0, 0.5, 1]]).ok); // → true
 * ```
 */
export function defineLoss<P extends OwnParameters = Record<never, never>>(
  definition: OwnLoss<P> & { /** Its second derivative in pred. */ hess: Formula<P> },
): SmoothLoss2<OwnOptions<P> & SmoothOptions>;
export function defineLoss<P extends OwnParameters = Record<never, never>>(
  definition: OwnLoss<P> & { hess?: undefined },
): Loss2<OwnOptions<P> & FirstOrderOptions>;
export function defineLoss(definition: OwnLoss<OwnParameters> & { hess?: unknown }): unknown {
  const given = readKeys('defineLoss', definition, ['name', 'parameters', 'value', 'grad', 'hess'], 'definition');
  const { name, value, grad, hess } = given;
  if (typeof name !== 'string') throw typeError('defineLoss', 'name', 'a string', name);
  if (!/^[A-Za-z_]\w*$/.test(name)) throw rangeError('defineLoss', 'name', 'letters, digits and _', name);
  if (isTaken(name)) throw rangeError('defineLoss', 'name', 'one that no loss of the package has', name);
  for (const [what, formula] of Object.entries({ value, grad, hess: hess ?? value })) {
    if (typeof formula !== 'function') {
      throw typeError('defineLoss', what, 'a function of (pred, target, parameters)', formula);
    }
  }
  return makeDefined({
    name,
    family: 'regression',
    inputs: [input('pred'), input('target')],
    parameters: parametersOf(given.parameters),
    value,
    grad: { pred: grad },
    ...(hess === undefined ? {} : { hess: { pred: hess } }),
    loop,
    properties: { convex: false, lipschitz: null, kinks: '', torch: null, reference: 'its author' },
  });
}

/** The options that every loss has. */
const taken = [
  'reduction',
  'sampleWeight',
  'divisor',
  'classes',
  'dim',
  'batch',
  'axis',
  'shape',
  'out',
  'hessOut',
  'hessianFloor',
];

function parametersOf(given: unknown): { [name: string]: Parameter<unknown> } {
  if (given === undefined) return {};
  if (!isObject(given)) throw typeError('defineLoss', 'parameters', 'an object of names and defaults', given);
  const parameters: { [name: string]: Parameter<unknown> } = {};
  for (const [name, value] of Object.entries(recordOf(given as OwnParameters))) {
    const at = `parameters.${name}`;
    if (taken.includes(name)) throw rangeError('defineLoss', at, 'another name: all losses have this option', name);
    parameters[name] = parameterOf(at, value);
  }
  return parameters;
}

function parameterOf(at: string, value: unknown): Parameter<unknown> {
  if (typeof value === 'number') {
    const parameter = finite(value, [value]);
    // Nothing is computed in float32 here.
    return { ...parameter, default: parameter.check('defineLoss', at, value), checkSingle: undefined } as never;
  }
  if (typeof value === 'boolean') return flag(value) as never;
  if (typeof value !== 'string') throw typeError('defineLoss', at, 'a number, a boolean or a string', value);
  const check = (fn: string, name: string, x: unknown): string => {
    if (typeof x !== 'string') throw typeError(fn, name, 'a string', x);
    return x;
  };
  return {
    default: value,
    domain: 'a string',
    good: [value],
    bad: [0, true, null],
    kind: 'choice',
    check,
    encode: null,
  };
}

/** The formulas over a run of elements. */
function loop(
  { name, value, grad, hess }: Formulas,
  p: object,
  { a, b, da, ha, order, single, start, end, scale }: Run,
): number {
  let sum = 0;
  for (let i = start; i < end; i++) {
    const [x, y] = [a[i]!, b[i]!];
    const loss = number(name, 'value', value(x, y, p));
    sum += single ? Math.fround(loss) : loss;
    if (order > 0) da[i] = scale * number(name, 'grad', grad.pred(x, y, p));
    if (order > 1) ha[i] = scale * number(name, 'hess', hess!.pred(x, y, p));
  }
  return sum;
}

/** What a formula gave: without a `return`, say, it is none. */
function number(name: string, formula: string, x: unknown): number {
  if (typeof x === 'number') return x;
  throw typeError(name, formula, 'a formula that returns a number', x);
}

type Scalar = (pred: number, target: number, p: object) => number;

interface Formulas {
  readonly name: string;
  readonly value: Scalar;
  readonly grad: { readonly pred: Scalar };
  readonly hess?: { readonly pred: Scalar };
}
