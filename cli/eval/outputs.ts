/** The files that `eval` writes, and where they may not lie. */
import { partsOfName } from '../files/inputs.ts';
import { identityOf } from '../files/paths.ts';
import { InputError, UsageError } from '../lib/errors.ts';
import { inputNames } from '../lib/losses.ts';
import { axisOf, without } from './axis.ts';
import { NpyWriter, type Sink } from './npyWriter.ts';
import type { Part } from './part.ts';
import type { Precision } from './reading.ts';
import type { Request } from './request.ts';
import { Padded } from './shift.ts';
import { JsonOutput, TextFile, TextOutput } from './textWriter.ts';

/** Names of the gradient files: the given one, or one for each differentiable input. */
export function gradPaths({ grad, loss }: Request): string[] {
  const { differentiable } = loss.info;
  if (grad === undefined) return [];
  if (!/\.npy$/i.test(grad)) throw new UsageError(`--grad writes a .npy file, not ${JSON.stringify(grad)}`);
  return differentiable.length === 1 ? [grad] : differentiable.map((name) => grad.replace(/\.npy$/i, `.${name}.npy`));
}

/** Throws if an output is one of the inputs, or two outputs are one. */
export function checkOutputs(request: Request): void {
  const outputs = [...gradPaths(request), ...(request.out === undefined ? [] : [request.out])].map(identityOf);
  if (new Set(outputs).size < outputs.length) throw new UsageError('--grad and --out name the same file');
  for (const input of [...request.parts.flat(), ...request.weights]) {
    if (outputs.includes(identityOf(partsOfName(input).file)))
      throw new UsageError(`${input} is an input; write to another file`);
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

/** A writer for each gradient. */
export function gradWriters(request: Request, parts: readonly Part[], precision: Precision): Sink[] {
  const inputs = inputNames(request.loss);
  const shapes = request.loss.info.differentiable.map((name) => {
    const k = inputs.indexOf(name);
    return stacked(
      parts.map(({ slots }) => slots[k]!.source.shape),
      'gradients',
    );
  });
  return gradPaths(request).map((path, i) => {
    const writer = new NpyWriter(path, precision, shapes[i]!);
    return request.shift ? new Padded(writer, parts) : writer;
  });
}

/** Where the per-sample losses go. */
export function rowSink(request: Request, parts: readonly Part[], precision: Precision): Sink | null {
  const { out, byRow, json, loss } = request;
  if (!byRow) return null;
  const isNpy = out !== undefined && /\.npy$/i.test(out);
  if (!isNpy) {
    const { shape } = parts[0]!.slots[0]!.source;
    // Elements keep their rows.
    const columns = loss.info.shape === 'pointwise' ? shape.slice(1).reduce((a, b) => a * b, 1) : 1;
    if (out !== undefined) return new TextFile(out, columns);
    return json ? new JsonOutput() : new TextOutput(columns);
  }
  const shapes = parts.map(({ slots, width, samples }) => {
    const { source } = slots[0]!;
    const { shape } = source;
    if (loss.info.shape === 'pointwise') return shape;
    const rows = shape.length > 1 ? without(shape, axisOf(request, source)) : width === 0 ? [0] : [samples];
    return request.shift ? [...rows.slice(0, -1), rows.at(-1)! - 1] : rows;
  });
  if (loss.info.shape !== 'batch') return new NpyWriter(out, precision, stacked(shapes, 'losses'));
  return new NpyWriter(out, precision, [(loss.info.views ?? 1) * parts.reduce((n, { samples }) => n + samples, 0)]);
}
