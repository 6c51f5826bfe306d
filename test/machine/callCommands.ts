/** Calls as commands: new ones, and such as were made before, with the same objects. */
import fc from 'fast-check';
import { inputsAlive } from './calls.ts';
import { kinds, picked } from './places.ts';
import { command, oneOf, pick } from './program.ts';
import { callOf, faults, fill, type Wish } from './wishes.ts';

export const wish: fc.Arbitrary<Wish> = fc.record({
  loss: pick,
  order: oneOf(0, 1, 1, 2),
  type: oneOf('float32', 'float64'),
  rows: oneOf(1, 2, 3, 5, 8, 17, 33, 64, 300),
  width: oneOf(1, 2, 3, 4, 10, 17),
  isDense: fc.boolean(),
  reduction: oneOf('mean', 'sum', 'none', undefined, undefined),
  weights: oneOf('none', 'element', 'row', 'row'),
  outs: oneOf('none', 'none', 'grad', 'both'),
  parameter: pick,
  fault: oneOf(...Array<'none'>(30).fill('none'), ...faults),
  places: fc.array(fc.record({ kind: oneOf(...kinds, ...kinds.slice(0, -1)), pick }), { minLength: 1, maxLength: 4 }),
  seed: pick,
});

/** A call that wasn't made before. */
export const call = wish.map((w) =>
  command(`call ${JSON.stringify(w)}`, async (program) => {
    const made = callOf(program.world, program.losses, w);
    program.calls.push(made);
    await program.compare(made);
  }),
);

const changes = ['nothing', 'numbers', 'reduction', 'weights', 'order'] as const;

/** An earlier call, three times, so that what the library remembers of calls is used: as it was, or with something changed. */
export const again = fc.record({ pick, change: oneOf(...changes), seed: pick }).map((w) =>
  command(`again ${JSON.stringify(w)}`, async (program) => {
    const made = picked(program.calls, w.pick);
    if (made === undefined) return;
    if (w.change === 'numbers' && inputsAlive(made)) fill(made, w.seed);
    if (w.change === 'reduction') made.options.reduction = made.options.reduction === 'sum' ? 'mean' : 'sum';
    if (w.change === 'weights') made.weights = null;
    if (w.change === 'order') made.order = made.order === 1 ? 0 : 1;
    for (let i = 0; i < 3; i++) await program.compare(made);
  }),
);

/** An earlier call whose options run another one while they are read, and then the call as it was. */
export const within = fc.record({ outer: pick, inner: pick }).map((w) =>
  command(`within ${JSON.stringify(w)}`, async (program) => {
    const [outer, inner] = [picked(program.calls, w.outer), picked(program.calls, w.inner)];
    if (outer === undefined || inner === undefined || !inputsAlive(outer) || !inputsAlive(inner)) return;
    outer.while = { ...inner, order: 0 };
    await program.compare(outer);
    outer.while = null;
    await program.compare(outer);
    await program.compare(inner);
  }),
);
