/** The reference for pointwise losses and regularizers. */

import { Sum } from '../base/sum.ts';
import { bufferOf, clear } from '../base/typed.ts';
import type { FloatArray } from '../base/types.ts';
import { floatsFrom } from '../base/widen.ts';
import { type Call, inPrecision } from '../model/call.ts';
import type { Pointwise, Run } from '../model/definition.ts';
import type { Out } from '../model/slot.ts';
import { domainsOf, elementFault, inDomain } from '../settle/faults/fault.ts';
import { weightOf } from '../settle/weights/weightOf.ts';

/** Losses that are added plainly, before they go into the compensated sum. */
const most = 64;

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Evaluates the loss's loop over runs of elements; one by one where each has a weight, a parameter or a value of its own. */
export function runElements(call: Call): Sum {
  const { loss, n, weights, values, vector } = call;
  const definition = loss.definition as Pointwise;
  const run = runOf(call);
  // The formulas see the number of their element's class where there is one a class.
  const p: { [name: string]: unknown } = vector === null ? call.parameters : { ...call.parameters };
  const isWeighted = weights.data !== null || call.factorAt !== null;
  const length = values !== null || vector !== null || isWeighted ? 1 : most;
  const sum = new Sum();

  for (let start = 0; start < n; start = run.end) {
    const w = isWeighted ? inPrecision(call, weightOf(call, start)) : 1;
    run.start = start;
    run.end = Math.min(start + length, n);
    if (w === 0) {
      leaveOut(call, run);
      continue;
    }
    checkDomains(call, run);
    if (vector !== null) p[definition.stream!] = vector[Math.floor(start / call.inner) % vector.length];
    run.scale = w * call.scale;
    const total = definition.loop(definition, p as never, run);
    if (values !== null) values[start] = w * inPrecision(call, total);
    if (Math.abs(total) < (call.single ? 2 ** 127 : 2 ** 900)) sum.add(total, w);
    else addEach(call, run, p, w, sum);
  }
  return sum;
}

/** The same sum for losses so large that their sum, or a loss in the call's precision, may have overflowed: one by one. */
function addEach(call: Call, run: Run, p: object, w: number, sum: Sum): void {
  const definition = call.loss.definition as Pointwise;
  for (let i = run.start; i < run.end; i++) {
    const one: Run = { ...run, order: 0, start: i, end: i + 1 };
    sum.add(inPrecision(call, definition.loop(definition, p as never, one)), w);
  }
}

const none = /* @__PURE__ */ new Float64Array(0);

/** The arrays of a call by their places. */
function runOf(call: Call): Mutable<Run> {
  const { loss, order, grads, hess } = call;
  const at = (outs: readonly Out[], place: number): FloatArray => outs[loss.gradPlaces.indexOf(place)]?.data ?? none;
  return {
    a: readable(call, 0),
    b: readable(call, 1),
    c: readable(call, 2),
    da: at(grads, 0),
    db: at(grads, 1),
    dc: at(grads, 2),
    ha: at(hess, 0),
    hb: at(hess, 1),
    hc: at(hess, 2),
    order,
    single: call.single,
    start: 0,
    end: 0,
    scale: 1,
  };
}

/** An input as the loops read it: floats that stay as they are when derivatives are written. */
function readable({ inputs, grads, hess, single }: Call, place: number): FloatArray {
  const data = (inputs[place]?.data ?? none) as FloatArray;
  const sharesMemory = (out: Out): boolean => bufferOf(out.data) === bufferOf(data);
  return grads.some(sharesMemory) || hess.some(sharesMemory) ? floatsFrom(data, single) : data;
}

/** What weighs nothing isn't read. */
function leaveOut(call: Call, { start, end }: Run): void {
  call.values?.fill(0, start, end);
  for (const { data } of [...call.grads, ...call.hess]) clear(data, start, end);
}

function checkDomains(call: Call, { start, end }: Run): void {
  const domains = domainsOf(call);
  for (let k = 0; k < domains.length; k++) {
    const domain = domains[k]!;
    if (domain === 'real') continue;
    const data = call.inputs[k]!.data!;
    for (let i = start; i < end; i++) if (!inDomain(domain, data[i] as number)) throw elementFault(call, i);
  }
}
