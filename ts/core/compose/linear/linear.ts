/** A loss with a linear layer before it, put together from the loss: hidden·weightᵀ + bias goes into it as its first input. */

import { readError, typeError } from '../../base/errors.ts';
import { bare } from '../../base/keys.ts';
import { quotient } from '../../base/total.ts';
import { clear } from '../../base/typed.ts';
import type { FloatArray, InputInfo, LossInfo } from '../../base/types.ts';
import { current } from '../../facade/backend.ts';
import { execute } from '../../facade/evaluate.ts';
import { type AnyLoss, finish, type Inner, innerOf, type Measured, withoutHess } from '../../facade/facade.ts';
import type { KernelSource } from '../../memory/modules.ts';
import type { Call, Compiled, Order, Steps } from '../../model/call.ts';
import { describe } from '../../model/compiled.ts';
import { anyVector } from '../../model/perClass.ts';
import { giveBack } from '../../read/numbers.ts';
import { sumsOf } from '../measure.ts';
import { type Head, type Parts, readHead } from './head.ts';
import { runKernels } from './kernels.ts';
import { gradNames, gradsOption } from './outputs.ts';
import { onParts } from './part.ts';
import { runReference } from './reference.ts';
import type { LinearGrad } from './types.ts';

/** Heads that were made, by their losses: one each. */
const heads = /* @__PURE__ */ new WeakMap<Inner, AnyLoss>();

/** The loss with a linear layer before it. */
export function makeLinear(loss: unknown, kernels: KernelSource | null): AnyLoss {
  const inner = checked(loss);
  const made = heads.get(inner) ?? make(inner, inner.compiled!, kernels);
  heads.set(inner, made);
  return made;
}

/** What is behind a loss that can have a layer. */
function checked(loss: unknown): Inner {
  const inner = innerOf(loss);
  if (inner === null) throw typeError('linear', 'loss', 'a loss of this package, or of defineLoss', loss);
  const { compiled, info } = inner;
  const isOne = compiled !== null && (compiled.shape === 'pointwise' || compiled.shape === 'rowwise');
  if (!isOne || compiled.grads.length !== 1 || compiled.gradPlaces[0] !== 0) {
    const taken = 'a loss of elements or rows that is differentiable in its first input alone';
    throw new TypeError(`linear: loss must be ${taken}, got ${info.name}`);
  }
  const own = ['bias', 'grads'].find((name) => Object.hasOwn(compiled.parameters, name));
  if (own === undefined) return inner;
  throw new TypeError(`linear: loss must have no option \`${own}\`, which the linear layer has, got ${info.name}`);
}

function make(inner: Inner, loss: Compiled, kernels: KernelSource | null): AnyLoss {
  const name = `linear${loss.name[0]!.toUpperCase()}${loss.name.slice(1)}`;
  // −∞ leaves a class out.
  const bias = anyVector();
  const parameters = { ...loss.parameters, bias };
  const inputs = [array('hidden'), array('weight'), ...inner.info.inputs.slice(1)];
  const info = infoOf(name, inner.info, parameters, inputs);
  const parts = partsOf(name, loss, { ...parameters, grads: gradsOption() }, info);
  const arity = inputs.length;
  const at =
    (order: Order) =>
    (...args: unknown[]): unknown =>
      evaluate(parts, kernels, order, args, args[arity]);
  return finish(at(0), at(1), withoutHess(name), {
    info,
    arity,
    parameters,
    options: parts.layer.options,
    compiled: null,
    measure: (args, options) => measure(parts, kernels, args, options),
  });
}

const array = (name: string): InputInfo => ({ name, domain: 'real', per: 'element', differentiable: true });

/** What it says of itself: convex in hidden and in weight, but not in both. */
function infoOf(
  name: string,
  loss: LossInfo,
  parameters: Compiled['parameters'],
  inputs: readonly InputInfo[],
): LossInfo {
  const { family, kinks, reference } = loss;
  const torch = loss.name === 'crossEntropy' ? 'torch.nn.functional.linear_cross_entropy' : null;
  const properties = { convex: false, lipschitz: null, kinks, torch, reference };
  return describe({ name, family, shape: 'linear', parameters, properties }, inputs, false);
}

/** Options of other losses that have no meaning here, and why. */
const refused = {
  axis: 'a row of hidden is the last dimension, and so are the classes of its scores',
  hessOut: 'there is no second derivative',
  hessianFloor: 'there is no second derivative',
};

/** The loss under another name, as it is read, settled and run. */
function partsOf(name: string, loss: Compiled, parameters: Compiled['parameters'], info: LossInfo): Parts {
  const others = loss.inputs.slice(1);
  const options = [...loss.options.filter((option) => !(option in refused)), 'bias', 'grads'];
  const layer: Compiled = {
    ...loss,
    name,
    info,
    inputs: ['hidden', 'weight', ...others],
    grads: gradNames,
    gradPlaces: [0, 1],
    options,
    optionSet: new Set(options),
    parameters,
    defaults: Object.freeze(bare({ ...loss.defaults, bias: null, grads: null })),
    defaultNumbers: [null, null],
    steps: bare({ ...loss.steps, refused }),
    kernels: {},
  };
  // What it advises to do is done with the options of the layer.
  const { optionSet } = layer;
  const own = { ...loss, name, optionSet };
  return { layer, whole: { ...own, inputs: ['hidden·weightᵀ', ...others] }, loss: own, part: onParts(own) };
}

/** Reads a call, and computes it. */
function run(
  parts: Parts,
  kernels: KernelSource | null,
  order: Order,
  args: readonly unknown[],
  options: unknown,
): Head {
  // First, so that starting the backend moves no memory under views taken later.
  const backend = current();
  let head: Head;
  try {
    head = readHead(parts, order, backend, args, options);
  } catch (error) {
    throw readError(parts.layer.name, error);
  }
  const { call, outs, layer, rows, whole } = head;
  const steps: Steps = bare({
    ...parts.layer.steps,
    whole: (call, memory) => {
      const sum = runKernels(head, kernels!, memory, backend);
      [call.sum, call.excess] = [sum.sum, sum.excess];
    },
    compute: () => runReference(head),
  });
  execute(withSteps(call, steps));
  if (outs.hidden && rows !== null) clearOthers(outs.hidden.data, rows, layer.rows, layer.dim);
  giveBack(call);
  giveBack(whole);
  return head;
}

/** The call with steps of its own. */
const withSteps = (call: Call, steps: Steps): Call => Object.assign(call, { loss: { ...call.loss, steps } });

/** Rows that don't count have gradients of 0. */
function clearOthers(out: FloatArray, rows: Int32Array, all: number, dim: number): void {
  let next = 0;
  for (let row = 0; row < all; row++) {
    if (rows[next] === row) next++;
    else clear(out, row * dim, (row + 1) * dim);
  }
}

function evaluate(
  parts: Parts,
  kernels: KernelSource | null,
  order: Order,
  args: readonly unknown[],
  options: unknown,
): unknown {
  const { call, whole, outs } = run(parts, kernels, order, args, options);
  const value = whole.values ?? quotient(call.sum, call.excess, whole.denominator);
  if (order === 0) return value;
  const grad: { [G in LinearGrad]?: FloatArray } = {};
  for (const name of gradNames) if (outs[name]) grad[name] = outs[name].result;
  return { value, grad, totalWeight: whole.total };
}

function measure(parts: Parts, kernels: KernelSource | null, args: readonly unknown[], options: object): Measured {
  const { call, whole } = run(parts, kernels, 0, args, options);
  return sumsOf(whole, call.sum, call.excess);
}
