/** `npm run bits`: writes test/bits/hashes.txt, the hashes of every loss's results that all engines and the host have to reproduce. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { hashes } from '../test/bits/bits.mjs';
import { ensureReady } from './lib/ready.mjs';
import { entry, root } from './lib/run.mjs';

await entry(async () => {
  await ensureReady();
  const { lines, differ } = await hashes(await import(pathToFileURL(join(root, 'dist', 'index.js')).href));
  if (differ.length > 0) {
    console.error(differ.join('\n'));
    return 1;
  }
  writeFileSync(join(root, 'test', 'bits', 'hashes.txt'), `${lines.join('\n')}\n`);
  console.log(
    `${lines.length} hashes written; \`cargo test --profile fast --test bits\` compares them with the host's.`,
  );
  return 0;
});
