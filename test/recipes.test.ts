/** The pages in docs/: recipes run as pasted and type-check, examples print what they say, tables and links name what is there. */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import ts from 'typescript';
import { beforeAll, describe, expect, it } from 'vitest';
import * as losskit from '../ts/index.ts';
import { codeBlocks, promises, run } from './support/examples.ts';

const root = new URL('../', import.meta.url).pathname;
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const markdown = (folder: string) =>
  readdirSync(join(root, folder))
    .filter((file) => file.endsWith('.md'))
    .map((file) => `${folder}/${file}`);

const pages = markdown('docs');
const recipes = markdown('docs/recipes').filter((file) => basename(file) !== 'README.md');

/** Within the package, so that the recipes find it by its own name, as it is built; and what they import besides. */
const folder = join(root, 'build', 'recipes');
const fileOf = (recipe: string, extension: string) => join(folder, `${basename(recipe, '.md')}.${extension}`);
const codeOf = (recipe: string) => codeBlocks(read(recipe)).join('\n');

describe('every recipe', () => {
  beforeAll(() => {
    expect(existsSync(join(root, 'dist', 'index.js')), 'there is no dist/: npm run build').toBe(true);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    for (const recipe of recipes) {
      for (const extension of ['mjs', 'mts']) writeFileSync(fileOf(recipe, extension), codeOf(recipe));
    }
  });

  it.each(recipes)('%s runs as pasted', async (recipe) => {
    const expected = promises(codeOf(recipe));
    expect(expected, 'a recipe shows what it prints').not.toEqual([]);
    const { stdout } = await promisify(execFile)(process.execPath, [fileOf(recipe, 'mjs')], { cwd: folder });
    expect(stdout.trimEnd().split('\n')).toEqual(expected);
  });

  it('is strict TypeScript', () => {
    const program = ts.createProgram(
      recipes.map((recipe) => fileOf(recipe, 'mts')),
      {
        target: ts.ScriptTarget.ES2022,
        module: ts.ModuleKind.NodeNext,
        moduleResolution: ts.ModuleResolutionKind.NodeNext,
        lib: ['lib.es2022.d.ts', 'lib.esnext.disposable.d.ts', 'lib.dom.d.ts'],
        types: ['node'],
        typeRoots: [join(root, 'node_modules', '@types')],
        strict: true,
        skipLibCheck: true,
        noEmit: true,
      },
    );
    const problems = ts.getPreEmitDiagnostics(program).map(({ file, messageText }) => {
      const text = ts.flattenDiagnosticMessageText(messageText, '\n');
      return `${basename(file?.fileName ?? '')}: ${text}`;
    });
    expect(problems).toEqual([]);
  });

  it('is in the list of recipes', () => {
    const list = read('docs/recipes/README.md');
    for (const recipe of recipes) expect(list).toContain(`](${basename(recipe)})`);
  });
});

describe('every page', () => {
  const examples = pages.flatMap((file) => codeBlocks(read(file)).map((code) => ({ file, code })));
  it.each(examples)('$file prints what it says', async ({ code }) => {
    expect(promises(code)).not.toEqual([]);
    expect(await run(code)).toEqual(promises(code));
  });

  it.each(['README.md', ...pages, ...markdown('docs/recipes')])('%s links to what is there', (file) => {
    for (const [, target] of read(file).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^[a-z]+:/.test(target!)) continue;
      const [path, anchor] = target!.split('#');
      const linked = path === '' ? file : join(dirname(file), path!);
      expect(existsSync(join(root, linked)), `${target} doesn't exist`).toBe(true);
      if (anchor !== undefined) expect(headings(linked), `${target} has no heading`).toContain(anchor);
    }
  });

  it('names no machine', () => {
    for (const file of [...pages, ...markdown('docs/recipes')]) expect(read(file)).not.toMatch(/\/(work|home|tmp)\//);
  });
});

const losses = Object.values(losskit as Record<string, unknown>).flatMap((value) =>
  typeof value === 'function' && 'info' in value ? [(value as typeof losskit.mse).info] : [],
);

describe('the page of its family', () => {
  const pageOf = {
    classification: 'classification',
    regression: 'regression',
    probabilistic: 'probabilistic',
    ranking: 'metric-learning',
    objective: 'objective',
  };
  it.each(losses)('has $name, with its options', ({ name, family, parameters }) => {
    // Pair losses are looked for beside the other losses of embeddings.
    const page = read(`docs/${name === 'contrastive' ? 'metric-learning' : pageOf[family]}.md`);
    expect(page).toMatch(new RegExp(`^\\| \`${name}\``, 'm'));
    for (const option of Object.keys(parameters)) expect(page).toContain(`\`${option}`);
  });
});

describe('docs/migration.md', () => {
  const options = [
    'sampleWeight',
    'reduction',
    'lambda',
    ...losses.flatMap(({ parameters }) => Object.keys(parameters)),
  ];
  const rows = read('docs/migration.md')
    .split('\n')
    .filter((line) => /^\| (?!-)/.test(line))
    .map((line) => line.split(' | ').map((cell) => cell.replace(/^\||\|$/g, '').trim()));

  it('names nothing that is not there', () => {
    const names = rows.flatMap(([, ours]) => [...ours!.matchAll(/`(\w+)/g)].map(([, name]) => name!));
    expect(names.filter((name) => !(name in losskit || options.includes(name)))).toEqual([]);
  });

  it('names every loss', () => {
    for (const { name } of losses) expect(read('docs/migration.md')).toContain(`\`${name}`);
  });
});

/** The anchors of a page's headings, as GitHub makes them. */
function headings(file: string): string[] {
  return [...read(file).matchAll(/^#+ (.*)$/gm)].map(([, text]) =>
    text!
      .toLowerCase()
      .replace(/[^\p{L}\p{N} -]/gu, '')
      .replaceAll(' ', '-'),
  );
}
