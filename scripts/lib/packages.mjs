/** The npm packages of package-lock.json. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, step } from './run.mjs';

/** Runs `npm ci` when node_modules isn't what package-lock.json asks for. */
export async function ensurePackages() {
  if (installed()) return;
  // Under `npm run`, npm says where it lives; a bare `npm` can't be started without a shell on Windows.
  const npm = process.env.npm_execpath;
  const ci = ['ci', '--loglevel=error'];
  const [command, args] = npm ? [process.execPath, [npm, ...ci]] : ['npm', ci];
  await step('Installing the npm packages', 20, command, args, { hint: 'run `npm ci` by hand and read what it says' });
}

/** Compares npm's own record of what it installed with the lock file; packages for other systems may be absent. */
function installed() {
  const record = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(record)) return false;
  const read = (file) => JSON.parse(readFileSync(file, 'utf8')).packages;
  const { '': _own, ...wanted } = read(join(root, 'package-lock.json'));
  const have = read(record);
  const asked = Object.entries(wanted).every(([path, { version, optional }]) =>
    have[path] ? have[path].version === version : optional === true,
  );
  return asked && Object.keys(have).every((path) => path in wanted);
}
