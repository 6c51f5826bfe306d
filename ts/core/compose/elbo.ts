/** The negative ELBO, put together from two other losses: what is reconstructed, and the KL of the posterior. */

import { readError } from '../base/errors.ts';
import { bare } from '../base/keys.ts';
import { quotient } from '../base/total.ts';
import { clear } from '../base/typed.ts';
import type { Domain, FloatArray, InputInfo, LossInfo } from '../base/types.ts';
import { current } from '../facade/backend.ts';
import { derivatives, execute } from '../facade/evaluate.ts';
import { type AnyLoss, finish, innerOf, type Measured } from '../facade/facade.ts';
import type { SmoothOptions } from '../facade/loss.ts';
import type { ElboLoss, SmoothLoss2 } from '../facade/lossTypes.ts';
import { Call, type Compiled, type Order } from '../model/call.ts';
import { commonOptions, defaultNumbers, describe } from '../model/compiled.ts';
import type { Properties } from '../model/definition.ts';
import type { OptionsOf, Parameter } from '../model/parameters.ts';
import { giveBack } from '../read/numbers.ts';
import { raiseHess } from '../settle/weights/hessianFloor.ts';
import { partOf, readElbo, rowSums } from './elboCall.ts';
import { sumsOf } from './measure.ts';

/** The parameters of an ELBO. */
export type ElboParameters = {
  readonly likelihood: Parameter<'bernoulli' | 'gaussian'>;
  readonly variance: Parameter<number>;
  readonly beta: Parameter<number>;
};

/** What an ELBO is made of: pointwise losses of (recon, target), and the rowwise KL of (mu, logVar). */
export interface ElboDefinition {
  readonly name: string;
  readonly parameters: ElboParameters;
  // biome-ignore lint/suspicious/noExplicitAny: their options play no part here
  readonly bernoulli: SmoothLoss2<any>;
  // biome-ignore lint/suspicious/noExplicitAny: as above
  readonly gaussian: SmoothLoss2<any>;
  // biome-ignore lint/suspicious/noExplicitAny: as above
  readonly kl: SmoothLoss2<any, 'mu' | 'logVar'>;
  readonly properties: Properties<ElboParameters>;
}

/** Differentiable inputs of an ELBO. */
export type ElboGrad = 'recon' | 'mu' | 'logVar';

/** The options of an ELBO besides its parameters: its rows have two widths, so only their number can be given. */
export interface ElboSampleOptions extends Omit<SmoothOptions<ElboGrad>, 'classes' | 'dim'> {}

const array = (name: string, differentiable = true, domain: Domain = 'real'): InputInfo => ({
  name,
  domain,
  per: 'element',
  differentiable,
});

/** Makes the callable ELBO. */
export function elboLoss(definition: ElboDefinition): ElboLoss<OptionsOf<ElboParameters> & ElboSampleOptions> {
  const { name, parameters, properties } = definition;
  // The target is that of the default likelihood: with a Gaussian it may be any numbers.
  const inputs = [array('recon'), array('target', false, 'unit'), array('mu'), array('logVar')];
  const info = describe(
    { name, family: 'probabilistic', shape: 'rowwise', parameters, properties: properties as never },
    inputs,
    true,
    true,
  );
  const parts = partsOf(definition, info);
  const at = (order: Order) => (inputs: unknown, options?: unknown) => evaluateElbo(parts, order, inputs, options);
  const loss = finish(at(0), at(1), at(2), {
    info,
    arity: 1,
    parameters,
    options: parts.whole.options,
    compiled: null,
    measure: (args, options) => measureElbo(parts, args[0], options),
  });
  return loss as unknown as ElboLoss<OptionsOf<ElboParameters> & ElboSampleOptions>;
}

/** The losses that an ELBO runs, under its own name so that messages name it; `whole` reads the arguments. */
interface Parts {
  readonly whole: Compiled;
  readonly bernoulli: Compiled;
  readonly gaussian: Compiled;
  readonly kl: Compiled;
}

function partsOf({ name, parameters, bernoulli, gaussian, kl }: ElboDefinition, info: LossInfo): Parts {
  const compiled = (loss: unknown): Compiled => innerOf(loss as AnyLoss)!.compiled!;
  const under = (loss: Compiled, inputs: readonly string[]): Compiled => ({ ...loss, name, inputs });
  const rows = compiled(kl);
  // Its rows have two widths, so that only their number can be given.
  const common = commonOptions('rowwise', true).filter((option) => option !== 'classes' && option !== 'dim');
  const options = [...Object.keys(parameters), ...common];
  const whole: Compiled = {
    ...rows,
    name,
    info,
    inputs: info.inputs.map((input) => input.name),
    grads: info.differentiable,
    gradPlaces: [0, 2, 3],
    options,
    optionSet: new Set(options),
    parameters,
    defaults: bare(Object.fromEntries(Object.entries(parameters).map(([key, { default: value }]) => [key, value]))),
    defaultNumbers: [null, null],
  };
  return {
    whole,
    bernoulli: under(compiled(bernoulli), ['recon', 'target']),
    gaussian: under(compiled(gaussian), ['recon', 'target']),
    kl: under(rows, ['mu', 'logVar']),
  };
}

/** The two terms of a call, and the record that its arguments were read into. */
interface Evaluated {
  readonly call: Call;
  readonly reconstruction: number | FloatArray;
  readonly kl: number | FloatArray;
  readonly value: number | FloatArray;
  /** Σ w·L, in two parts as backends give it. */
  readonly sum: number;
  readonly excess: number;
}

function run(parts: Parts, order: Order, inputs: unknown, options: unknown, reduction?: 'sum'): Evaluated {
  const backend = current();
  const call = new Call(parts.whole, order, backend);
  try {
    readElbo(call, inputs, options, reduction);
  } catch (error) {
    throw readError(call.loss.name, error);
  }
  const { likelihood, variance, beta } = call.parameters as { likelihood: string; variance: number; beta: number };
  const recon = partOf(call, likelihood === 'bernoulli' ? parts.bernoulli : parts.gaussian, 0, order);
  recon.parameters = likelihood === 'bernoulli' ? recon.loss.defaults : bare({ variance });
  recon.numbers = likelihood === 'bernoulli' ? defaultNumbers(recon.loss) : [variance];
  const divergence = partOf(call, parts.kl, 2, order);
  divergence.parameters = divergence.loss.defaults;
  divergence.numbers = defaultNumbers(divergence.loss);
  // Values stay without β, which the result shows apart.
  divergence.scale *= beta;
  // All memory before anything is written, so that an error leaves everything as it was.
  backend.reserve(recon);
  backend.reserve(divergence);
  backend.together(call, () => {
    execute(recon);
    execute(divergence);
  });
  const reconstruction = reduce(call, recon);
  const kl = reduce(call, divergence);
  // A divergence that doesn't count has no say, even where it overflows.
  if (beta === 0) for (const out of [...divergence.grads, ...divergence.hess]) clear(out.result);
  raiseHess(call);
  giveBack(call);
  const sum = combine(recon.sum, divergence.sum, beta) as number;
  const excess = combine(recon.excess, divergence.excess, beta) as number;
  return { call, reconstruction, kl, value: combine(reconstruction, kl, beta), sum, excess };
}

function evaluateElbo(parts: Parts, order: Order, inputs: unknown, options: unknown): unknown {
  const { call, value, reconstruction, kl } = run(parts, order, inputs, options);
  return order === 0 ? value : Object.assign(derivatives(call, value), { reconstruction, kl });
}

function measureElbo(parts: Parts, inputs: unknown, options: object): Measured {
  const { call, sum, excess } = run(parts, 0, inputs, options, 'sum');
  return sumsOf(call, sum, excess);
}

/** One of the two terms, reduced over the rows. */
function reduce(whole: Call, part: Call): number | FloatArray {
  if (whole.reduction === 'none') return rowSums(whole, part);
  return quotient(part.sum, part.excess, whole.denominator);
}

function combine(a: number | FloatArray, b: number | FloatArray, beta: number): number | FloatArray {
  if (beta === 0) return a;
  if (typeof a === 'number') return a + beta * (b as number);
  const value = a.slice();
  for (let i = 0; i < value.length; i++) value[i] = a[i]! + beta * (b as FloatArray)[i]!;
  return value;
}
