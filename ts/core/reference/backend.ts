/** The reference backend: loops over the definitions' formulas, in double precision and on ordinary memory. */

import { makeArray } from '../base/typed.ts';
import type { ElementType } from '../base/types.ts';
import { floatsOf } from '../base/widen.ts';
import { ResidentBuffer } from '../memory/resident.ts';
import type { Backend, Call } from '../model/call.ts';
import { staged } from './staged.ts';

/** The reference. */
export const reference: Backend = {
  name: 'reference',
  reserve: () => {},
  repeatOf: () => null,
  together: staged,
  run(call: Call): void {
    inOnePrecision(call);
    staged(call, () => {
      const { sum, excess } = call.loss.steps.compute(call);
      call.sum = sum;
      call.excess = excess;
    });
  },
  allocate<T extends ElementType>(type: T, n: number): ResidentBuffer<T> {
    const array = makeArray('allocate', type, n);
    return new ResidentBuffer(type, n, { view: () => array, release: () => {}, home: null, at: 0 });
  },
};

/** The formulas read floats of the call's precision: what came as another type is converted first. */
function inOnePrecision({ inputs, target, weights, labelled, single }: Call): void {
  for (const slot of labelled ? [...inputs, weights] : [...inputs, weights, target]) {
    if (slot.data !== null) slot.data = floatsOf(slot.data, single);
  }
}
