/** What was wrong with a row. */
import type { Domain } from '../../base/types.ts';
import { numberAt } from '../../base/widen.ts';
import { type Call, rowStart } from '../../model/call.ts';
import type { RowData, Rowwise } from '../../model/definition.ts';
import type { Slot } from '../../model/slot.ts';
import { labelAt, labelError } from '../../read/labels.ts';
import { foldTarget } from '../fold.ts';
import { inDomain, outside, readAt } from './fault.ts';

/** The domain of each input of this call. */
export function inputDomain(call: Call, i: number): Domain {
  const { definition } = call.loss;
  const spec = definition.inputs[i]!;
  if (definition.shape !== 'rowwise' || definition.domains === undefined) return spec.domain;
  return definition.domains(call.parameters as never)[spec.name] ?? spec.domain;
}

/** The domain of the numbers in the last argument. */
export const targetDomain = (call: Call): Domain =>
  (call.loss.definition.shape === 'rowwise' ? call.loss.definition.targetDomain : undefined) ?? 'real';

/** Whether element k of input i counts in a row: one that doesn't is neither checked nor propagated. */
export const counts = (definition: Rowwise, i: number, row: RowData<string>, k: number, parameters: never): boolean =>
  i > 0 || definition.counts === undefined || definition.counts(row, k, parameters);

/** The elements of input i that count in row r. */
function counted(call: Call, i: number, r: number): (k: number) => boolean {
  const { loss, width, inner, parameters } = call;
  const { definition } = loss;
  const start = rowStart(call, r);
  if (definition.shape !== 'rowwise') return () => true;
  const label = call.labelled ? labelAt(call.target.data!, r) : -1;
  const row: { [name: string]: unknown } = { label, target: new Float64Array(width) };
  if (definition.target === 'classes') foldTarget(call, r, label, row.target as Float64Array);
  loss.inputs.forEach((name, j) => {
    row[name] = Float64Array.from({ length: width }, (_, k) => readAt(call, call.inputs[j]!, start + k * inner));
  });
  return (k) => counts(definition, i, row as never, k, parameters as never);
}

/** The error for row i, which a backend found to be out of domain. */
export function rowFault(call: Call, i: number): RangeError {
  const { loss, width, inner } = call;
  if (call.labelled) {
    const label = labelAt(call.target.data!, i);
    if (label < 0 || label >= width) return labelError(call, i);
  }
  const row = places(rowStart(call, i), width, inner);
  for (let k = 0; k < loss.inputs.length; k++) {
    const { hint } = loss.definition.inputs[k]!;
    const slot = call.inputs[k]!;
    const domain = inputDomain(call, k);
    const at = firstOutside(call, slot, domain, row, counted(call, k, i));
    if (at >= 0) return outside(call, loss.inputs[k]!, at, numberAt(slot.data!, at), domain, hint);
  }
  const { target } = call;
  if (!call.labelled && target.data !== null) {
    const scalar = target.length === call.n;
    const domain = targetDomain(call);
    const at = firstOutside(call, target, domain, scalar ? [i] : row, () => true);
    if (at >= 0) return outside(call, loss.targetName, at, numberAt(target.data, at), domain, '');
  }
  return new RangeError(`${loss.name}: the data of row ${i} is outside its domain`);
}

/** The places of a row's elements. */
const places = (start: number, width: number, inner: number): number[] =>
  Array.from({ length: width }, (_, k) => start + k * inner);

/** The first of these places whose number counts and is outside the domain; −1 if there is none. */
const firstOutside = (
  call: Call,
  slot: Slot,
  domain: Domain,
  row: readonly number[],
  isCounted: (k: number) => boolean,
): number => row.find((at, k) => !inDomain(domain, readAt(call, slot, at)) && isCounted(k)) ?? -1;
