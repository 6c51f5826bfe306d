/** How the data is cut into elements and rows: every shape, length and width option has to agree. */

import { rangeError, words } from '../base/errors.ts';
import type { Call } from '../model/call.ts';
import type { Slot } from '../model/slot.ts';
import { axisOf, text, without } from '../read/axis.ts';
import { sizeOf } from '../read/read.ts';

/** All inputs have one length, and one shape where they have any: their own, or as the options say. */
export function checkLengths(call: Call): number {
  const { name, inputs } = call.loss;
  const first = call.inputs[0]!;
  const { length } = first;
  for (let i = 1; i < inputs.length; i++) {
    const other = call.inputs[i]!;
    if (other.length !== length) {
      throw differ(name, 'length', inputs[0]!, length, inputs[i]!, other.length);
    }
    if (other.shape !== null && first.shape !== null) {
      checkSame(name, inputs[0]!, first.shape, inputs[i]!, other.shape);
    }
  }
  return length;
}

/** Gives the first input, if it is flat, the shape of the options. */
export function takeShape({ loss, inputs }: Call, shape: readonly number[]): void {
  const slot = inputs[0]!;
  const arg = loss.inputs[0]!;
  if (slot.shape !== null && slot.shape.length > 1) checkSame(loss.name, arg, slot.shape, 'shape', shape);
  if (slot.length !== sizeOf(shape)) {
    throw rangeError(loss.name, 'shape', `that of the ${slot.length} elements of ${arg}`, words(text(shape)));
  }
  slot.shape = shape;
}

/** Two shapes are the same, or it is a RangeError. */
export function checkSame(fn: string, a: string, x: readonly number[], b: string, y: readonly number[]): void {
  let same = x.length === y.length;
  for (let i = 0; same && i < x.length; i++) same = x[i] === y[i];
  if (!same) throw differ(fn, 'shape', a, text(x), b, text(y));
}

/** The error for inputs a and b, which are x and y in length or in shape. */
function differ(fn: string, what: string, a: string, x: unknown, b: string, y: unknown): RangeError {
  const got = `${b} of ${what} ${y} and ${a} of ${what} ${x}`;
  return new RangeError(
    `${fn}: ${b} must have the ${what} of ${a}, got ${got}; nothing is broadcast: reshape or repeat one of them`,
  );
}

/** The error for a first input that is as long as it may not be. */
const lengthError = ({ loss, inputs }: Call, expected: string): RangeError =>
  rangeError(loss.name, loss.inputs[0]!, expected, words(`length ${inputs[0]!.length}`));

const widthOptions = ['classes', 'dim'] as const;

/** The row width that shapes and options say, all agreeing; −1 if nothing says it. */
export function statedWidth(call: Call, length: number): number {
  const { name, inputs } = call.loss;
  const { batch } = call;
  let width = -1;
  let source = '';
  for (let i = 0; i < inputs.length && width < 0; i++) {
    const { shape } = call.inputs[i]!;
    if (shape === null || shape.length < 2) continue;
    const axis = axisOf(call, shape);
    width = shape[axis]!;
    call.inner = sizeOf(shape.slice(axis + 1));
    source = `${inputs[i]!} of shape ${text(shape)}`;
    const rows = sizeOf(without(shape, axis));
    if (batch >= 0 && batch !== rows) throw rangeError(name, 'batch', `${rows}, as for ${source}`, batch);
  }
  if (width < 0 && call.axis !== -1) checkFlatAxis(call);
  for (const option of widthOptions) {
    const stated = call[option];
    if (stated < 0) continue;
    if (width >= 0 && width !== stated) throw rangeError(name, option, `${width}, as for ${source}`, stated);
    width = stated;
    source = `${option} = ${width}`;
  }
  if (batch >= 0 && width >= 0 && batch * width !== length) {
    throw lengthError(call, `of length ${batch * width} (batch = ${batch}, ${source})`);
  }
  if (batch > 0 && width < 0) {
    if (length % batch !== 0) throw lengthError(call, `of a length that is a multiple of batch = ${batch}`);
    return length / batch;
  }
  if (batch === 0 && length > 0) throw lengthError(call, 'empty (batch = 0)');
  if (width > 0 && length % width !== 0) {
    throw lengthError(call, `of a length that is a multiple of ${width} (${source})`);
  }
  if (width === 0 && length > 0) throw lengthError(call, `empty (${source})`);
  return width;
}

/** Flat inputs are one row, or rows with the classes last. */
export function checkFlatAxis({ loss, inputs, axis }: Call): void {
  if (axis === 0 && inputs[0]!.shape !== null) return;
  const fix = `give { shape }, say { shape: [2, 21, 64, 64], axis: 1 }`;
  throw rangeError(loss.name, 'axis', `-1 where ${loss.inputs[0]!} is flat`, axis, fix);
}

/** The error for flat rows whose width nothing says. */
export function unknownWidth(call: Call): RangeError {
  const { name, inputs } = call.loss;
  const example = inputs[0] === 'logits' || inputs[0] === 'p' || inputs[0] === 'logp' ? 'classes: 10' : 'dim: 384';
  const fix = `give the row width, say { ${example} }, the number of rows as { batch }, or { shape }`;
  return new RangeError(`${name}: ${inputs[0]!} is flat, and its row width isn't known; ${fix}`);
}

/** The number of a vector's elements has to be the row width. */
export function checkVector(call: Call, option: string, vector: Float64Array, width: number): void {
  if (vector.length !== width) {
    const { length } = vector;
    const { axis } = call.loss.steps;
    const fix = axis?.fix(call, call.inputs[0]!.length / length, null) ?? '';
    const expected = `one number per class, ${width} in all${axis?.note(call) ?? ''}`;
    throw rangeError(call.loss.name, option, expected, length, fix);
  }
}

/** The width of elements that have one number a class: that which is known (−1 if nothing says it), or the number of classes. */
export function classWidth(call: Call, option: string, vector: Float64Array, known: number, length: number): number {
  if (known >= 0) {
    checkVector(call, option, vector, known);
    return known;
  }
  const width = vector.length;
  if (width > 0 && length % width === 0) return width;
  const expected = `one number per class, their number dividing the length ${length}`;
  throw rangeError(call.loss.name, option, expected, width);
}

/** What has one number a sample, and comes with a shape, has that of the samples: an input's, or its dimensions but that of the classes. */
export function checkSampleShape(call: Call, arg: string, { shape }: Slot): void {
  if (shape === null || shape.length < 2) return;
  const { loss, inputs, width } = call;
  const given = inputs.find((input) => input.shape !== null)?.shape;
  // Flat inputs are rows of what the options say; with nothing said, elements in a row.
  if (!given && width === 0) return;
  const whole = given ?? [inputs[0]!.length / width, width];
  const samples = without(whole, axisOf(call, whole));
  if (text(shape) === text(samples) || (loss.shape === 'pointwise' && text(shape) === text(whole))) return;
  const all = loss.shape === 'pointwise' ? `${text(whole)} or ` : '';
  const expected = `of shape ${all}${text(samples)}, as ${loss.inputs[0]!}`;
  throw rangeError(loss.name, arg, expected, words(`shape ${text(shape)}`), 'or flat');
}
