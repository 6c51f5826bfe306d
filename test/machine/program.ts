/** A program of the state machine: its library, its memory, and what it has made so far. */
import fc from 'fast-check';
import type { LossInfo } from '../../ts/index.ts';
import type { Call } from './calls.ts';
import { compare } from './compare.ts';
import type { Library } from './instances.ts';
import { picked } from './places.ts';
import { lossesOf } from './wishes.ts';
import { World } from './world.ts';

type Backend = 'wasm' | 'reference';

/** How a program starts. */
export interface Start {
  readonly backend: Backend;
  /** The few losses that it calls, each by a number. */
  readonly losses: readonly number[];
}

/** An accumulator, and what it should have gathered. */
export interface Gathered {
  readonly call: Call;
  // biome-ignore lint/suspicious/noExplicitAny: an accumulator of any loss
  accumulator: any;
  sum: number;
  weight: number;
  count: number;
  /** Σ|terms|, which bounds the rounding of the sum. */
  magnitude: number;
}

export class Program {
  readonly world: World;
  readonly losses: readonly { info: LossInfo }[];
  readonly calls: Call[] = [];
  readonly gathered: Gathered[] = [];
  readonly #fresh: () => Library;
  #backend: Backend;

  constructor(library: Library, fresh: () => Library, { backend, losses }: Start) {
    this.world = new World(library);
    this.losses = losses.map((n) => picked(lossesOf(library), n)!);
    this.#fresh = fresh;
    this.#backend = backend;
  }

  /** Changes the backend, or starts with it. */
  async use(backend: Backend): Promise<void> {
    this.#backend = backend;
    await this.world.library.init({ backend });
  }

  /** Runs commands from the start to the end. */
  async run(commands: Iterable<Command>): Promise<void> {
    await this.use(this.#backend);
    await fc.asyncModelRun(() => ({ model: {}, real: this }), commands);
    this.world.check();
    this.world.end();
  }

  /** An instance that nothing was asked of yet. */
  async fresh(): Promise<Library> {
    const library = this.#fresh();
    await library.init({ backend: this.#backend });
    return library;
  }

  /** Makes a call, here and in a fresh instance. */
  async compare(call: Call): Promise<void> {
    compare(this.world, call, await this.fresh());
  }
}

export type Command = fc.AsyncCommand<object, Program>;

/** A command from what it is told of as and what it does. */
export const command = (name: string, run: (program: Program) => Promise<void> | void): Command => ({
  check: () => true,
  run: async (_, program) => {
    program.world.check();
    await run(program);
  },
  toString: () => name,
});

export const oneOf = <const T>(...values: readonly T[]) => fc.constantFrom(...values);
/** A number that picks one of however many there are. */
export const pick = fc.nat(999);
