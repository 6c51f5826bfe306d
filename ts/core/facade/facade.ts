/** The callable constants, and what the rest of the package may ask of them. */

import type { LossInfo } from '../base/types.ts';
import type { Compiled, Steps } from '../model/call.ts';
import { compile } from '../model/compiled.ts';
import type { Definition } from '../model/definition.ts';
import { callable } from './callable.ts';

/** Σ w·L (in two parts, as backends give it), Σ w and the number of samples of a call. */
export interface Measured {
  readonly sum: number;
  readonly excess: number;
  readonly weight: number;
  readonly count: number;
  /** Sums that make a loss only with those of all other calls (`Steps.conclude`); the others are 0 then. */
  readonly overlaps?: Float64Array;
}

/** What a loss tells the accumulator and the tests, beyond its public face. */
export interface Inner {
  readonly info: LossInfo;
  /** Number of array arguments. */
  readonly arity: number;
  /** The loss's own parameters, and the options of the samples. */
  readonly parameters: Compiled['parameters'];
  readonly options: readonly string[];
  /** Null for a composition of other losses. */
  readonly compiled: Compiled | null;
  /** A composition's sums in a call, for means over many calls; compose/measure.ts has those of all else. */
  readonly measure: ((args: readonly unknown[], options: object) => Measured) | null;
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
  return finish(
    callable(loss, arity, 0),
    callable(loss, arity, 1),
    loss.hasHess ? callable(loss, arity, 2) : withoutHess(loss.name),
    {
      info: loss.info,
      arity,
      parameters: loss.parameters,
      options: loss.options,
      compiled: loss,
      measure: null,
    },
  );
}

/** What stands for the second derivative of a loss that has none. */
export const withoutHess = (name: string) => (): never => {
  throw new TypeError(`${name}: has no second derivative; use valueAndGrad`);
};

/** Puts a callable together, and freezes it. */
export function finish(
  call: (...args: never[]) => unknown,
  valueAndGrad: (...args: never[]) => unknown,
  valueGradHess: (...args: never[]) => unknown,
  about: Inner,
): AnyLoss {
  // Not enumerable: consoles show of a loss what is public.
  Object.defineProperties(call, { name: { value: about.info.name }, [inner]: { value: about } });
  const loss = Object.assign(call, { valueAndGrad, valueGradHess, info: about.info });
  const frozen = Object.freeze(loss) as unknown as AnyLoss;
  made.set(about.info.name, frozen);
  return frozen;
}
