/**
 * `npm run test:reproducible`: clones the last commit into two folders, builds both from nothing and compares every byte of dist/, so that
 * anyone can find out whether a published package came from its sources. A few minutes.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ask, entry, Missing, root, step, toolsDir } from './lib/run.mjs';
import { ensureTools } from './lib/tools.mjs';

/** Folders of different names, depths and lengths: what a build takes from its path shows. */
const PLACES = [['a'], ['another place', 'of-a-longer-name', 'b']];

/** Clones a commit and builds it; returns the hashes of the files in dist/ by name. */
async function built(commit, folder) {
  mkdirSync(folder, { recursive: true });
  const here = { hint: 'see above' };
  await step(`Cloning into ${folder}`, 2, 'git', ['clone', '--quiet', '--no-hardlinks', root, folder], here);
  await step(`  Taking commit ${commit.slice(0, 12)}`, 1, 'git', ['-C', folder, 'checkout', '--quiet', commit], here);
  // The compilers are the same for everyone; their versions are written down.
  if (existsSync(toolsDir)) symlinkSync(toolsDir, join(folder, '.tools'));
  const npm = (title, seconds, ...args) => step(title, seconds, 'npm', ['--prefix', folder, ...args], here);
  await npm('  Installing its packages', 20, 'ci', '--prefer-offline', '--no-audit', '--no-fund');
  await npm('  Building it', 90, 'run', 'build');
  const dist = join(folder, 'dist');
  const hash = (file) =>
    createHash('sha256')
      .update(readFileSync(join(dist, file)))
      .digest('hex');
  const files = readdirSync(dist, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
  return new Map(files.map(({ name }) => [name, hash(name)]).sort());
}

await entry(async () => {
  await ensureTools();
  if (ask('git', ['status', '--porcelain'])) console.log('What is not committed is not compared.');
  const commit = ask('git', ['rev-parse', 'HEAD']);
  if (commit === undefined) throw new Missing('This is no clone: git has no commit here.');
  const place = mkdtempSync(join(tmpdir(), 'losskit-'));
  const folders = PLACES.map((path) => join(place, ...path));
  const hashes = [];
  for (const folder of folders) hashes.push(await built(commit, folder));
  const [first, second] = hashes;
  const names = [...new Set([...first.keys(), ...second.keys()])];
  if (names.length === 0) throw new Missing('There is nothing in dist/.');
  const different = names.filter((name) => first.get(name) !== second.get(name));
  for (const name of names) console.log(`${first.get(name) ?? '-'.repeat(64)}  ${name}`);
  if (different.length > 0) {
    console.log(`different: ${different.join(', ')}; both are still there: ${folders.join(' and ')}`);
    return 1;
  }
  console.log('All bytes are the same.');
  rmSync(place, { recursive: true, force: true });
  return 0;
});
