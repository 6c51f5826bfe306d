/** The arguments of the loss of an objective. */
import { reading, typeError } from '../base/errors.ts';
import { recordOf } from '../base/keys.ts';
import { isObject } from '../base/properties.ts';
import { innerOf } from '../facade/facade.ts';
import { ResidentBuffer } from '../memory/resident.ts';
import { isRecord } from '../read/options.ts';

/** What a loss gets, and the arrays that it writes into as its own options say. */
export interface LossArguments {
  readonly args: readonly unknown[];
  readonly outs: readonly unknown[];
}

/** The arguments as they are now: options are read once, here, and the loss sees what they said. */
export function argumentsOf(loss: unknown, inputs: unknown): LossArguments {
  return reading('objective', () => {
    const fix = 'wrap the arguments of the loss in an array';
    // No loss takes more arguments than four.
    if (!Array.isArray(inputs) || inputs.length > 4) {
      throw typeError('objective', 'inputs', '[pred, target, options?]', inputs, fix);
    }
    const args: unknown[] = [...inputs];
    const place = innerOf(loss)?.arity ?? -1;
    const given = args[place < 0 ? args.length - 1 : place];
    if (!isObject(given) || !(place < 0 ? isOrdinary(given) : isRecord(given))) return { args, outs: [] };
    const options = readNow(given as { reduction?: unknown; out?: unknown; hessOut?: unknown });
    if (options.reduction === 'none') {
      throw new RangeError(
        "objective: reduction must be 'mean' or 'sum', got 'none'; a penalty adds to a single value",
      );
    }
    args[place < 0 ? args.length - 1 : place] = options;
    if (isArrays(options.out)) options.out = readNow(options.out);
    if (isArrays(options.hessOut)) options.hessOut = readNow(options.hessOut);
    return { args, outs: [...arraysIn(options.out), ...arraysIn(options.hessOut)] };
  });
}

/** Of a function that isn't a loss of the package the last argument may be an object of any kind: an ordinary one is options. */
const isOrdinary = (x: object): boolean => {
  const prototype = Object.getPrototypeOf(x);
  return prototype === Object.prototype || prototype === null;
};

/** What a record says, each property read once: of ordinary objects by the short way, which copies what is their own. */
const readNow = <T extends object>(x: T): T => (Object.getPrototypeOf(x) === Object.prototype ? { ...x } : recordOf(x));

/** A record of arrays, as against one. */
const isArrays = (x: unknown): x is object => isObject(x) && !(x instanceof ResidentBuffer);

const arraysIn = (x: unknown): readonly unknown[] => (x === undefined ? [] : isArrays(x) ? Object.values(x) : [x]);
