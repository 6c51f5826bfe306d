/** What was wrong with the data: a backend names the sample, this finds the argument and the place. rowFault.ts has rows, ragged/ lists and sequences, regions/ images. */
import type { Domain } from '../../base/types.ts';
import { numberAt } from '../../base/widen.ts';
import { type Call, inPrecision } from '../../model/call.ts';
import type { Pointwise } from '../../model/definition.ts';
import type { Slot } from '../../model/slot.ts';

/** True if x is in the domain. NaN is in all: it propagates. */
export function inDomain(domain: Domain, x: number): boolean {
  switch (domain) {
    case 'nonNegative':
      return !(x < 0);
    case 'positive':
      return !(x <= 0);
    case 'aboveMinusOne':
      return !(x <= -1);
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
  aboveMinusOne: '> -1',
  unit: 'in [0, 1]',
  binary: '0 or 1',
  sign: '-1 or 1',
};

/** The domains of the inputs under the call's parameters. */
export function domainsOf({ loss, parameters }: Call): readonly Domain[] {
  const definition = loss.definition as Pointwise;
  const own = definition.domains?.(parameters as never);
  return definition.inputs.map(({ name, domain }) => own?.[name] ?? domain);
}

/** The error for element i, which a backend found to be out of domain. */
export function elementFault(call: Call, i: number): RangeError {
  const { loss, inputs } = call;
  const specs = loss.definition.inputs;
  const domains = domainsOf(call);
  // The first, if memory that others share has changed meanwhile.
  const k = Math.max(
    0,
    domains.findIndex((domain, k) => !inDomain(domain, readAt(call, inputs[k]!, i))),
  );
  return outside(call, loss.inputs[k]!, i, numberAt(inputs[k]!.data!, i), domains[k]!, specs[k]!.hint);
}

/** An element as the kernels see it. */
export const readAt = (call: Call, { data }: Slot, i: number): number => inPrecision(call, numberAt(data!, i));

/** The error for a number outside its domain. */
export function outside({ loss }: Call, arg: string, i: number, x: number, domain: Domain, hint: string): RangeError {
  const fix = hint === '' ? '' : `; ${hint}`;
  return new RangeError(`${loss.name}: ${arg}[${i}] = ${x} is out of range: it must be ${words[domain]}${fix}`);
}
