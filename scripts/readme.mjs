/**
 * Writes what the README and the pages in docs/ say of each loss, from what the losses say of themselves; `--check` only says whether
 * they are current.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { size } from '../bench/lib/size.mjs';
import * as losskit from '../dist/index.js';
import { generated, renewed, SIZES } from './lib/loss-table.mjs';

// What bundles weigh changes with every build: it is measured when the files are written, and test/package/size.test.ts holds it near.
if (!process.argv.includes('--check')) {
  const { wasm, wasmGzip, bundles } = await size();
  const figures = {
    wasm: { bytes: wasm, gzip: wasmGzip },
    bundles: bundles.map(({ title, bytes, gzip }) => ({ title, bytes, gzip })),
  };
  writeFileSync(SIZES, `${JSON.stringify(figures, null, 2)}\n`);
}

for (const [file, parts] of Object.entries(generated)) {
  const text = readFileSync(file, 'utf8');
  const current = renewed(text, parts, losskit);
  if (current === text) continue;
  if (current === null || process.argv.includes('--check')) {
    console.error(`${file}: what it says of the losses is out of date: run npm run readme`);
    process.exitCode = 1;
  } else {
    writeFileSync(file, current);
    console.log(`${file} is written`);
  }
}
