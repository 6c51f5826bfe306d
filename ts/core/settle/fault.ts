/** What was wrong with the data: a backend names the sample, this finds the argument and the place. */
import type { Domain } from '../base/types.ts';
import type { Call } from '../model/call.ts';
import type { RowData, Rowwise } from '../model/definition.ts';
import { labelAt, labelError } from '../read/labels.ts';
import { foldTarget } from './fold.ts';

/** True if x is in the domain. NaN is in all: it propagates. */
export function inDomain(domain: Domain, x: number): boolean {
  switch (domain) {
    case 'nonNegative':
      return !(x < 0);
    case 'positive':
      return !(x <= 0);
    case 'unit':
      return !(x < 0 || x > 1);
    case 'binary':
      return x === 0 || x === 1 || Number.isNaN(x);
    case 'sign':
      return x === 1 || x === -1 || Number.isNaN(x);
    default:
      return true;
  }
}

const words: { readonly [D in Domain]: string } = {
  real: 'a number',
  nonNegative: '>= 0',
  positive: '> 0',
  unit: 'in [0, 1]',
  binary: '0 or 1',
  sign: '-1 or 1',
};

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
  const { loss, width, parameters } = call;
  const { definition } = loss;
  if (definition.shape !== 'rowwise') return () => true;
  const label = call.labelled ? labelAt(call.target.data!, r) : -1;
  const row: { [name: string]: unknown } = { label, target: new Float64Array(width) };
  if (definition.target === 'classes') foldTarget(call, r, label, row.target as Float64Array);
  loss.inputs.forEach((name, j) => {
    row[name] = Float64Array.from({ length: width }, (_, k) => call.inputs[j]!.data![r * width + k] as number);
  });
  return (k) => counts(definition, i, row as never, k, parameters as never);
}

/** The error for sample i, which a backend found to be out of domain. */
export function faultError(call: Call, i: number): RangeError {
  const { loss, width } = call;
  const rows = loss.shape === 'rowwise';
  if (call.labelled) {
    const label = labelAt(call.target.data!, i);
    if (label < 0 || label >= width) return labelError(call, i);
  }
  const from = rows ? i * width : i;
  const to = rows ? from + width : i + 1;
  for (let k = 0; k < loss.inputs.length; k++) {
    const { name, hint } = loss.definition.inputs[k]!;
    const { data } = call.inputs[k]!;
    const domain = inputDomain(call, k);
    const at = firstOutside(data!, domain, from, to, counted(call, k, i));
    if (at >= 0) return outside(call, name, at, Number(data![at]), domain, hint);
  }
  const { data } = call.target;
  if (!call.labelled && data !== null) {
    const scalar = data.length === call.n;
    const domain = targetDomain(call);
    const at = firstOutside(data, domain, scalar ? i : from, scalar ? i + 1 : to, () => true);
    if (at >= 0) return outside(call, loss.targetName, at, Number(data[at]), domain, '');
  }
  return new RangeError(`${loss.name}: the data of ${rows ? 'row' : 'element'} ${i} is outside its domain`);
}

/** The place of the first number of a range that counts and is outside the domain; −1 if there is none. */
function firstOutside(
  data: ArrayLike<unknown>,
  domain: Domain,
  from: number,
  to: number,
  isCounted: (k: number) => boolean,
): number {
  for (let i = from; i < to; i++) if (!inDomain(domain, Number(data[i])) && isCounted(i - from)) return i;
  return -1;
}

function outside({ loss }: Call, arg: string, i: number, x: number, domain: Domain, hint: string): RangeError {
  const fix = hint === '' ? '' : `; ${hint}`;
  return new RangeError(`${loss.name}: ${arg}[${i}] = ${x} is out of range: it must be ${words[domain]}${fix}`);
}
