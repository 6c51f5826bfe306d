/** `npm run build:ts`: ts/ → dist/, with rollup; and demo/ → build/demo/ for `npm start`, as Node 20 doesn't run TypeScript. */
import { copyFileSync, existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { bin, entry, isMain, Missing, root, step } from './lib/run.mjs';
import { stamped } from './lib/stamp.mjs';

const config = ['rollup.config.mjs', 'tsconfig.json', 'tsconfig.build.json', 'package-lock.json'];

/** What dist/ is made from; ts/generated/ is part of ts/, so that a new module leads to a new bundle. */
export const ts = {
  name: 'ts',
  inputs: ['ts', 'scripts/build-ts.mjs', ...config],
  outputs: ['dist/index.js', 'dist/index.d.ts', 'dist/losskit.wasm'],
};

/** What the demo is made from; it imports dist/ when it runs, so dist/ isn't an input. */
export const demo = { name: 'demo', inputs: ['demo', ...config], outputs: ['build/demo/main.js'] };

/** Runs rollup on one part of rollup.config.mjs. */
function rollup(title, part) {
  const args = [bin('rollup', 'dist', 'bin', 'rollup'), '--config', '--failAfterWarnings'];
  return step(title, 10, process.execPath, args, {
    hint: 'mend what rollup reports above',
    extraEnv: { LOSSKIT_PART: part },
  });
}

/** Builds dist/ anew. */
export function buildTs() {
  if (!existsSync(join(root, 'build', 'wasm', 'losskit.wasm'))) {
    throw new Missing('There is no WebAssembly module yet: run `npm run build`, which makes it first.');
  }
  return stamped(ts, async () => {
    // Whatever lies in dist/ is published, so nothing of an older build may stay.
    rmSync(join(root, 'dist'), { recursive: true, force: true });
    await rollup('Bundling the package', 'package');
    copyFileSync(join(root, 'build', 'wasm', 'losskit.wasm'), join(root, 'dist', 'losskit.wasm'));
  });
}

/** Bundles the demo. */
export function buildDemo() {
  return stamped(demo, () => rollup('Bundling the demo', 'demo'));
}

if (isMain(import.meta.url)) await entry(buildTs);
