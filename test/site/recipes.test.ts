/** The recipes run as pasted on the built package, print what they say, type-check, and name what they need. */
import { execFile } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import ts from 'typescript';
import { beforeAll, describe, expect, it } from 'vitest';
// @ts-expect-error a script without types
import { recipes as all, strict } from '../support/recipes.mjs';

interface Recipe {
  readonly name: string;
  readonly text: string;
  readonly code: string;
  readonly command: string;
  readonly packages: readonly string[];
  readonly data: readonly string[];
  readonly imports: readonly string[];
  readonly prints: readonly string[];
}

const root = new URL('../../', import.meta.url).pathname;
const recipes = all as Recipe[];

/** Too big to be a package of the project: `npm run test:packaging` installs it and runs what needs it. */
const elsewhere = ['onnxruntime-web'];
const here = recipes.filter(({ packages }) => !packages.some((name) => elsewhere.includes(name)));

/** Within the package, so that the recipes find it by its own name, as it is built; and what they import besides. */
const folder = join(root, 'build', 'recipes');
const fileOf = (name: string, extension: string) => join(folder, `${name}.${extension}`);

beforeAll(() => {
  expect(existsSync(join(root, 'dist', 'index.js')), 'there is no dist/: npm run build').toBe(true);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const { name, code, data } of here) {
    for (const path of data) copyFileSync(join(root, path), join(folder, basename(path)));
    for (const extension of ['mjs', 'mts']) writeFileSync(fileOf(name, extension), code);
  }
});

describe('every recipe', () => {
  it.each(here)('$name runs as pasted', async ({ name, prints }) => {
    const { stdout } = await promisify(execFile)(process.execPath, [fileOf(name, 'mjs')], { cwd: folder });
    expect(stdout.trimEnd().split('\n')).toEqual(prints);
  });

  it.each(recipes)('$name says how to run it, and shows what it prints', (recipe) => {
    const { name, text, command, packages, imports, prints } = recipe;
    expect(prints, 'a recipe shows what it prints').not.toEqual([]);
    expect(text).toContain(`Save as \`${name}.mjs\``);
    expect(command.trim().split('\n')).toEqual([['npm install losskit', ...packages].join(' '), `node ${name}.mjs`]);
    const builtin = (module: string) => builtinModules.includes(module.replace('node:', ''));
    expect(imports.filter((module) => !builtin(module)).sort()).toEqual(['losskit', ...packages].sort());
  });

  it('is strict TypeScript', () => {
    const { options, errors } = ts.parseCommandLine(strict as string[]);
    expect(errors).toEqual([]);
    const files = here.map(({ name }) => fileOf(name, 'mts'));
    const program = ts.createProgram(files, { ...options, typeRoots: [join(root, 'node_modules', '@types')] });
    const problems = ts.getPreEmitDiagnostics(program).map(({ file, messageText }) => {
      const text = ts.flattenDiagnosticMessageText(messageText, '\n');
      return `${basename(file?.fileName ?? '')}: ${text}`;
    });
    expect(problems).toEqual([]);
  });

  it.each(recipes)('$name is in both lists of recipes', ({ name }) => {
    for (const [file, path] of [
      ['docs/recipes/README.md', `${name}.md`],
      ['README.md', `docs/recipes/${name}.md`],
    ]) {
      expect(readFileSync(join(root, file!), 'utf8'), `${file} doesn't list ${name}`).toContain(`](${path})`);
    }
  });

  it('is type-checked with what the list of recipes says', () => {
    expect(readFileSync(join(root, 'docs/recipes/README.md'), 'utf8')).toContain(`npx tsc ${strict.join(' ')} *.mts`);
  });
});
