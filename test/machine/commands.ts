/** What a program may do, as commands for fast-check: it finds a sequence that fails, and the shortest one like it. */
import fc from 'fast-check';
import { accumulate, merge } from './accumulatorCommands.ts';
import { again, call, within } from './callCommands.ts';
import type { Library } from './instances.ts';
import { allocate, change, free, grow, write } from './memoryCommands.ts';
import { oneOf, Program, pick } from './program.ts';

/** As often as they stand here. */
const commands = [
  call,
  call,
  call,
  call,
  again,
  again,
  again,
  within,
  allocate,
  free,
  write,
  grow,
  change,
  accumulate,
  merge,
];

const start = fc.record({
  backend: oneOf('wasm', 'reference'),
  losses: fc.array(pick, { minLength: 1, maxLength: 3 }),
});

/** That programs of up to 30 commands run as they should, each on the instance that `library` gives. */
export const everyProgramIsRight = (library: () => Library, fresh: () => Library) =>
  fc.asyncProperty(
    start,
    fc.commands<object, Program, false>(commands, { maxCommands: 30, size: 'max' }),
    (how, what) => new Program(library(), fresh, how).run(what),
  );
