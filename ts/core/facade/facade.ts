/** The callable constants, and what the rest of the package may ask of them. */

import { readError } from '../base/errors.ts';
import type { LossInfo } from '../base/types.ts';
import { Call, type Compiled, type Steps } from '../model/call.ts';
import { compile } from '../model/compiled.ts';
import type { Definition } from '../model/definition.ts';
import { giveBack } from '../read/numbers.ts';
import { current } from './backend.ts';
import { callable } from './callable.ts';
import { execute, prepare } from './evaluate.ts';

/** Σ w·L (in two parts, as backends give it), Σ w and the number of samples of a call. */
export interface Measured {
  readonly sum: number;
  readonly excess: number;
  readonly weight: number;
  readonly count: number;
}

/** What a loss tells the accumulator and the tests, beyond its public face. */
export interface Inner {
  readonly info: LossInfo;
  /** Number of array arguments. */
  readonly arity: number;
  /** The loss's own parameters, and the options of the samples. */
  readonly parameterNames: readonly string[];
  readonly options: readonly string[];
  /** Null for a composition of other losses. */
  readonly compiled: Compiled | null;
  /** A call's sums, for means over many calls; null where a mean over calls makes no sense. */
  readonly measure: ((args: readonly unknown[], options: object) => Measured) | null;
  /** Checks parameters by themselves. */
  readonly check: (options: object) => void;
}

const inner: unique symbol = /* @__PURE__ */ Symbol('losskit');

/** Any callable loss, untyped. */
export interface AnyLoss {
  (...args: unknown[]): unknown;
  valueAndGrad(...args: unknown[]): unknown;
  valueGradHess(...args: unknown[]): unknown;
  readonly info: LossInfo;
  readonly [inner]: Inner;
}

/** Losses by name, for states that come back as JSON. A loss that a bundler drops is never made, and isn't in here. */
const made = /* @__PURE__ */ new Map<string, AnyLoss>();

/** A loss that was made here, by its name. */
export const lossNamed = (name: string): AnyLoss | undefined => made.get(name);

/** What is behind a callable loss; null for anything else. */
export function innerOf(loss: unknown): Inner | null {
  return typeof loss === 'function' ? ((loss as Partial<AnyLoss>)[inner] ?? null) : null;
}

/** The callable constant of a definition. */
export function makeLoss(definition: Definition, steps: Steps): AnyLoss {
  const loss = compile(definition, steps);
  const arity = loss.inputs.length + (loss.targetName === '' ? 0 : 1);
  const hasMean = loss.shape === 'pointwise' || loss.shape === 'rowwise';
  return finish(
    callable(loss, arity, 0),
    callable(loss, arity, 1),
    loss.hasHess ? callable(loss, arity, 2) : withoutHess(loss.name),
    {
      info: loss.info,
      arity,
      parameterNames: Object.keys(loss.parameters),
      options: loss.options,
      compiled: loss,
      measure: hasMean ? (args, options) => measure(loss, args, options) : null,
      check: (options) => checkParameters(loss.parameters, loss.name, options),
    },
  );
}

const withoutHess = (name: string) => (): never => {
  throw new TypeError(`${name}: has no second derivative; use valueAndGrad`);
};

/** Puts a callable together, and freezes it. */
export function finish(
  call: (...args: never[]) => unknown,
  valueAndGrad: (...args: never[]) => unknown,
  valueGradHess: (...args: never[]) => unknown,
  about: Inner,
): AnyLoss {
  Object.defineProperty(call, 'name', { value: about.info.name });
  const loss = Object.assign(call, { valueAndGrad, valueGradHess, info: about.info, [inner]: about });
  const frozen = Object.freeze(loss) as unknown as AnyLoss;
  made.set(about.info.name, frozen);
  return frozen;
}

/** Checks options that must be parameters. */
export function checkParameters(parameters: Compiled['parameters'], fn: string, options: object): void {
  for (const [key, value] of Object.entries(options)) {
    if (value !== undefined) parameters[key]?.check(fn, key, value);
  }
}

function measure(loss: Compiled, args: readonly unknown[], options: object): Measured {
  const backend = current();
  const call = new Call(loss, 0);
  try {
    prepare(call, args[0], args[1], args[2], options);
  } catch (error) {
    throw readError(loss.name, error);
  }
  execute(call, backend);
  giveBack(call);
  return { sum: call.sum, excess: call.excess, weight: call.total, count: call.n };
}
