/** What is gathered from the blocks: a mean, the sum of a penalty, or the loss of everything at once. */
import { accumulator } from 'losskit';
import type { AnyLoss } from '../lib/losses.ts';
import type { Block } from './call.ts';

/** A value in progress. */
export interface Total {
  add(block: Block): void;
  readonly sum: number;
  readonly weight: number;
  readonly count: number;
  /** The accumulator's state, which merges elsewhere; null where there is none. */
  state(): unknown;
}

type Parameters = { readonly [name: string]: unknown };

/** The total of a loss with parameters; throws when these are out of their domain. */
export function totalOf(loss: AnyLoss, parameters: Parameters): Total {
  const { shape } = loss.info;
  if (shape === 'regularizer') return new Penalty(loss, parameters);
  return shape === 'batch' ? new Whole(loss, parameters) : mean(loss, parameters);
}

function mean(loss: AnyLoss, parameters: Parameters): Total {
  const gathered = accumulator(loss as never, parameters as never);
  return {
    add: ({ args, options }) => void (gathered as { add(...all: unknown[]): unknown }).add(...args, options),
    get sum() {
      return gathered.sum;
    },
    get weight() {
      return gathered.weight;
    },
    get count() {
      return gathered.count;
    },
    state: () => gathered.toJSON(),
  };
}

/** A penalty is a sum over elements: the blocks' sums add up, the roundings kept apart (Neumaier). */
class Penalty implements Total {
  readonly weight = 1;
  count = 0;
  readonly #loss: AnyLoss;
  readonly #parameters: Parameters;
  #sum = 0;
  #rest = 0;

  constructor(loss: AnyLoss, parameters: Parameters) {
    this.#loss = loss;
    this.#parameters = parameters;
    loss([], parameters);
  }

  get sum(): number {
    const sum = this.#sum + this.#rest;
    return Number.isNaN(sum) ? this.#sum : sum;
  }

  add({ args, count }: Block): void {
    const x = this.#loss(...args, this.#parameters) as number;
    const sum = this.#sum + x;
    this.#rest += Math.abs(this.#sum) >= Math.abs(x) ? this.#sum - sum + x : x - sum + this.#sum;
    this.#sum = sum;
    this.count += count;
  }

  state(): null {
    return null;
  }
}

/** The loss of a batch as a whole has only one block. */
class Whole implements Total {
  sum = 0;
  weight = 0;
  count = 0;
  readonly #loss: AnyLoss;
  readonly #parameters: Parameters;

  constructor(loss: AnyLoss, parameters: Parameters) {
    this.#loss = loss;
    this.#parameters = parameters;
    loss([], [], { ...parameters, batch: 0 });
  }

  add({ args, options, count }: Block): void {
    const own = { ...this.#parameters, ...options, reduction: 'sum' };
    const { value, totalWeight } = this.#loss.valueAndGrad(...args, own) as { value: number; totalWeight: number };
    this.sum = value;
    this.weight = totalWeight;
    this.count = count * (this.#loss.info.views ?? 1);
  }

  state(): null {
    return null;
  }
}
