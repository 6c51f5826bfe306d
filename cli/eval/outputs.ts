/** The files that `eval` writes, and where they may not lie. */
import type { FloatArray } from 'losskit';
import { partsOfName } from '../files/inputs.ts';
import { identityOf } from '../files/paths.ts';
import { InputError, UsageError } from '../lib/errors.ts';
import { type AnyLoss, type Derivative, inputNames } from '../lib/losses.ts';
import { axisOf, without } from './axis.ts';
import { NpyWriter, type Sink } from './npyWriter.ts';
import type { Part } from './part.ts';
import type { Precision } from './reading.ts';
import type { Request } from './request.ts';
import { Padded } from './shift.ts';
import { JsonOutput, TextFile, TextOutput } from './textWriter.ts';

/** Names of the files of derivatives: the given one, or one for each differentiable input. */
function pathsOf(loss: AnyLoss, option: string, path: string | undefined): string[] {
  const { differentiable } = loss.info;
  if (path === undefined) return [];
  if (!/\.npy$/i.test(path)) throw new UsageError(`--${option} writes a .npy file, not ${JSON.stringify(path)}`);
  return differentiable.length === 1 ? [path] : differentiable.map((name) => path.replace(/\.npy$/i, `.${name}.npy`));
}

export const gradPaths = ({ loss, grad }: Request): string[] => pathsOf(loss, 'grad', grad);
export const hessPaths = ({ loss, hess }: Request): string[] => pathsOf(loss, 'hess', hess);

/** Throws if an output is one of the inputs, or two outputs are one. */
export function checkOutputs(request: Request): void {
  const options = { grad: gradPaths(request), hess: hessPaths(request), out: request.out ?? [] };
  const outputs = Object.entries(options).flatMap(([name, paths]) =>
    [paths].flat().map((path) => [name, identityOf(path)] as const),
  );
  for (const [i, [name, path]] of outputs.entries()) {
    const other = outputs.slice(0, i).find(([, one]) => one === path);
    if (other) throw new UsageError(`--${other[0]} and --${name} name the same file`);
  }
  const lengths = Object.values(request.lengths).flat();
  const files = [...request.parts.flat(), ...request.weights, ...lengths].filter((file) => typeof file === 'string');
  for (const input of files) {
    const read = identityOf(partsOfName(input).file);
    if (outputs.some(([, path]) => path === read)) throw new UsageError(`${input} is an input; write to another file`);
  }
}

/** The shape of several arrays one after the other. */
export function stacked(shapes: readonly (readonly number[])[], what: string): readonly number[] {
  const [first] = shapes as [readonly number[]];
  if (shapes.length === 1) return first;
  const rest = first.slice(1).join(', ');
  const odd = shapes.find((shape) => shape.length === 0 || shape.slice(1).join(', ') !== rest);
  if (odd)
    throw new InputError(`${what} of shapes [${first.join(', ')}] and [${odd.join(', ')}] don't stack in one file`);
  return [shapes.reduce((n, shape) => n + shape[0]!, 0), ...first.slice(1)];
}

type Named = { readonly [input: string]: FloatArray };

/** What a call gives, of which derivatives are written. */
type Result = ReturnType<AnyLoss['valueAndGrad']> & { readonly hess?: Derivative };

/** A file of derivatives, and which of those of a call it gets. */
export interface Writer {
  readonly sink: Sink;
  readonly of: (result: Result) => FloatArray;
}

/** A writer for each gradient, and each second derivative. */
export function derivativeWriters(request: Request, parts: readonly Part[], precision: Precision): Writer[] {
  const inputs = inputNames(request.loss);
  const { differentiable } = request.loss.info;
  const writers = (paths: readonly string[], order: 'grad' | 'hess'): Writer[] =>
    paths.map((path, i) => {
      const name = differentiable[i]!;
      const shapes = parts.map(({ slots }) => slots[inputs.indexOf(name)]!.source.shape);
      const writer = new NpyWriter(path, precision, stacked(shapes, order === 'grad' ? 'gradients' : 'derivatives'));
      return {
        sink: request.shift ? new Padded(writer, parts) : writer,
        of: (result) => {
          const found = result[order]!;
          return differentiable.length === 1 ? (found as FloatArray) : (found as Named)[name]!;
        },
      };
    });
  return [...writers(gradPaths(request), 'grad'), ...writers(hessPaths(request), 'hess')];
}

/** Where the per-sample losses go. */
export function rowSink(request: Request, parts: readonly Part[], precision: Precision): Sink | null {
  const { out, byRow, json, loss } = request;
  if (!byRow) return null;
  const isNpy = out !== undefined && /\.npy$/i.test(out);
  if (!isNpy) {
    const { losses, slots } = parts[0]!;
    // Elements keep their rows, classes their images.
    const rows = losses ?? (loss.info.shape === 'pointwise' ? slots[0]!.source.shape : []);
    const columns = rows.slice(1).reduce((a, b) => a * b, 1);
    if (out !== undefined) return new TextFile(out, columns);
    return json ? new JsonOutput() : new TextOutput(columns);
  }
  // Classes of all images together are those of one part.
  if (request.parameters.overBatch === true) return new NpyWriter(out, precision, parts[0]!.losses!);
  const shapes = parts.map(({ slots, width, samples, losses }) => {
    if (losses !== undefined) return losses;
    const { source } = slots[0]!;
    const { shape } = source;
    if (loss.info.shape === 'pointwise') return shape;
    const rows = shape.length > 1 ? without(shape, axisOf(request, source)) : width === 0 ? [0] : [samples];
    return request.shift ? [...rows.slice(0, -1), rows.at(-1)! - 1] : rows;
  });
  if (loss.info.shape !== 'batch') return new NpyWriter(out, precision, stacked(shapes, 'losses'));
  return new NpyWriter(out, precision, [(loss.info.views ?? 1) * parts.reduce((n, { samples }) => n + samples, 0)]);
}
