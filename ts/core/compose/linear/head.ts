/** A call of a loss with a linear layer before it: what was read and settled, before anything is computed. */

import { rangeError, words } from '../../base/errors.ts';
import { bare } from '../../base/keys.ts';
import type { FloatArray } from '../../base/types.ts';
import { staleness } from '../../memory/resident.ts';
import { type Backend, Call, type Compiled, type Order } from '../../model/call.ts';
import { type Out, Slot } from '../../model/slot.ts';
import { readInput, settlePrecision } from '../../read/inputs.ts';
import { readOptions } from '../../read/options.ts';
import { freshArray, readOutputs } from '../../settle/outputs/outputs.ts';
import { checkStill, settle } from '../../settle/settle.ts';
import { settleTotal } from '../../settle/totals/totals.ts';
import { liftWeights } from '../../settle/weights/lift.ts';
import { gradNames, outputsOf } from './outputs.ts';
import { countedRows } from './rows.ts';
import { isOfRows, type Layer, scoreShape, settleLayer } from './shape.ts';
import type { LinearGrad } from './types.ts';

/** What a loss with a linear layer is made of. */
export interface Parts {
  /** What reads the arguments: hidden, weight, and what the loss takes beside its scores. */
  readonly layer: Compiled;
  /** The loss on the scores of all rows, which are nowhere: their sizes, weights and total. */
  readonly whole: Compiled;
  /** The loss, under the name of the whole; and as it runs on chunks of rows. */
  readonly loss: Compiled;
  readonly part: Compiled;
}

/** What a call comes to. */
export interface Head {
  readonly parts: Parts;
  /** The arguments, and hidden's and weight's gradients. */
  readonly call: Call;
  /** The loss's own call. */
  readonly whole: Call;
  readonly layer: Layer;
  /** In the precision of the call. */
  readonly bias: FloatArray | null;
  /** Where the gradients go that are asked for. */
  readonly outs: { readonly [G in LinearGrad]?: Out };
  /** The rows that count, in order; null if all do. */
  readonly rows: Int32Array | null;
}

/** Reads and checks everything; nothing has moved when this throws. */
export function readHead(
  parts: Parts,
  order: Order,
  backend: Backend,
  args: readonly unknown[],
  options: unknown,
): Head {
  const before = staleness.count;
  const call = new Call(parts.layer, order, backend);
  const whole = new Call(parts.whole, 0, backend);
  readOptions(call, options);
  readArguments(call, whole, args);
  readOutputs(call);
  checkStill(call, staleness.count !== before);

  const layer = settleLayer(call);
  settlePrecision(call);
  const bias = biasOf(call, layer);
  settleWhole(call, whole, layer);
  const wanted = wantedOf(call, bias !== null);
  const outs = outputsOf(call, layer, order > 0 ? wanted : []);
  call.grads = Object.values(outs);
  call.n = layer.rows;
  call.total = whole.total;
  call.labelled = whole.labelled;
  if (whole.reduction === 'none') whole.values = freshArray(call, whole.n);
  return { parts, call, whole, layer, bias, outs, rows: countedRows(whole, layer) };
}

/** Reads the arrays: hidden, weight, and those of the loss in their order. */
function readArguments(call: Call, whole: Call, args: readonly unknown[]): void {
  const { inputs, targetName, steps } = whole.loss;
  const hidden = readInput(call, 'hidden', args[0]);
  const weight = readInput(call, 'weight', args[1]);
  const others = inputs.slice(1).map((name, i) => readInput(call, name, args[2 + i]));
  call.inputs = [hidden, weight, ...others];
  if (targetName !== '') call.target = steps.readTarget!(call, targetName, args[2 + others.length]);
}

/** Hands the loss what is its own, and settles that. */
function settleWhole(call: Call, whole: Call, layer: Layer): void {
  const { loss, single } = call;
  const others = call.inputs.slice(2);
  const shape = others.some((slot) => isOfRows(layer, slot)) ? layer.lead : scoreShape(layer);
  // Of the scores only their type and sizes are looked at.
  const none = single ? new Float32Array(0) : new Float64Array(0);
  whole.inputs = [new Slot(none, layer.rows * layer.classes, shape, null, false), ...others];
  whole.target = call.target;
  whole.weights = call.weights;
  whole.reduction = call.reduction;
  whole.divisor = call.divisor;
  if (call.parameters !== loss.defaults) whole.parameters = ownParameters(call, whole.loss);
  settle(whole);
  settleTotal(whole);
  liftWeights(whole);
  // Weights below the normal range have become 0.
  call.weights = whole.weights;
}

/** The loss's parameters without those of the layer. */
function ownParameters({ parameters }: Call, loss: Compiled): { readonly [name: string]: unknown } {
  const own = bare(Object.fromEntries(Object.keys(loss.parameters).map((name) => [name, parameters[name]])));
  return Object.keys(own).some((name) => own[name] !== loss.defaults[name]) ? own : loss.defaults;
}

/** The bias in the call's precision. */
function biasOf({ loss, parameters, single }: Call, { classes }: Layer): FloatArray | null {
  const bias = parameters.bias as Float64Array | null;
  if (bias === null) return null;
  if (bias.length === classes) return single ? new Float32Array(bias) : bias;
  throw rangeError(loss.name, 'bias', `one number per class, ${classes} in all`, words(`length ${bias.length}`));
}

/** The gradients that are asked for. */
function wantedOf(call: Call, hasBias: boolean): readonly LinearGrad[] {
  const { loss, order, reduction, parameters } = call;
  const asked = parameters.grads as readonly LinearGrad[] | null;
  if (asked?.includes('bias') && !hasBias) {
    throw rangeError(loss.name, 'grads', "without 'bias' where there is none", asked, 'give { bias }');
  }
  const wanted = asked ?? gradNames.filter((name) => name !== 'bias' || hasBias);
  if (reduction === 'none' && (order > 0 || asked !== null) && wanted.some((name) => name !== 'hidden')) {
    const fix = 'the other gradients are sums over the rows';
    const got = asked === null ? words(`all (${wanted.join(', ')})`) : words(wanted.join(', '));
    throw rangeError(loss.name, 'grads', "['hidden'] with reduction: 'none'", got, fix);
  }
  return wanted;
}
