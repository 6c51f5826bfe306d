/** `npm run build:explore`: the page in explore/ → static files in build/explore/, which any web server can serve, offline too. */
import { copyFileSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ensureReady } from './lib/ready.mjs';
import { bin, entry, isMain, root, step } from './lib/run.mjs';
import { isFresh, stamped } from './lib/stamp.mjs';

/** Where the files go. */
export const folder = join(root, 'build', 'explore');

const copied = {
  'explore/index.html': 'index.html',
  'explore/style.css': 'style.css',
  'node_modules/uplot/dist/uPlot.min.css': 'uplot.css',
  'demo/data/digits.csv': 'digits.csv',
};

/** What the page is made from; dist/ is in it, unlike in the demo, which imports it when it runs. */
export const explore = {
  name: 'explore',
  inputs: [
    'explore',
    'demo',
    'bench/lib',
    'bench/careful',
    'dist/index.js',
    'scripts/build-explore.mjs',
    'package-lock.json',
  ],
  outputs: ['main.js', 'bench.js', 'train.js', ...Object.values(copied)].map((name) => `build/explore/${name}`),
};

/** Builds the page, unless it is there already. */
export async function buildExplore() {
  if (isFresh(explore)) return;
  await stamped(explore, async () => {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    const args = [
      bin('rollup', 'dist', 'bin', 'rollup'),
      '--config',
      'explore/rollup.config.mjs',
      '--failAfterWarnings',
    ];
    await step('Bundling the page', 5, process.execPath, args, { hint: 'mend what rollup reports above' });
    for (const [from, to] of Object.entries(copied)) copyFileSync(join(root, from), join(folder, to));
  });
}

if (isMain(import.meta.url)) {
  await entry(async () => {
    await ensureReady();
    await buildExplore();
    console.log('The page is in build/explore: serve that folder, or run `npm run explore`.');
  });
}
