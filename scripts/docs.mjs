/** `npm run docs`: the docstrings of ts/ and the pages of docs/ → build/docs/, with typedoc. Whatever typedoc warns of is an error. */
import { join } from 'node:path';
import { ensureReady } from './lib/ready.mjs';
import { entry, root } from './lib/run.mjs';

await entry(async () => {
  await ensureReady();
  // Only now: they import packages, or are built.
  const { buildSite } = await import('./lib/site.mjs');
  const losskit = await import('../dist/index.js');
  const { complaints } = await buildSite(join(root, 'build', 'docs'), losskit);
  for (const complaint of complaints) console.error(complaint);
  console.log('build/docs/index.html: open it in a browser; it needs no server and no network');
  return complaints.length === 0 ? 0 : 1;
});
