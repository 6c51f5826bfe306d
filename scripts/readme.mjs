/**
 * Writes what the README and the pages in docs/ say of each loss, from what the losses say of themselves; `--check` only says whether
 * they are current.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import * as losskit from '../dist/index.js';
import { generated, renewed } from './lib/loss-table.mjs';

for (const [file, make] of Object.entries(generated)) {
  const text = readFileSync(file, 'utf8');
  const current = renewed(text, make(losskit));
  if (current === text) continue;
  if (current === null || process.argv.includes('--check')) {
    console.error(`${file}: what it says of the losses is out of date: run npm run readme`);
    process.exitCode = 1;
  } else {
    writeFileSync(file, current);
    console.log(`${file} is written`);
  }
}
