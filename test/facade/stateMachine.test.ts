/** Programs of random commands: every call gives what an instance gives that has never done anything else, whatever came before. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { everyProgramIsRight } from '../machine/commands.ts';
import { instancesOf } from '../machine/instances.ts';

/** Programs. `npm run soak` runs thousands. */
const RUNS = 300;

it('a call carries nothing over, and no memory changes but what it writes', async () => {
  const fresh = instancesOf('ts/index.ts');
  await fc.assert(everyProgramIsRight(fresh, fresh), { numRuns: RUNS, seed: 20_261_130 });
}, 300_000);

it('so it is on memory that threads share, and with workers about', async () => {
  const fresh = instancesOf('ts/index.ts');
  const library = fresh();
  await library.init({ threads: 3 });
  await fc.assert(
    everyProgramIsRight(() => library, fresh),
    { numRuns: RUNS / 3, seed: 20_261_201 },
  );
  expect((await library.init({ backend: 'wasm' })).threads).toBe(3);
  await library.init({ threads: 1 });
});
