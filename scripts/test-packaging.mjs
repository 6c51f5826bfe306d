/**
 * `npm run test:packaging`: packs the package, installs the tarball, and consumes it in every way that test/packaging/ knows; what this
 * machine lacks is skipped, and said. Arguments after `--` choose among the cases by a part of their name.
 */
import { prepare, Skip } from '../test/packaging/support.mjs';
import { ensureBrowser } from './lib/browsers.mjs';
import { ensureReady } from './lib/ready.mjs';
import { entry } from './lib/run.mjs';

/** The verdict on one case. */
async function verdict({ run }, context) {
  const began = Date.now();
  const seconds = () => ((Date.now() - began) / 1000).toFixed(1);
  try {
    return { result: 'ok', detail: await run(context), seconds: seconds() };
  } catch (error) {
    if (error instanceof Skip) return { result: 'skipped', detail: error.message, seconds: seconds() };
    return { result: 'FAILED', detail: error.message.split('\n')[0], seconds: seconds(), error };
  }
}

function table(rows) {
  const columns = ['name', 'result', 'seconds', 'detail'];
  const all = [Object.fromEntries(columns.map((column) => [column, column])), ...rows];
  const widths = columns.map((column) => Math.max(...all.map((row) => row[column].length)));
  return all
    .map((row) =>
      columns
        .map((column, i) => row[column].padEnd(widths[i]))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

await entry(async () => {
  await ensureReady();
  for (const browser of ['chromium', 'firefox']) await ensureBrowser(browser);
  // Only now: it imports packages.
  const { cases } = await import('../test/packaging/cases.mjs');
  const wanted = process.argv.slice(2);
  const chosen = cases.filter(({ name }) => wanted.length === 0 || wanted.some((part) => name.includes(part)));
  console.log('Packing and installing the package');
  const context = await prepare();
  const rows = [];
  try {
    for (const [i, one] of chosen.entries()) {
      console.log(`[${i + 1}/${chosen.length}] ${one.name}`);
      const row = { name: one.name, ...(await verdict(one, context)) };
      if (row.error) console.error(row.error);
      rows.push(row);
    }
  } finally {
    context.remove();
  }
  const count = (result) => rows.filter((row) => row.result === result).length;
  console.log(`\n${table(rows)}\n\n${count('ok')} passed, ${count('FAILED')} failed, ${count('skipped')} skipped`);
  return count('FAILED') === 0 ? 0 : 1;
});
