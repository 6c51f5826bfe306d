/** Losses of the user's own: formulas in JavaScript, on either backend, with everything else that losses have. */
import { readError } from '../base/errors.ts';
import type { Sum } from '../base/sum.ts';
import { makeArray } from '../base/typed.ts';
import type { FloatArray } from '../base/types.ts';
import { widen } from '../base/widen.ts';
import type { Call, Steps } from '../model/call.ts';
import type { Definition } from '../model/definition.ts';
import type { Slot } from '../model/slot.ts';
import { reference } from '../reference/backend.ts';
import { runElements } from '../reference/elements.ts';
import { type AnyLoss, lossNamed, makeLoss } from './facade.ts';
import { elements } from './steps.ts';

/** Losses that were defined, which may be defined anew. */
const defined = /* @__PURE__ */ new WeakSet<AnyLoss>();

/** Whether a name is that of a loss which wasn't defined here. */
export const isTaken = (name: string): boolean => {
  const known = lossNamed(name);
  return known !== undefined && !defined.has(known);
};

/** The callable of a definition whose formulas the reference runs, whatever the backend. */
export function makeDefined(definition: object): AnyLoss {
  const steps: Steps = { ...elements, compute: runOwn, whole: (call) => reference.run(call) };
  const loss = makeLoss({ ...definition, shape: 'pointwise', kernels: null } as Definition, steps);
  defined.add(loss);
  return loss;
}

/** Runs the caller's formulas: on copies, for they may do what they like to the arrays meanwhile. What they throw names the loss. */
function runOwn(call: Call): Sum {
  try {
    for (const slot of [...call.inputs, call.weights]) if (slot.data !== null) slot.data = copyOf(call, slot);
    return runElements(call);
  } catch (error) {
    throw readError(call.loss.name, error);
  }
}

function copyOf({ loss, single }: Call, { data, length }: Slot): FloatArray {
  const copy = makeArray(loss.name, single ? 'float32' : 'float64', length);
  widen(data!, 0, length, copy, 0);
  return copy;
}
