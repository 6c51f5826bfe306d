/** Training objectives: a data loss plus a penalty on the parameters. */
import { reading, typeError } from './core/base/errors.ts';
import { readKeys } from './core/base/keys.ts';
import { isObject } from './core/base/properties.ts';
import { keep } from './core/compose/kept.ts';
import { argumentsOf } from './core/compose/lossArguments.ts';
import type {
  DataLoss,
  Gradient,
  InputsOf,
  ParamsGradient,
  ParamsOut,
  Penalised,
} from './core/compose/objectiveTypes.ts';
import { arraysOf, isList, outsOf, penaltyGrad } from './core/compose/penalty.ts';
import { nonNegative } from './core/model/parameters.ts';

/** What `objective` takes. */
export interface ObjectiveOptions<L extends DataLoss, R extends DataLoss> {
  /** The data loss. */
  loss: L;
  /** The penalty on the parameters: `l1`, `l2`, `elasticNet`. None by default. */
  regularizer?: R | undefined;
  /** The penalty's options, say `{ l1Ratio: 0.2 }`. */
  regularizerOptions?: NonNullable<Parameters<R>[1]> | undefined;
  /** λ, the weight of the penalty; finite and ≥ 0. Default 0. */
  lambda?: number | undefined;
}

/** What `objective` makes: J(inputs, params) = data + λ·penalty. */
export interface Objective<L extends DataLoss> {
  /** The value of the objective. */
  <const I extends InputsOf<L>>(inputs: I, params?: Penalised): number;
  /**
   * Value and gradients. To have them written into arrays of yours, give the loss an `out` among its own options, and this call an
   * `out` shaped like `params`.
   */
  valueAndGrad<const I extends InputsOf<L>, const P extends Penalised = []>(
    inputs: I,
    params?: P,
    options?: { out?: ParamsOut<P> | undefined },
  ): ObjectiveResult<L, I, P>;
}

/** What `valueAndGrad` of an objective returns. */
export interface ObjectiveResult<L extends DataLoss, I extends readonly unknown[], P> {
  /** data + λ·penalty. */
  value: number;
  /** The data loss. */
  data: number;
  /** The penalty, before λ. */
  penalty: number;
  grad: {
    /** With respect to the loss's differentiable inputs: the loss's own `grad`. */
    inputs: Gradient<L, I>;
    /** λ·∇penalty: an array for an array of parameters, a list for a list. */
    params: ParamsGradient<P>;
  };
}

const weight = /* @__PURE__ */ nonNegative(0);

/**
 * Makes J(inputs, params) = loss(...inputs) + λ·Σ regularizer(θ), the sum over the arrays θ of `params`.
 *
 * `inputs` is the loss's own argument list, `[pred, target, options?]`, with `reduction` 'mean' or 'sum'. `params` is one array, or a
 * list of arrays (a network's weights, say, without its biases); without a regularizer it may be left out.
 *
 * @param options - loss, regularizer, regularizerOptions and lambda
 * @returns a function, with `valueAndGrad`
 * @throws {TypeError} without a loss, or without a regularizer where λ > 0
 * @throws {RangeError} if λ is negative or not finite
 * @example
 * ```ts
 * import { l2, mse, objective } from 'losskit';
 *
 * const J = objective({ loss: mse, regularizer: l2, lambda: 0.25 });
 * const { value, data, penalty, grad } = J.valueAndGrad([[3, 0], [1, 0]], [2, -1]);
 * console.log(value, data, penalty); // → 3.25 2 5
 * console.log(grad.inputs); // → Float64Array(2) [ 2, 0 ]
 * console.log(grad.params); // → Float64Array(2) [ 1, -0.5 ]
 * ```
 */
export function objective<L extends DataLoss, R extends DataLoss = DataLoss>(
  options: ObjectiveOptions<L, R>,
): Objective<L> {
  const given = readKeys('objective', options, ['loss', 'regularizer', 'regularizerOptions', 'lambda']);
  const { loss, regularizer } = given;
  const lambda = weight.check('objective', 'lambda', given.lambda ?? 0);
  checkLoss('loss', loss);
  if (regularizer !== undefined) checkLoss('regularizer', regularizer);
  else if (lambda > 0) throw typeError('objective', 'regularizer', 'given where lambda > 0', regularizer, 'say l2');
  const penaltyOptions = keepOptions(given.regularizerOptions);

  // λ = 0 switches the penalty off, even an infinite one.
  const total = (data: number, penalty: number): number => (lambda === 0 ? data : data + lambda * penalty);
  const listed = (params: unknown): unknown => (params === undefined && regularizer === undefined ? [] : params);
  const penaltyOf = (arrays: readonly unknown[]): number => {
    let penalty = 0;
    for (const theta of arrays) penalty += regularizer?.(theta, penaltyOptions) ?? 0;
    return penalty;
  };

  const value = (inputs: unknown, params?: unknown): number => {
    const { args } = argumentsOf(loss, inputs);
    const penalty = penaltyOf(arraysOf(listed(params)));
    return total(loss(...args), penalty);
  };

  const valueAndGrad = (inputs: unknown, params?: unknown, extra: { out?: unknown } = {}) => {
    const { args, outs: lossOuts } = argumentsOf(loss, inputs);
    const { out } = readKeys('objective', extra, ['out']);
    const arrays = arraysOf(listed(params));
    // First what may be wrong with the parameters: until then nothing is written.
    const outs = reading('objective', () => outsOf(out, params, arrays, lossOuts));
    const penalty = penaltyOf(arrays);
    const { value: data, grad } = loss.valueAndGrad(...args);
    const grads = arrays.map((theta, i) => penaltyGrad(regularizer, penaltyOptions, lambda, theta, outs[i]));
    const whole = isList(listed(params)) ? grads : grads[0];
    return { value: total(data, penalty), data, penalty, grad: { inputs: grad, params: whole } };
  };

  return Object.assign(value, { valueAndGrad }) as unknown as Objective<L>;
}

function keepOptions(options: unknown): object | undefined {
  if (options === undefined) return undefined;
  return reading('objective', () => {
    if (!isObject(options)) throw typeError('objective', 'regularizerOptions', 'an object', options);
    return keep('objective', options);
  });
}

function checkLoss(arg: string, x: unknown): void {
  const isLoss = typeof x === 'function' && typeof (x as Partial<DataLoss>).valueAndGrad === 'function';
  if (!isLoss) throw typeError('objective', arg, 'a loss of losskit, or a function with valueAndGrad', x);
}
