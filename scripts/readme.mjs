/** Writes the README's table of losses from what the losses say of themselves; `--check` only says whether it is current. */
import { readFileSync, writeFileSync } from 'node:fs';
import * as losskit from '../dist/index.js';
import { lossTable } from './lib/loss-table.mjs';

const readme = readFileSync('README.md', 'utf8');
const [begin, end] = ['<!-- losses:begin (npm run readme) -->', '<!-- losses:end -->'];
const head = readme.slice(0, readme.indexOf(begin) + begin.length);
const tail = readme.slice(readme.indexOf(end));
const current = `${head}\n${lossTable(losskit)}\n${tail}`;

if (current === readme) console.log('README.md is current');
else if (process.argv.includes('--check')) {
  console.error("README.md's table of losses is out of date: run npm run readme");
  process.exitCode = 1;
} else {
  writeFileSync('README.md', current);
  console.log('README.md: the table of losses is written');
}
