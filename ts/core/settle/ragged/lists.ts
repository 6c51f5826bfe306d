/** Lists: rows, or groups of lengths of their own. */

import { rangeError, typeError, words } from '../../base/errors.ts';
import { Sum } from '../../base/sum.ts';
import { numberAt } from '../../base/widen.ts';
import type { Call } from '../../model/call.ts';
import { inDomain, outside } from '../faults/fault.ts';
import { settleRows } from '../rows.ts';
import { sampleTotal } from '../totals/totals.ts';

/** Settles the number of lists; `width` is the length of the longest. */
export function settleLists(call: Call, length: number): void {
  const { loss, inputs, parameters, batch, dim, classes } = call;
  const { name } = loss;
  const groups = parameters.groups as Int32Array | null;
  if (groups === null) {
    settleRows(call, length);
    return;
  }
  const shaped = inputs.findIndex(({ shape }) => shape !== null && shape.length > 1);
  if (shaped >= 0) {
    const got = words(`${loss.inputs[shaped]!} of shape [${inputs[shaped]!.shape!.join(', ')}]`);
    throw rangeError(name, 'groups', 'left out where rows are lists', got, 'or give flat arrays');
  }
  if (Math.max(dim, classes) >= 0) {
    throw typeError(name, dim >= 0 ? 'dim' : 'classes', 'left out with groups', Math.max(dim, classes));
  }
  const sum = groups.reduce((all, size) => all + size, 0);
  if (sum !== length) {
    throw rangeError(name, 'groups', `sizes that add up to the length of ${loss.inputs[0]!}, ${length}`, sum);
  }
  if (batch >= 0 && batch !== groups.length)
    throw rangeError(name, 'batch', `${groups.length}, as there are groups`, batch);
  call.n = groups.length;
  call.width = groups.reduce((most, size) => Math.max(most, size), 0);
}

/** The lengths of the lists, and where each begins. */
export class Lists {
  readonly #groups: Int32Array | null;
  readonly #width: number;
  readonly #starts: Float64Array | null;

  constructor({ parameters, width }: Call) {
    this.#groups = parameters.groups as Int32Array | null;
    this.#width = width;
    this.#starts = this.#groups === null ? null : new Float64Array(this.#groups.length + 1);
    this.#groups?.forEach((size, i) => {
      this.#starts![i + 1] = this.#starts![i]! + size;
    });
  }

  /** Where list i begins; the list after the last one begins at the end. */
  start(i: number): number {
    return this.#starts === null ? i * this.#width : this.#starts[i]!;
  }

  length(i: number): number {
    return this.#groups === null ? this.#width : this.#groups[i]!;
  }

  /** The lengths of `count` lists; null where all are the same. */
  lengths(i: number, count: number): Int32Array | null {
    return this.#groups?.subarray(i, i + count) ?? null;
  }
}

/** Σ w: an empty list has no weight, nor has one without a pair where pairs are compared. */
export function listTotal(call: Call): number {
  const { definition } = call.loss;
  // First, for the check.
  const samples = sampleTotal(call);
  const needsPairs = definition.shape === 'list' && definition.needsPairs === true;
  if (!needsPairs && call.parameters.groups === null) return samples;
  const lists = new Lists(call);
  const total = new Sum();
  for (let i = 0; i < call.n; i++) {
    const w = call.weights.data === null ? 1 : numberAt(call.weights.data, i);
    if (w > 0 && (needsPairs ? hasPair(call, lists, i) : lists.length(i) > 0)) total.add(w);
  }
  return total.value();
}

/** Whether two elements of a list differ in relevance. NaN differs from all, so that it propagates. */
function hasPair(call: Call, lists: Lists, i: number): boolean {
  const data = call.inputs[1]!.data!;
  const start = lists.start(i);
  const length = lists.length(i);
  if (length === 0) return false;
  const first = numberAt(data, start);
  for (let k = start; k < start + length; k++) if (numberAt(data, k) !== first) return true;
  return false;
}

/** The error for list i, in which a backend found relevance out of its domain. */
export function listFault(call: Call, i: number): RangeError {
  const lists = new Lists(call);
  const { domain, hint, name } = call.loss.definition.inputs[1]!;
  const data = call.inputs[1]!.data!;
  for (let k = lists.start(i); k < lists.start(i + 1); k++) {
    if (!inDomain(domain, numberAt(data, k))) return outside(call, name, k, numberAt(data, k), domain, hint);
  }
  return new RangeError(`${call.loss.name}: the data of list ${i} is outside its domain`);
}
