/** Accumulators as commands: what they gather is what calls on the parts add up to. */
import fc from 'fast-check';
import { argumentsOf, type Call, inputsAlive, type Options } from './calls.ts';
import type { Library } from './instances.ts';
import { picked } from './places.ts';
import { command, type Gathered, type Program, pick } from './program.ts';
import type { Ref } from './world.ts';

/** The parameters of a call, and what goes with each part: weights and widths. */
function split({ info, options }: Call): { parameters: Options; part: Options } {
  const entries = Object.entries(options).filter(([name]) => name !== 'reduction');
  const isOwn = ([name]: [string, unknown]) => name in info.parameters;
  return {
    parameters: Object.fromEntries(entries.filter(isOwn)),
    part: Object.fromEntries(entries.filter((entry) => !isOwn(entry))),
  };
}

/** Adds the inputs of a call to an accumulator; false if it refuses them. */
function added(accumulator: Gathered['accumulator'], call: Call, give: (ref: Ref) => unknown): boolean {
  const weights = call.weights === null ? {} : { sampleWeight: give(call.weights) };
  try {
    accumulator.add(...argumentsOf(call, give), { ...split(call).part, ...weights });
    return true;
  } catch {
    return false;
  }
}

/** An empty accumulator of a call's loss; null if the loss has no mean, or a parameter is bad. */
function empty(library: Library, call: Call): Gathered['accumulator'] | null {
  try {
    return library.accumulator(library[call.info.name], split(call).parameters);
  } catch {
    return null;
  }
}

/** Adds the inputs of a call, and what a fresh instance makes of them to what should be there. */
async function add(program: Program, gathered: Gathered): Promise<void> {
  const { call, accumulator } = gathered;
  const copies = program.world.copies();
  const part = empty(await program.fresh(), call);
  const [is, should] = [added(accumulator, call, (ref) => ref.value), added(part, call, (ref) => ref.inCopy(copies))];
  if (is !== should) throw new Error(`accumulator of ${call.info.name}: it ${is ? 'takes' : 'refuses'} a part`);
  if (is) {
    gathered.sum += part.sum;
    gathered.weight += part.weight;
    gathered.count += part.count;
    gathered.magnitude += Math.abs(part.sum);
  }
  check(gathered);
}

function check({ call, accumulator, sum, weight, count, magnitude }: Gathered): void {
  const isSame = accumulator.weight === weight && accumulator.count === count;
  const far = Math.abs(accumulator.sum - sum);
  if (isSame && (Object.is(accumulator.sum, sum) || far <= 1e-12 * magnitude)) return;
  const [got, want] = [accumulator, { sum, weight, count }].map(
    (x) => `${x.sum}, weight ${x.weight}, count ${x.count}`,
  );
  throw new Error(`accumulator of ${call.info.name}: ${got}, not ${want}`);
}

/** Gathers an earlier call's inputs: in a new accumulator, or in one that is there. */
export const accumulate = fc.record({ pick, isNew: fc.boolean() }).map((w) =>
  command(`accumulate ${JSON.stringify(w)}`, async (program) => {
    const { calls, gathered, world } = program;
    if (w.isNew || gathered.length === 0) {
      const call = picked(calls, w.pick);
      const accumulator = call && empty(world.library, call);
      if (!call || !accumulator) return;
      gathered.push({ call: { ...call }, accumulator, sum: 0, weight: 0, count: 0, magnitude: 0 });
    }
    const one = w.isNew ? gathered.at(-1)! : picked(gathered, w.pick)!;
    if (inputsAlive(one.call)) await add(program, one);
  }),
);

/** Doubles an accumulator, by way of JSON. */
export const merge = pick.map((n) =>
  command(`merge ${n}`, ({ gathered, world }) => {
    const made = picked(gathered, n);
    if (made === undefined) return;
    const other = world.library.accumulator.from(JSON.parse(JSON.stringify(made.accumulator)));
    made.accumulator.merge(other);
    made.sum *= 2;
    made.weight *= 2;
    made.count *= 2;
    made.magnitude *= 2;
    check(made);
  }),
);
