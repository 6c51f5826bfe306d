/** The pages in docs/: their examples print what they say, their tables name every public function and nothing else, their links lead somewhere. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as losskit from '../../ts/index.ts';
import { codeBlocks, promises, run } from '../support/examples.ts';

const root = new URL('../../', import.meta.url).pathname;
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const markdown = (folder: string) =>
  readdirSync(join(root, folder))
    .filter((file) => file.endsWith('.md'))
    .map((file) => `${folder}/${file}`);

const pages = markdown('docs');
const everything = ['README.md', ...pages, ...markdown('docs/recipes')];

describe('every page', () => {
  const examples = pages.flatMap((file) => codeBlocks(read(file)).map((code) => ({ file, code })));
  it.each(examples)('$file prints what it says', async ({ code }) => {
    expect(promises(code)).not.toEqual([]);
    expect(await run(code)).toEqual(promises(code));
  });

  it.each(everything)('%s links to what is there', (file) => {
    for (const [, target] of read(file).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^[a-z]+:/.test(target!)) continue;
      const [path, anchor] = target!.split('#');
      const linked = path === '' ? file : join(dirname(file), path!);
      expect(existsSync(join(root, linked)), `${target} doesn't exist`).toBe(true);
      if (anchor !== undefined) expect(headings(linked), `${target} has no heading`).toContain(anchor);
    }
  });
});

const losses = Object.values(losskit as Record<string, unknown>)
  .flatMap((value) => (typeof value === 'function' && 'info' in value ? [(value as typeof losskit.mse).info] : []))
  .filter(({ shape }) => shape !== 'linear');
const tools = Object.keys(losskit).filter((name) => !losses.some((loss) => loss.name === name));
const isThere = (name: string): boolean => name in losskit;

/** The cells of a page's tables. */
const rowsOf = (file: string): string[][] =>
  read(file)
    .split('\n')
    .filter((line) => /^\| (?!-)/.test(line))
    .map((line) => line.split(' | ').map((cell) => cell.replace(/^\||\|$/g, '').trim()));

describe('the tables', () => {
  it.each(pages)('%s has rows for nothing that is not exported', (file) => {
    const names = rowsOf(file).flatMap(([first]) => /^`([a-z]\w*)(?:`|\()/.exec(first!)?.slice(1) ?? []);
    if (file.endsWith('migration.md')) return;
    expect(names.filter((name) => !isThere(name))).toEqual([]);
  });

  it.each(tools)('docs/tools.md has a row for %s', (name) => {
    expect(read('docs/tools.md'), `docs/tools.md has no row for ${name}`).toMatch(new RegExp(`^\\| \`${name}\\(`, 'm'));
  });
});

describe('docs/migration.md', () => {
  const common = ['sampleWeight', 'reduction', 'lambda'];
  const options = [...common, ...losses.flatMap(({ parameters }) => Object.keys(parameters))];

  it('names nothing that is not there', () => {
    const rows = rowsOf('docs/migration.md');
    const names = rows.flatMap(([, ours]) => [...ours!.matchAll(/`(\w+)/g)].map(([, name]) => name!));
    expect(names.filter((name) => !(isThere(name) || options.includes(name)))).toEqual([]);
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
