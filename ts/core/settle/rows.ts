/** The rows of rowwise losses. */

import { rangeError, words } from '../base/errors.ts';
import { bare } from '../base/keys.ts';
import type { Call } from '../model/call.ts';
import { checkSampleShape, checkVector, statedWidth, unknownWidth } from './shape.ts';

/** Settles rows and width where the last argument, if there is one, is a number a row. */
export function settleRows(call: Call, length: number): void {
  const { name, targetName, inputs } = call.loss;
  // Rows with a target have one number each: losses of classes are settled elsewhere.
  const scalars = targetName === '' ? -1 : call.target.length;
  let width = statedWidth(call, length);
  if (width < 0 && length === 0) width = 0;
  if (width < 0 && scalars > 0 && length % scalars === 0) width = length / scalars;
  if (width < 0) throw unknownWidth(call);
  const rows = width === 0 ? 0 : length / width;
  if (scalars >= 0 && scalars !== rows) {
    throw rangeError(
      name,
      targetName,
      `one number for each of the ${rows} rows of ${inputs[0]!}`,
      words(`length ${scalars}`),
    );
  }
  settleWidth(call, width, length);
  if (scalars >= 0) checkSampleShape(call, targetName, call.target);
}

/** Takes the row width that was found, which a vector of one number a class has to agree with. */
export function settleWidth(call: Call, width: number, length: number): void {
  const { definition } = call.loss;
  call.width = width;
  call.n = width === 0 ? 0 : length / width;
  if (definition.shape === 'rowwise' && definition.vector !== undefined) settleVector(call, definition.vector);
}

function settleVector(call: Call, option: string): void {
  const vector = call.parameters[option] as Float64Array | number | null;
  if (vector === null) return;
  if (typeof vector === 'number') {
    call.vector = new Float64Array(call.n > 0 ? call.width : 0).fill(vector);
    call.parameters = bare({ ...call.parameters, [option]: call.vector });
    return;
  }
  if (call.width > 0) checkVector(call, option, vector, call.width);
  call.vector = vector;
}
