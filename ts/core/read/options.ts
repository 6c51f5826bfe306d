/** The options of a call: checked, and put into its record. */

import { typeError, unknownOption, wrong } from '../base/errors.ts';
import { bare } from '../base/keys.ts';
import { counts, isObject, Properties } from '../base/properties.ts';
import type { Call } from '../model/call.ts';
import { readInput } from './inputs.ts';
import { checkSizes, wholeNumber } from './read.ts';
import { readVector } from './vector.ts';

/** Reads the options, each property once, unless that was done before (`Properties`). */
export function readOptions(call: Call, options: unknown): void {
  if (call.loss.shape === 'regularizer') call.reduction = 'sum';
  if (options === undefined) return;
  const given = options instanceof Properties ? options.record : options;
  if (!isObject(given)) throw noRecord(call, given);
  if (options instanceof Properties) {
    if (options.names.length === 0 && !isRecord(given)) throw noRecord(call, given);
    call.given = options;
    for (let i = 0; i < options.names.length; i++)
      readOption(call, options.record, options.names[i]!, options.values[i]);
    return;
  }
  // Only a call that is to be remembered needs all of them afterwards.
  const all = call.repeat === null ? null : new Properties(given);
  let isEmpty = true;
  for (const name in given) {
    isEmpty = false;
    if (!counts(given, name)) continue;
    const value = (given as { readonly [name: string]: unknown })[name];
    all?.add(name, value);
    readOption(call, given, name, value);
  }
  if (isEmpty && !isRecord(given)) throw noRecord(call, given);
  call.given = all;
}

function readOption(call: Call, record: object, name: string, value: unknown): void {
  const { loss } = call;
  if (!loss.optionSet.has(name)) {
    throw isRecord(record)
      ? unknownOption(loss.name, name, loss.options, loss.steps.refused?.[name])
      : noRecord(call, record);
  }
  if (value === undefined || common(call, name, value)) return;
  const { kind, check } = loss.parameters[name]!;
  const checked = check(loss.name, name, kind === 'vector' ? readVector(loss.name, name, value) : value);
  if (call.parameters === loss.defaults) call.parameters = bare(loss.defaults);
  (call.parameters as { [name: string]: unknown })[name] = checked;
}

/** False for an array, a tensor or a buffer given in the place of options. */
export const isRecord = (x: object): boolean => !('array' in x || 'dataSync' in x || 'data' in x || 'toArray' in x);

function noRecord(call: Call, options: unknown): TypeError {
  const { name, info } = call.loss;
  const names = info.inputs.map((input) => input.name).join(', ');
  const inputs = info.byName ? `{ ${names} }` : names;
  return typeError(name, 'options', 'an object', options, `${name} takes (${inputs}, options)`);
}

/** Reads an option that isn't one of the loss's own parameters; false if it is one of them. */
function common(call: Call, key: string, value: unknown): boolean {
  const { name } = call.loss;
  switch (key) {
    case 'reduction':
      if (value !== 'mean' && value !== 'sum' && value !== 'none') {
        throw wrong(name, key, "'mean', 'sum' or 'none'", value, 'string');
      }
      call.reduction = value;
      return true;
    case 'sampleWeight':
      call.weights = readInput(call, key, value);
      return true;
    case 'divisor':
      call.divisor = finite(name, key, value, 'finite and > 0', (x) => x > 0);
      return true;
    case 'classes':
      call.classes = count(name, key, value, 1);
      return true;
    case 'dim':
      call.dim = count(name, key, value, 1);
      return true;
    case 'batch':
      call.batch = count(name, key, value, 0);
      return true;
    case 'shape':
      call.shape = checkSizes(name, key, value);
      return true;
    case 'axis':
      call.axis = wholeNumber(name, key, value);
      return true;
    case 'out':
      call.out = value;
      return true;
    case 'hessOut':
      call.hessOut = value;
      return true;
    case 'hessianFloor':
      call.hessianFloor = finite(name, key, value, 'finite and >= 0', (x) => x >= 0);
      return true;
    default:
      return false;
  }
}

/** A finite number of a domain. */
function finite(fn: string, name: string, x: unknown, domain: string, holds: (x: number) => boolean): number {
  if (!(Number.isFinite(x) && holds(x as number))) throw wrong(fn, name, domain, x, 'number');
  return x as number;
}

/** A whole number from `least` on. */
export function count(fn: string, name: string, x: unknown, least: number): number {
  if (!(Number.isSafeInteger(x) && (x as number) >= least)) {
    throw wrong(fn, name, `a whole number >= ${least}`, x, 'number');
  }
  return x as number;
}
