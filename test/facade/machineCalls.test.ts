/** The calls that the state machine makes of a loss: most of those in which nothing is wrong give results, or it would compare nothing but errors. */
import fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import * as L from '../../ts/index.ts';
import { wish } from '../machine/callCommands.ts';
import { make } from '../machine/calls.ts';
import { callOf, lossesOf } from '../machine/wishes.ts';
import { World } from '../machine/world.ts';

const world = new World(L);
afterAll(() => world.end());

it.each(lossesOf(L).map((loss) => [loss.info.name, loss] as const))('%s', (_, loss) => {
  const wishes = fc.sample(wish, { numRuns: 60, seed: 1 }).filter(({ rows }) => rows < 64);
  let results = 0;
  for (const w of wishes) {
    const plain = { ...w, fault: 'none', order: Math.min(w.order, loss.info.hessian ? 2 : 1) as 0 | 1 | 2 } as const;
    try {
      make(L, callOf(world, [loss], plain), (ref) => ref.value, {});
      results++;
    } catch {
      // A weight that doesn't go with the loss, say, or arrays in each other's place.
    }
  }
  expect(results / wishes.length).toBeGreaterThan(0.2);
});
