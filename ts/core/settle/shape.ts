/** How the data is cut into elements and rows: every shape, length and width option has to agree. */

import { rangeError } from '../base/errors.ts';
import type { Call } from '../model/call.ts';
import type { Slot } from '../model/slot.ts';

const product = (shape: readonly number[], end: number): number => {
  let size = 1;
  for (let i = 0; i < end; i++) size *= shape[i]!;
  return size;
};

const text = (shape: readonly number[]): string => `[${shape.join(', ')}]`;

/** All inputs have one length, and one shape where they have any. */
export function checkLengths(call: Call): number {
  const { name, inputs } = call.loss;
  const first = call.inputs[0]!;
  const { length } = first;
  for (let i = 1; i < inputs.length; i++) {
    const other = call.inputs[i]!;
    if (other.length !== length) {
      const got = `${inputs[i]!} of length ${other.length} and ${inputs[0]!} of length ${length}`;
      throw new RangeError(`${name}: ${inputs[i]!} must be as long as ${inputs[0]!}, got ${got}; nothing is broadcast`);
    }
    if (other.shape !== null && first.shape !== null) {
      checkSame(name, inputs[0]!, first.shape, inputs[i]!, other.shape);
    }
  }
  return length;
}

/** Two shapes are the same, or it is a RangeError. */
export function checkSame(fn: string, a: string, x: readonly number[], b: string, y: readonly number[]): void {
  let same = x.length === y.length;
  for (let i = 0; same && i < x.length; i++) same = x[i] === y[i];
  if (!same) {
    const got = `${a} of shape ${text(x)} and ${b} of shape ${text(y)}`;
    throw new RangeError(
      `${fn}: ${b} must have the shape of ${a}, got ${got}; nothing is broadcast, reshape one of them`,
    );
  }
}

/** The row width that shapes and options say, all agreeing; −1 if nothing says it. */
export function statedWidth(call: Call, length: number): number {
  const { name, inputs } = call.loss;
  let width = -1;
  let source = '';
  for (let i = 0; i < inputs.length; i++) {
    const shape = call.inputs[i]!.shape;
    if (shape !== null && shape.length > 1 && width < 0) {
      width = shape[shape.length - 1]!;
      source = `${inputs[i]!} of shape ${text(shape)}`;
      const rows = product(shape, shape.length - 1);
      if (call.batch >= 0 && call.batch !== rows) {
        throw rangeError(name, 'batch', `${rows}, as for ${source}`, call.batch);
      }
    }
  }
  if (call.classes >= 0) {
    if (width >= 0 && width !== call.classes)
      throw rangeError(name, 'classes', `${width}, as for ${source}`, call.classes);
    width = call.classes;
    source = `classes = ${width}`;
  }
  if (call.dim >= 0) {
    if (width >= 0 && width !== call.dim) throw rangeError(name, 'dim', `${width}, as for ${source}`, call.dim);
    width = call.dim;
    source = `dim = ${width}`;
  }
  if (call.batch >= 0) width = widthOfBatch(call, length, width, source);
  if (width > 0 && length % width !== 0) {
    throw rangeError(name, inputs[0]!, `of a length that is a multiple of ${width} (${source})`, `length ${length}`);
  }
  if (width === 0 && length > 0) throw rangeError(name, inputs[0]!, `empty (${source})`, `length ${length}`);
  return width;
}

function widthOfBatch(call: Call, length: number, width: number, source: string): number {
  const { name, inputs } = call.loss;
  const { batch } = call;
  if (width >= 0) {
    if (batch * width !== length) {
      throw rangeError(
        name,
        inputs[0]!,
        `of length ${batch * width} (batch = ${batch}, ${source})`,
        `length ${length}`,
      );
    }
    return width;
  }
  if (batch === 0) {
    if (length > 0) throw rangeError(name, 'batch', `> 0 for ${inputs[0]!} of length ${length}`, 0);
    return -1;
  }
  if (length % batch !== 0) {
    throw rangeError(name, inputs[0]!, `of a length that is a multiple of batch = ${batch}`, `length ${length}`);
  }
  return length / batch;
}

/** The error for flat rows whose width nothing says. */
export function unknownWidth(call: Call): RangeError {
  const { name, inputs } = call.loss;
  const example = inputs[0] === 'logits' || inputs[0] === 'p' || inputs[0] === 'logp' ? 'classes: 10' : 'dim: 384';
  const fix = `give the row width, say { ${example} }, or the number of rows as { batch }`;
  return new RangeError(`${name}: ${inputs[0]!} is flat, and its row width isn't known; ${fix}`);
}

/** The number of a vector's elements has to be the row width. */
export function checkVector(call: Call, option: string, vector: Float64Array, width: number): void {
  if (vector.length !== width) {
    throw rangeError(call.loss.name, option, `one number per class, ${width} in all`, `${vector.length}`);
  }
}

/** What has one number a sample, and comes with a shape, has that of the samples: an input's, or its leading dimensions. */
export function checkSampleShape(call: Call, arg: string, { shape }: Slot): void {
  if (shape === null || shape.length < 2) return;
  const { loss, inputs, width } = call;
  const given = inputs.find((input) => input.shape !== null)?.shape;
  // Flat inputs are rows of what the options say; with nothing said, elements in a row.
  if (!given && width === 0) return;
  const whole = given ?? [inputs[0]!.length / width, width];
  if (shape.every((size, i) => size === whole[i])) return;
  const all = loss.shape === 'pointwise' ? `${text(whole)} or ` : '';
  const expected = `of shape ${all}${text(whole.slice(0, -1))}, as ${loss.inputs[0]!}`;
  throw rangeError(loss.name, arg, expected, `shape ${text(shape)}`, 'or flat');
}
