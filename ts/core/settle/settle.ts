/** From arguments as they came to a call whose lengths, widths and weights all agree. */

import { rangeError } from '../base/errors.ts';
import { type Call, hasDenseTarget } from '../model/call.ts';
import { defaultNumbers, numbersOf } from '../model/compiled.ts';
import { readInput, readTarget, settlePrecision } from '../read/inputs.ts';
import { checkLengths } from './shape.ts';

/** Reads the array arguments. Their getters may run here, and nowhere later. */
export function readArguments(call: Call, a: unknown, b: unknown, c: unknown): void {
  const { name, inputs, targetName } = call.loss;
  for (let i = 0; i < inputs.length; i++) {
    readInput(call.inputs[i]!, name, inputs[i]!, i === 0 ? a : i === 1 ? b : c);
  }
  if (targetName !== '') {
    const x = inputs.length === 1 ? b : c;
    if (isScalar(call)) readInput(call.target, name, targetName, x);
    else readTarget(call.target, name, targetName, x);
  }
}

const isScalar = (call: Call): boolean =>
  call.loss.definition.shape === 'rowwise' && call.loss.definition.target === 'scalar';

/** Settles samples, widths, precision, vectors and weights. */
export function settle(call: Call): void {
  const length = checkLengths(call);
  call.labelled = false;
  call.weightSpan = 1;
  call.loss.steps.settle(call, length);
  settlePrecision(call);
  settleWeights(call);
  settleNumbers(call);
}

/** The parameters as the kernel gets them, which hangs on whether it is the one for dense targets. */
function settleNumbers(call: Call): void {
  const { loss, parameters } = call;
  const dense = hasDenseTarget(call);
  call.numbers = parameters === loss.defaults ? defaultNumbers(loss, dense) : numbersOf(loss, parameters, dense);
}

/** The weights are one a sample, or one a row of elements; they take the precision of the call. */
export function settleWeights(call: Call): void {
  const { weights, n, width, single } = call;
  if (weights.data === null) return;
  const count = weights.data.length;
  const isPointwise = call.loss.shape === 'pointwise';
  if (count !== n) {
    if (!(isPointwise && width > 0 && count === n / width)) {
      const rows = width > 0 ? ` or ${n / width} (one per row)` : '';
      const expected = isPointwise ? `of length ${n} (one per element)${rows}` : `of length ${n} (one per row)`;
      const fix =
        isPointwise && width === 0 && count > 0 && n % count === 0 ? `for weights by row, add { batch: ${count} }` : '';
      throw rangeError(call.loss.name, 'sampleWeight', expected, `length ${count}`, fix);
    }
    call.weightSpan = width;
  }
  // In the precision of the call, so that a weight is the same on every path.
  if (single ? weights.data instanceof Float32Array : weights.data instanceof Float64Array) return;
  const numbers = weights.data as number[];
  weights.set(single ? Float32Array.from(numbers) : Float64Array.from(numbers), null);
}
