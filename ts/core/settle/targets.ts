/** Targets of the rowwise losses: labels or dense. */

import { rangeError, typeError, words } from '../base/errors.ts';
import { isFloat as hasPrecision, type TypedArray } from '../base/typed.ts';
import { type Call, takesDense } from '../model/call.ts';
import { axisFix, axisNote, axisOf, text, without } from '../read/axis.ts';
import { asLabels } from '../read/tensor.ts';
import { settleWidth } from './rows.ts';
import { statedWidth, unknownWidth } from './shape.ts';

/** Settles the rows of a loss of classes. */
export const settleClasses = (call: Call, length: number): void => settleWidth(call, widthOf(call, length), length);

/** Decides between labels and dense targets, and with that the row width. */
function widthOf(call: Call, length: number): number {
  let width = statedWidth(call, length);
  if (width < 0) width = widthFromTarget(call, length, isInteger(call), takesDense(call.loss.definition));
  settleTarget(call, width === 0 ? 0 : length / width, width, length);
  return width;
}

/** Whether a target can't but be labels, where both fit. */
const isInteger = ({ target }: Call): boolean => !target.plain && !hasPrecision(target.data!);

/** Decides between labels of so many rows and dense targets. */
export function settleTarget(call: Call, rows: number, width: number, length: number): void {
  const { target } = call;
  const { name } = call.loss;
  const count = target.length;
  const mayBeDense = takesDense(call.loss.definition);
  // Where both fit (one class a row, or no rows), the shape decides, and without one an integer array is labels; of no rows, or beside
  // ignoreIndex, an untyped one as well.
  const isLabels = target.plain && (count === 0 || isOfRows(call) || hasIgnored(call));
  const isFloat = (!isInteger(call) && !isLabels) || isOfScores(call);
  call.labelled = count === rows && !(mayBeDense && count === length && isFloat);
  if (call.labelled) {
    checkLabelShape(call);
    target.data = labels(call);
    return;
  }
  if (!mayBeDense || count !== length) {
    const dense = mayBeDense ? `${rows} labels or ${length} dense targets` : `${rows} labels`;
    const expected = `${dense}, for ${rows} rows of ${width} classes${axisNote(call)}`;
    const fix = axisFix(call, count, target.shape) || (mayBeDense ? '' : labelsOnly);
    throw rangeError(name, call.loss.targetName, expected, words(`length ${count}`), fix);
  }
  checkDense(call);
}

const hasIgnored = ({ parameters: { ignoreIndex } }: Call): boolean =>
  ignoreIndex !== undefined && ignoreIndex !== null;

/** Whether a target's own shape is one of labels. */
function isOfRows({ target, inputs }: Call): boolean {
  const scores = inputs[0]!.shape;
  return target.shape !== null && scores !== null && target.shape.length === scores.length - 1;
}

/** Whether it is that of the scores. */
function isOfScores({ target, inputs }: Call): boolean {
  const scores = inputs[0]!.shape;
  return target.shape !== null && target.shape.length > 1 && scores !== null && text(target.shape) === text(scores);
}

/** Flat scores and no option: the labels' number tells the width. */
function widthFromTarget(call: Call, length: number, isWhole: boolean, mayBeDense: boolean): number {
  const { length: count, shape } = call.target;
  if (length === 0 && count === 0) return 0;
  if (mayBeDense && count === length && shape !== null && shape.length > 1) return shape[shape.length - 1]!;
  if (mayBeDense && count === length && !isWhole) throw unknownWidth(call);
  if (count === 0 || length === 0 || length % count !== 0) {
    const { name, inputs, targetName } = call.loss;
    throw rangeError(
      name,
      targetName,
      `of a length that divides that of ${inputs[0]!} (${length})`,
      words(`length ${count}`),
    );
  }
  return length / count;
}

const labelsOnly = 'it takes one class label a row, no dense targets: the place of the 1 where they are one-hot';

function labels({ loss, inputs, target }: Call): TypedArray {
  const { data, length, shape, plain } = target;
  // The kernels' own type first, and numbers of any kind: nothing to convert here.
  if (plain || data instanceof Int32Array) return data!;
  const fix = !takesDense(loss.definition) && length === inputs[0]!.length ? labelsOnly : undefined;
  return asLabels(loss.name, loss.targetName, { data: data!, shape }, fix).data as TypedArray;
}

/** Labels in more than one dimension have those of the scores, less the classes. */
function checkLabelShape(call: Call): void {
  const { shape } = call.target;
  const scores = call.inputs[0]!.shape;
  if (shape === null || shape.length < 2 || scores === null) return;
  const rows = without(scores, axisOf(call, scores));
  if (shape.length === rows.length && shape.every((size, i) => size === rows[i])) return;
  const expected = `of shape [${rows.join(', ')}], that of ${call.loss.inputs[0]!} without the classes${axisNote(call)}`;
  const fix = axisFix(call, call.target.length, shape) || 'or flat';
  throw rangeError(call.loss.name, call.loss.targetName, expected, words(`shape [${shape.join(', ')}]`), fix);
}

function checkDense(call: Call): void {
  const { name, targetName } = call.loss;
  const { shape } = call.target;
  const scores = call.inputs[0]!.shape;
  if (
    shape !== null &&
    scores !== null &&
    !(shape.length === scores.length && shape.every((n, i) => n === scores[i]))
  ) {
    const expected = `of shape [${scores.join(', ')}], as ${call.loss.inputs[0]!}`;
    throw rangeError(name, targetName, expected, words(`shape [${shape.join(', ')}]`));
  }
  if (hasIgnored(call)) {
    throw typeError(name, 'ignoreIndex', 'left out with dense targets', call.parameters.ignoreIndex, 'give labels');
  }
}
