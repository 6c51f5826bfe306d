import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
// @ts-expect-error a script without types
import { docs } from './cli/docs.plugin.mjs';

/** Test files that take long: they start browsers, bundlers and programs, or try very much. `npx vitest run --project fast` leaves them out. */
const slow = 'test/**/{bits,explore,isolation,packaging,recipes,site,soak,stateMachine}.test.ts';

const source = (file: string) => fileURLToPath(new URL(file, import.meta.url));

export default defineConfig({
  // The command line tells what the docstrings say.
  plugins: [docs],
  resolve: {
    // The examples import the package by its name; they run on the same sources, and the same instance, as the tests.
    alias: [
      { find: /^losskit$/, replacement: source('./ts/index.ts') },
      { find: /^losskit\/(.+)$/, replacement: source('./ts/$1.ts') },
    ],
  },
  test: {
    // All cores: by default one is left alone, of two that is half of the time.
    maxWorkers: '100%',
    // Sweeps over every loss and option take a while on a slow machine.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    projects: [
      { extends: true, test: { name: 'fast', include: ['test/**/*.test.ts'], exclude: ['test/packaging/**', slow] } },
      { extends: true, test: { name: 'slow', include: [slow] } },
    ],
  },
});
