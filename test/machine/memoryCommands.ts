/** Memory that comes, goes and moves, as commands. */
import fc from 'fast-check';
import { picked } from './places.ts';
import { command, oneOf, pick } from './program.ts';

const resident = fc.record({ type: oneOf('float32', 'float64', 'int32'), length: fc.nat(400) });

export const allocate = resident.map(({ type, length }) =>
  command(`allocate ${type} ${length}`, ({ world }) => void world.add(type, length, true)),
);

export const free = pick.map((n) =>
  command(`free ${n}`, ({ world }) => {
    const buffers = world.alive.filter(({ handle }) => handle !== null);
    picked(buffers, n)?.free();
  }),
);

export const write = fc.record({ n: pick, number: oneOf(0, 1, -0, Number.NaN, 0.5, 3) }).map(({ n, number }) =>
  command(`write ${n} ${number}`, ({ world }) => {
    const region = picked(world.alive, n);
    if (region === undefined) return;
    region.elements.fill(number);
    region.mirror = region.elements.slice();
  }),
);

/** So many pages of WebAssembly's memory more, which moves it. */
export const grow = fc
  .integer({ min: 1, max: 40 })
  .map((pages) => command(`grow ${pages}`, ({ world }) => world.library.allocate('int32', 16_384 * pages).free()));

export const change = oneOf('wasm', 'reference').map((backend) =>
  command(`backend ${backend}`, (program) => program.use(backend)),
);
