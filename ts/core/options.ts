/** The options of a call: checked, and put into its record. */
import type { Call } from './call.ts';
import { defaultNumbers, numbersOf } from './compiled.ts';
import { rangeError, typeError, unknownOption } from './errors.ts';
import { readInput } from './inputs.ts';

/** Reads the options object. Nothing of it is kept but what the record holds. */
export function readOptions(call: Call, options: unknown): void {
  const { loss } = call;
  call.reduction = loss.shape === 'regularizer' ? 'sum' : 'mean';
  call.classes = -1;
  call.dim = -1;
  call.batch = -1;
  call.parameters = loss.defaults;
  call.numbers = defaultNumbers(loss);
  if (options === undefined) return;
  if (!isRecord(options)) throw typeError(loss.name, 'options', 'an object', options, argumentHint(call));

  let own: { [name: string]: unknown } | null = null;
  for (const key in options) {
    const value = options[key];
    if (value === undefined) {
      if (!loss.options.includes(key)) throw unknownOption(loss.name, key, loss.options);
      continue;
    }
    const parameter = Object.hasOwn(loss.parameters, key) ? loss.parameters[key] : undefined;
    if (parameter !== undefined) {
      own ??= { ...loss.defaults };
      own[key] = parameter.check(loss.name, key, value);
    } else if (loss.options.includes(key)) {
      common(call, key, value);
    } else {
      throw unknownOption(loss.name, key, loss.options);
    }
  }
  if (own !== null) {
    call.parameters = own;
    call.numbers = numbersOf(loss, own, false);
  }
}

/** An options object: no array, tensor or class instance given in its place. */
function isRecord(x: unknown): x is { readonly [name: string]: unknown } {
  if (typeof x !== 'object' || x === null || Array.isArray(x) || ArrayBuffer.isView(x)) return false;
  return !('array' in x || 'dataSync' in x || 'data' in x || 'toArray' in x);
}

const argumentHint = (call: Call): string => `${call.loss.name} takes (${call.loss.info.inputs.join(', ')}, options)`;

function common(call: Call, key: string, value: unknown): void {
  const { name } = call.loss;
  switch (key) {
    case 'reduction':
      if (typeof value !== 'string') throw typeError(name, key, "'mean', 'sum' or 'none'", value);
      if (value !== 'mean' && value !== 'sum' && value !== 'none') {
        throw rangeError(name, key, "'mean', 'sum' or 'none'", value);
      }
      call.reduction = value;
      return;
    case 'sampleWeight':
      readInput(call.weights, name, key, value);
      return;
    case 'classes':
      call.classes = count(name, key, value, 1);
      return;
    case 'dim':
      call.dim = count(name, key, value, 1);
      return;
    case 'batch':
      call.batch = count(name, key, value, 0);
      return;
    case 'out':
      call.out = value;
      return;
    default:
      call.hessOut = value;
  }
}

/** A whole number from `least` on. */
export function count(fn: string, name: string, x: unknown, least: number): number {
  if (typeof x !== 'number') throw typeError(fn, name, 'a number', x);
  if (!(Number.isSafeInteger(x) && x >= least)) throw rangeError(fn, name, `a whole number >= ${least}`, x);
  return x;
}
