/** `npm run build:ts`: ts/ and cli/ → dist/, with rollup; and demo/ → build/demo/ for `npm start`, as Node 20 doesn't run TypeScript. */
import { copyFileSync, existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { bin, entry, isMain, Missing, root, step } from './lib/run.mjs';
import { stamped } from './lib/stamp.mjs';

const config = ['rollup.config.mjs', 'tsconfig.json', 'tsconfig.build.json', 'package-lock.json'];

/** What losses are measured against, in the command line and the demo. */
const careful = ['bench/careful', ...['cases', 'bind', 'data', 'timer'].map((name) => `bench/lib/${name}.mjs`)];

/** What dist/ is made from; ts/generated/ is part of ts/, so that a new module leads to a new bundle. */
export const ts = {
  name: 'ts',
  inputs: ['ts', 'cli', 'explore/catalogue', ...careful, 'scripts/build-ts.mjs', ...config],
  outputs: [
    'index.js',
    'slim.js',
    'reference.js',
    'workerd.js',
    'edge-light.js',
    'cli.js',
    'index.d.ts',
    'losskit.wasm',
    'losskit.wasm.d.ts',
  ].map((name) => `dist/${name}`),
};

/** What the demo is made from; it imports dist/ when it runs, so dist/ isn't an input. */
export const demo = { name: 'demo', inputs: ['demo', ...careful, ...config], outputs: ['build/demo/main.js'] };

/** Runs rollup on one part of rollup.config.mjs. */
function rollup(title, part, out = 'dist') {
  const args = [bin('rollup', 'dist', 'bin', 'rollup'), '--config', '--failAfterWarnings'];
  return step(title, 10, process.execPath, args, {
    hint: 'mend what rollup reports above',
    extraEnv: { LOSSKIT_PART: part, LOSSKIT_OUT: out },
  });
}

/** Builds dist/ anew. */
export function buildTs() {
  if (!existsSync(join(root, 'build', 'wasm', 'losskit.wasm'))) {
    throw new Missing('There is no WebAssembly module yet: run `npm run build`, which makes it first.');
  }
  return stamped(ts, async () => {
    // Built aside, so that a build that fails, or is still going on, leaves the last good one in its place.
    const next = `build/dist-${process.pid}`;
    const place = (from, name) => copyFileSync(join(root, from), join(root, next, name));
    try {
      await rollup('Bundling the package', 'package', next);
      place('build/wasm/losskit.wasm', 'losskit.wasm');
      place('ts/core/wasm/source/source.wasm.d.ts', 'losskit.wasm.d.ts');
      // Whatever lies in dist/ is published, so nothing of an older build may stay.
      rmSync(join(root, 'dist'), { recursive: true, force: true });
      renameSync(join(root, next), join(root, 'dist'));
    } finally {
      rmSync(join(root, next), { recursive: true, force: true });
    }
  });
}

/** Bundles the demo. */
export function buildDemo() {
  return stamped(demo, () => rollup('Bundling the demo', 'demo'));
}

if (isMain(import.meta.url)) await entry(buildTs);
