/** The losses of the package, by name. */
import * as losskit from 'losskit';
import { nearest } from '../../ts/core/base/errors.ts';
import { UsageError } from './errors.ts';
import { foreignNamed, foreignText } from './foreign.ts';

/** One array, or one for each of several inputs. */
export type Derivative = losskit.FloatArray | { readonly [input: string]: losskit.FloatArray };

/** A loss as the command line calls it: arguments and options are checked by the loss itself. */
export interface AnyLoss {
  (...args: unknown[]): number | losskit.FloatArray;
  valueAndGrad(...args: unknown[]): {
    value: number | losskit.FloatArray;
    grad: Derivative;
    totalWeight: number;
  };
  valueGradHess(...args: unknown[]): ReturnType<AnyLoss['valueAndGrad']> & { hess: Derivative };
  readonly info: losskit.LossInfo;
}

const isLoss = (x: unknown): x is AnyLoss => typeof x === 'function' && 'info' in x && 'valueAndGrad' in x;

/** Every loss, in alphabetical order, but for those with a linear layer before them, whose weight is no data. */
export const losses: readonly AnyLoss[] = Object.values(losskit as object)
  .filter(isLoss)
  .filter(({ info }) => info.shape !== 'linear');

const lossNames: readonly string[] = losses.map(({ info }) => info.name);

/** The names of the arrays of a call. */
export const inputNames = ({ info }: AnyLoss): string[] => info.inputs.map(({ name }) => name);

/** Whether class labels are among them, and not only scores. */
export const takesLabels = ({ info }: AnyLoss): boolean =>
  info.inputs.some(({ domain }) => domain === 'labels' || domain === 'classes');

/** The arrays of a call, as code. */
export function argumentsText(loss: AnyLoss): string {
  const text = inputNames(loss).join(', ');
  return loss.info.byName ? `{ ${text} }` : text;
}

/** The inputs that `--pred` and `--target` mean; labels go by either name. */
export function aliases(loss: AnyLoss): { readonly [alias: string]: string } {
  const { inputs } = loss.info;
  const others = inputs.filter(({ differentiable }) => !differentiable);
  const target = (others.find(({ name }) => name === 'target') ?? others.at(-1))?.name;
  const labels = target !== undefined && takesLabels(loss) ? { labels: target } : {};
  return { pred: inputs[0]!.name, ...labels, ...(target === undefined ? {} : { target }) };
}

/** The files of a call, as they are typed: `--pred pred.npy --target target.npy`. */
export function filesText(loss: AnyLoss): string {
  const short = Object.fromEntries(Object.entries(aliases(loss)).map(([alias, name]) => [name, alias]));
  const names = inputNames(loss).map((name) => (loss.info.inputs.length > 2 ? name : (short[name] ?? name)));
  return names.map((name) => `--${kebab(name)} ${kebab(name)}.npy`).join(' ');
}

/** `label-smoothing` and `labelSmoothing` are the same; so are names of losses. */
export const camel = (name: string): string => name.replace(/[-_]+([a-zA-Z0-9])/g, (_, c: string) => c.toUpperCase());

/** `labelSmoothing` as people type it: `label-smoothing`. */
export const kebab = (name: string): string => name.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`);

/** The loss of a name, in either spelling; undefined if there is none. */
export function lossOf(name: string): AnyLoss | undefined {
  const wanted = camel(name).toLowerCase();
  return losses.find(({ info }) => info.name.toLowerCase() === wanted);
}

/** The loss of a name, in either spelling. */
export function lossNamed(name: string): AnyLoss {
  const found = lossOf(name);
  if (found) return found;
  const wanted = camel(name);
  const [foreign] = foreignNamed(name);
  const near = nearest(wanted, lossNames) ?? lossNames.find((known) => isPart(wanted, known));
  const all = '`losskit list` shows them all';
  const hint = foreign ? foreignText(foreign) : near === undefined ? all : `did you mean ${near}?`;
  throw new UsageError(`there is no loss ${JSON.stringify(name)}; ${hint}`);
}

const isPart = (word: string, name: string): boolean =>
  word.length > 2 && name.toLowerCase().includes(word.toLowerCase());

/** The losses of a comma-separated list; all without one. */
export const lossesNamed = (list: string | undefined): readonly AnyLoss[] =>
  list === undefined
    ? losses
    : list
        .split(',')
        .filter((name) => name !== '')
        .map(lossNamed);
