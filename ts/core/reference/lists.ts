/** The reference for losses of lists. */

import { Sum } from '../base/sum.ts';
import { clear } from '../base/typed.ts';
import { numberAt } from '../base/widen.ts';
import { type Call, inPrecision } from '../model/call.ts';
import type { Listwise } from '../model/definition.ts';
import { inDomain } from '../settle/faults/fault.ts';
import { Lists, listFault } from '../settle/ragged/lists.ts';
import { ownWeight } from '../settle/weights/weightOf.ts';

/** Evaluates list after list. */
export function runLists(call: Call): Sum {
  const { loss, n, values, order, inputs } = call;
  const definition = loss.definition as Listwise;
  const lists = new Lists(call);
  const out = order > 0 ? call.grads[0]!.data : null;
  const sum = new Sum();
  const part = (k: number, start: number, length: number): Float64Array =>
    Float64Array.from({ length }, (_, j) => numberAt(inputs[k]!.data!, start + j));
  for (let i = 0; i < n; i++) {
    const w = ownWeight(call, i);
    const [start, length] = [lists.start(i), lists.length(i)];
    if (w === 0 || length === 0) {
      if (out !== null) clear(out, start, start + length);
      continue;
    }
    const list = { scores: part(0, start, length), relevance: part(1, start, length) };
    if (!list.relevance.every((y) => inDomain(definition.inputs[1].domain, y))) throw listFault(call, i);
    const grad = out === null ? null : new Float64Array(length);
    const value = inPrecision(call, definition.value(list, call.parameters as never, grad));
    sum.add(value, w);
    if (values !== null) values[i] = w * value;
    grad?.forEach((g, k) => {
      out![start + k] = w * call.scale * g;
    });
  }
  return sum;
}
