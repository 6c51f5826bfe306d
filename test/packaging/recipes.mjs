/** The recipes, each pasted into an empty folder and run by the commands that it gives, with the tarball for `losskit`; and their types. */
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { recipes, strict } from '../support/recipes.mjs';
import { exec, npm, root, Skip } from './support.mjs';

/** Installs what a recipe names; skips it where the registry can't be reached. */
async function install(home, packages, tarball) {
  cpSync(tarball, join(home, 'losskit.tgz'));
  try {
    // In the folder itself, as it is empty and may lie below another package.
    await npm(['install', '--prefix', home, '--no-audit', '--no-fund', './losskit.tgz', ...packages], {
      cwd: home,
      timeout: 600_000,
    });
  } catch (error) {
    if (packages.length === 0) throw error;
    throw new Skip(`${packages.join(', ')} can't be installed (${error.message.match(/npm error (?!code)(.*)/)?.[1]})`);
  }
}

const asCase = ({ name, code, packages, prints, data }) => ({
  name: `recipe ${name}`,
  async run({ folder, tarball }) {
    const home = join(folder, 'recipes', name);
    mkdirSync(home, { recursive: true });
    await install(home, packages, tarball);
    for (const path of data) cpSync(join(root, path), join(home, basename(path)));
    for (const extension of ['mjs', 'mts']) writeFileSync(join(home, `${name}.${extension}`), code);

    const { stdout } = await exec(process.execPath, [`${name}.mjs`], { cwd: home });
    assert.deepEqual(stdout.trimEnd().split('\n'), prints);
    const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
    const types = ['--typeRoots', join(root, 'node_modules', '@types')];
    await exec(process.execPath, [compiler, ...strict, ...types, `${name}.mts`], { cwd: home });
    return `prints what it says (${prints.length} lines), strict types`;
  },
});

export const recipeCases = recipes.map(asCase);
