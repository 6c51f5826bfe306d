import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
// @ts-expect-error a script without types
import { docs } from './cli/docs.plugin.mjs';

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
    include: ['test/**/*.test.ts'],
    exclude: ['test/packaging/**'],
    // Sweeps over every loss and option take a while on a slow machine.
    testTimeout: 60_000,
  },
});
