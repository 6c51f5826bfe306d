/** Calls of any loss: what they are made of, and how they are made. */
import type { InputInfo, LossInfo } from '../../ts/index.ts';
import type { Library } from './instances.ts';
import type { Ref } from './world.ts';

export type Options = { [name: string]: unknown };
export type Named = { readonly [name: string]: Ref };

/** What an input's numbers are: of its domain, or labels of sequences, none of them the blank. */
export type Drawn = InputInfo['domain'] | 'spelt';

/** A call that can be made any number of times, of any instance. */
export interface Call {
  readonly info: LossInfo;
  order: 0 | 1 | 2;
  readonly inputs: Named;
  readonly domains: { readonly [name: string]: Drawn };
  /** Labels are below it. */
  readonly width: number;
  /** Options that aren't arrays. */
  readonly options: Options;
  weights: Ref | null;
  readonly outs: Named | null;
  readonly hessOuts: Named | null;
  /** A call that the options make while they are read. */
  while: Call | null;
  /** The one options object that this call gives the library under test. */
  readonly given: Options;
}

/** The arrays that derivatives of the call's order are written into. */
export const outsOf = ({ order, outs, hessOuts }: Call): Ref[] => [
  ...Object.values((order > 0 && outs) || {}),
  ...Object.values((order > 1 && hessOuts) || {}),
];

/** All arguments that are arrays. */
export const refsOf = (call: Call): Ref[] => [
  ...Object.values(call.inputs),
  ...(call.weights === null ? [] : [call.weights]),
  ...outsOf(call),
];

/** Whether none of its inputs and weights was freed. */
export const inputsAlive = ({ inputs, weights }: Call): boolean =>
  [...Object.values(inputs), ...(weights === null ? [] : [weights])].every(({ region }) => !region.isFreed);

/** The array arguments, as the loss takes them; `give` says what stands for each. */
export function argumentsOf({ info, inputs }: Call, give: (ref: Ref) => unknown): unknown[] {
  const named = Object.fromEntries(Object.entries(inputs).map(([name, ref]) => [name, give(ref)]));
  return info.byName ? [named] : Object.values(named);
}

/** Makes the call; `give` says what stands for an argument, and the options go into `options`, the reading of which does `meanwhile`. */
export function make(
  library: Library,
  call: Call,
  give: (ref: Ref) => unknown,
  options: Options,
  meanwhile: (() => void) | null = null,
): unknown {
  const { info, order, weights, outs, hessOuts } = call;
  const derivatives = (refs: Named) => {
    const named = Object.fromEntries(Object.entries(refs).map(([name, ref]) => [name, give(ref)]));
    return info.differentiable.length === 1 ? Object.values(named)[0] : named;
  };
  for (const name of Object.keys(options)) delete options[name];
  Object.assign(options, call.options);
  if (weights !== null) options.sampleWeight = give(weights);
  if (outs !== null && order > 0) options.out = derivatives(outs);
  if (hessOuts !== null && order > 1) options.hessOut = derivatives(hessOuts);
  if (meanwhile !== null) interrupt(options, meanwhile);
  const loss = library[info.name];
  const run = [loss, loss.valueAndGrad, loss.valueGradHess][order];
  return run(...argumentsOf(call, give), options);
}

/** Makes the first option one that does something when it is read. */
function interrupt(options: Options, meanwhile: () => void): void {
  const [name, value] = Object.entries(options)[0] ?? [];
  if (name === undefined) return;
  const get = () => {
    meanwhile();
    return value;
  };
  Object.defineProperty(options, name, { get, enumerable: true, configurable: true });
}
