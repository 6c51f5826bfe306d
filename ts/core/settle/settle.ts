/** From arguments as they came to a call whose lengths, widths and weights all agree. */

import { rangeError, words } from '../base/errors.ts';
import { lengthOf } from '../base/typed.ts';
import { movedView } from '../memory/resident.ts';
import { type Call, hasDenseTarget } from '../model/call.ts';
import { defaultNumbers, numbersOf } from '../model/compiled.ts';
import type { Slot } from '../model/slot.ts';
import { checkFreed, readInput, settlePrecision, viewOf } from '../read/inputs.ts';
import { bringIntoOrder } from '../read/strided.ts';
import { settleParameters } from './precision.ts';
import { checkLengths, checkSampleShape, takeShape } from './shape.ts';
import { checkFloor } from './weights/hessianFloor.ts';

/** Reads the array arguments. Their getters may run here, and nowhere later. */
export function readArguments(call: Call, a: unknown, b: unknown, c: unknown): void {
  const { inputs, targetName, steps } = call.loss;
  const asItLies = call.backend.bringsIntoOrder === true && steps.whole === undefined;
  const first = readInput(call, inputs[0]!, a, asItLies);
  if (inputs.length === 1) call.inputs = [first];
  else {
    const second = readInput(call, inputs[1]!, b, asItLies);
    call.inputs = inputs.length === 2 ? [first, second] : [first, second, readInput(call, inputs[2]!, c, asItLies)];
  }
  if (targetName !== '') {
    const x = inputs.length === 1 ? b : c;
    call.target = steps.readTarget!(call, targetName, x, asItLies);
  }
}

/** Of what was read as it lies: brings into order what is needed in JavaScript too, not by kernels alone. */
function settleViews(call: Call): void {
  const { target, masked } = call;
  if (masked !== null) bringIntoOrder(masked);
  if (call.labelled || call.vector !== null) bringIntoOrder(target);
}

/**
 * What was read may be gone, when something of the caller's ran while the rest was read: freed, detached, or moved with memory.
 * `hasMoved` says that a buffer was freed or memory moved.
 */
export function checkStill(call: Call, hasMoved: boolean): void {
  const { loss, inputs, target, weights } = call;
  for (let i = 0; i < inputs.length; i++) checkSlot(call, loss.inputs[i]!, inputs[i]!, hasMoved);
  checkSlot(call, loss.targetName, target, hasMoved);
  checkSlot(call, 'sampleWeight', weights, hasMoved);
}

function checkSlot(call: Call, arg: string, slot: Slot, hasMoved: boolean): void {
  if (slot.data === null) return;
  checkFreed(call, arg, slot);
  if (slot.owner !== null) {
    if (hasMoved) slot.data = viewOf(call.loss.name, arg, slot.owner);
  } else if (lengthOf(slot.data) !== slot.held) {
    slot.data = movedView(slot.data, slot.from, slot.held);
    if (slot.data !== null) return;
    const fix = 'its buffer was transferred away (detached) or resized';
    throw new TypeError(`${call.loss.name}: ${arg} changed while the other arguments were read: ${fix}`);
  }
}

/** Settles samples, widths, precision, vectors and weights. */
export function settle(call: Call): void {
  const { lengths = checkLengths } = call.loss.steps;
  if (call.shape !== null) takeShape(call, call.shape);
  const length = lengths(call);
  call.loss.steps.settle(call, length);
  settleViews(call);
  settlePrecision(call);
  settleParameters(call);
  checkFloor(call);
  (call.loss.steps.settleWeights ?? settleWeights)(call);
  settleNumbers(call);
}

/** The parameters as the kernel gets them, which hangs on whether it is the one for dense targets. */
export function settleNumbers(call: Call): void {
  const { loss, parameters } = call;
  const dense = hasDenseTarget(call);
  call.numbers = parameters === loss.defaults ? defaultNumbers(loss, dense) : numbersOf(loss, parameters, dense);
}

/** The weights are one a sample, or one a row of elements. */
export function settleWeights(call: Call): void {
  const { weights, n, width } = call;
  if (weights.data === null) return;
  const count = weights.length;
  const isPointwise = call.loss.shape === 'pointwise';
  if (count !== n) {
    if (!(isPointwise && width > 0 && count === n / width)) {
      const rows = width > 0 ? ` or ${n / width} (one per row)` : '';
      const expected = isPointwise ? `of length ${n} (one per element)${rows}` : `of length ${n} (one per row)`;
      const fix =
        isPointwise && width === 0 && count > 0 && n % count === 0
          ? `for weights by row, add { batch: ${count} }`
          : (call.loss.steps.axis?.fix(call, count, weights.shape) ?? '');
      throw rangeError(call.loss.name, 'sampleWeight', expected, words(`length ${count}`), fix);
    }
    call.weightSpan = width;
  }
  checkSampleShape(call, 'sampleWeight', weights);
}
