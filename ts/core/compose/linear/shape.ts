/** N, D and K: the sizes of hidden [N, D] and weight [K, D]. Shapes and options have to agree. */

import { rangeError, words } from '../../base/errors.ts';
import type { Call } from '../../model/call.ts';
import type { Slot } from '../../model/slot.ts';
import { text } from '../../read/axis.ts';
import { sizeOf } from '../../read/read.ts';
import { takeShape } from '../../settle/shape.ts';

/** Rows of hidden, elements of a row, rows of weight; and the leading dimensions of hidden, whose product the rows are. */
export interface Layer {
  readonly rows: number;
  readonly dim: number;
  readonly classes: number;
  readonly lead: readonly number[];
}

/** A size, and what said it. */
interface Said {
  readonly size: number;
  readonly by: string;
}

/** Settles the sizes; throws where something doesn't fit, or where nothing says how flat arrays are cut. */
export function settleLayer(call: Call): Layer {
  const { loss, dim: statedDim, classes: statedClasses, batch } = call;
  const { name } = loss;
  const [hidden, weight] = call.inputs as [Slot, Slot];
  if (call.shape !== null) takeShape(call, call.shape);
  const own = hidden.shape !== null && hidden.shape.length > 1 ? hidden.shape : null;
  const matrix = matrixOf(call, weight);

  const dim = agreed(name, [
    own && { size: own.at(-1)!, by: `hidden of shape ${text(own)}` },
    matrix && { size: matrix[1], by: `weight of shape ${text(matrix)}` },
    statedDim >= 0 ? { size: statedDim, by: `dim = ${statedDim}` } : null,
    statedClasses >= 0 ? cut(name, 'weight', weight.length, statedClasses, `classes = ${statedClasses}`) : null,
    batch > 0 ? cut(name, 'hidden', hidden.length, batch, `batch = ${batch}`) : null,
  ]);
  if (dim === null) {
    const fix = 'give { dim } (D), { classes } (K) or { batch } (N)';
    throw new RangeError(`${name}: hidden and weight are flat, and the length of their rows isn't known; ${fix}`);
  }
  const { size, by } = dim;
  if (size === 0) throw rangeError(name, 'hidden', 'rows of at least one element', words(by));
  const rows = cut(name, 'hidden', hidden.length, size, by, 'rows').size;
  const classes = cut(name, 'weight', weight.length, size, by, 'rows').size;
  if (classes === 0) throw rangeError(name, 'weight', 'at least one row', words(`length ${weight.length}`));
  check(name, 'classes', statedClasses, classes, 'rows of weight');
  check(name, 'batch', batch, rows, 'rows of hidden');
  return { rows, dim: size, classes, lead: own === null ? [rows] : own.slice(0, -1) };
}

/** The shape of a weight that brings one. */
function matrixOf({ loss }: Call, { shape }: Slot): readonly [number, number] | null {
  if (shape === null || shape.length < 2) return null;
  if (shape.length === 2) return shape as unknown as readonly [number, number];
  throw rangeError(loss.name, 'weight', 'of shape [K, D]', words(`shape ${text(shape)}`));
}

/** What all say, or an error that names the first two that don't agree; null if nothing is said. */
function agreed(fn: string, all: readonly (Said | null)[]): Said | null {
  const said = all.filter((x) => x !== null);
  const [first] = said;
  if (first === undefined) return null;
  const other = said.find(({ size }) => size !== first.size);
  if (other === undefined) return first;
  const what = `rows of ${first.size}, as ${first.by}`;
  throw rangeError(
    fn,
    other.by.startsWith('dim') ? 'dim' : 'weight',
    what,
    words(`rows of ${other.size}: ${other.by}`),
  );
}

/** How often a size goes into an array's length. */
function cut(fn: string, arg: string, length: number, by: number, source: string, what = ''): Said {
  if (by > 0 && length % by === 0) return { size: length / by, by: source };
  const expected = `of a length that is a multiple of ${by} (${source})`;
  throw rangeError(fn, arg, expected, words(`length ${length}`), what === '' ? '' : `its ${what} have ${by} elements`);
}

function check(fn: string, option: string, stated: number, size: number, what: string): void {
  if (stated >= 0 && stated !== size) throw rangeError(fn, option, `${size}, the number of ${what}`, stated);
}

/** The shape of the scores: a row of classes in place of each row of hidden. */
export const scoreShape = ({ lead, classes }: Layer): readonly number[] => [...lead, classes];

/** Whether targets have one number a row, where there is one class: then scores have the shape of the rows. */
export const isOfRows = ({ lead, classes }: Layer, { shape }: Slot): boolean =>
  classes === 1 && shape !== null && shape.length === lead.length && sizeOf(shape) === sizeOf(lead);
