/** The reference for pointwise losses and regularizers. */

import { Sum } from '../base/sum.ts';
import { type Call, inPrecision } from '../model/call.ts';
import type { Pointwise } from '../model/definition.ts';
import { faultError, inDomain, inputDomain } from '../settle/fault.ts';

type Formula = (...args: unknown[]) => number;

/** A formula on one element of each input; a spread of the arguments would cost more than most formulas. */
function at(formula: Formula, x: readonly number[], p: unknown): number {
  if (x.length === 2) return formula(x[0], x[1], p);
  return x.length === 1 ? formula(x[0], p) : formula(x[0], x[1], x[2], p);
}

/** Evaluates the formulas at each element. */
export function runElements(call: Call): number {
  const { loss, n, weights, weightSpan, scale, order, values } = call;
  const definition = loss.definition as Pointwise;
  const arity = loss.inputs.length;
  const data = call.inputs.slice(0, arity).map((slot) => slot.data as ArrayLike<number>);
  const domains = data.map((_, i) => inputDomain(call, i));
  const value = definition.value as Formula;
  const grad = loss.grads.map((name) => definition.grad[name] as Formula);
  const hess = order > 1 ? loss.grads.map((name) => definition.hess?.[name] as Formula) : [];
  // The formulas see the number of their element's class where there is one a class.
  const p: { [name: string]: unknown } = { ...call.parameters };
  const x: number[] = new Array(arity).fill(0.5);
  const sum = new Sum();
  const derivatives = new Float64Array(2 * grad.length);

  for (let i = 0; i < n; i++) {
    const w = weights.data === null ? 1 : (weights.data[Math.floor(i / weightSpan)] as number);
    if (w === 0) {
      write(call, i, 0, derivatives.fill(0));
      if (values !== null) values[i] = 0;
      continue;
    }
    for (let k = 0; k < arity; k++) {
      x[k] = data[k]![i]!;
      if (!inDomain(domains[k]!, x[k]!)) throw faultError(call, i);
    }
    if (call.vector !== null) p[definition.stream!] = call.vector[i % call.vector.length];
    const term = w * at(value, x, p);
    sum.add(inPrecision(call, term));
    if (values !== null) values[i] = term;
    if (order === 0) continue;
    // All first, then written: an output may be an input.
    for (let g = 0; g < grad.length; g++) {
      derivatives[2 * g] = at(grad[g]!, x, p);
      if (order > 1) derivatives[2 * g + 1] = at(hess[g]!, x, p);
    }
    write(call, i, w * scale, derivatives);
  }
  return sum.value();
}

function write(call: Call, i: number, factor: number, derivatives: Float64Array): void {
  if (call.order === 0) return;
  for (let g = 0; g < call.loss.grads.length; g++) {
    call.grads[g]!.data![i] = factor * derivatives[2 * g]!;
    if (call.order > 1) call.hess[g]!.data![i] = factor * derivatives[2 * g + 1]!;
  }
}
