/** The functions of a loss as users call them. */
import type { Compiled, Order } from '../model/call.ts';
import { evaluate, type Last } from './evaluate.ts';

type Function4 = (a: unknown, b: unknown, c: unknown, options: unknown) => unknown;

/** A function of one, two or three arrays and options: by arity, so that a call makes no array of its arguments. */
export function callable(loss: Compiled, arity: number, order: Order): (...args: never[]) => unknown {
  const run = ofOrder[order](loss, { repeat: null });
  switch (arity) {
    case 1:
      return (a: unknown, options?: unknown) => run(a, undefined, undefined, options);
    case 2:
      return (a: unknown, b: unknown, options?: unknown) => run(a, b, undefined, options);
    default:
      return (a: unknown, b: unknown, c: unknown, options?: unknown) => run(a, b, c, options);
  }
}

/** By order, so that the engine sees what each makes, and can spare a caller's loop the making. */
const ofOrder: readonly [value: Maker, grad: Maker, hess: Maker] = [
  (loss, last) => (a, b, c, options) => {
    const { repeat } = last;
    return repeat?.again(a, b, c, options) ? repeat.value : evaluate(loss, 0, a, b, c, options, last);
  },
  (loss, last) => (a, b, c, options) => {
    const { repeat } = last;
    return repeat?.again(a, b, c, options)
      ? { value: repeat.value, grad: repeat.grad, totalWeight: repeat.totalWeight }
      : evaluate(loss, 1, a, b, c, options, last);
  },
  (loss, last) => (a, b, c, options) => {
    const { repeat } = last;
    return repeat?.again(a, b, c, options)
      ? { value: repeat.value, grad: repeat.grad, hess: repeat.hess, totalWeight: repeat.totalWeight }
      : evaluate(loss, 2, a, b, c, options, last);
  },
];

type Maker = (loss: Compiled, last: Last) => Function4;
