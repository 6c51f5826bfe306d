/** Losses of the user's own: formulas in JavaScript, on either backend, with everything else that losses have. */
import type { Steps } from '../model/call.ts';
import type { Definition } from '../model/definition.ts';
import { reference } from '../reference/backend.ts';
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
  const steps: Steps = { ...elements, whole: (call) => reference.run(call) };
  const loss = makeLoss({ ...definition, shape: 'pointwise', kernels: null } as Definition, steps);
  defined.add(loss);
  return loss;
}
