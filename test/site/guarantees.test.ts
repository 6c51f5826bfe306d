/** docs/guarantees.md: what it quotes is said, the tests that it names are there, and no promise is left out. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = new URL('../../', import.meta.url).pathname;
const read = (file: string) => readFileSync(join(root, file), 'utf8');
/** Without line ends and marks of Markdown. */
const plain = (text: string) => text.replace(/[*`]/g, '').replace(/\s+/g, ' ');

interface Row {
  readonly said: string;
  readonly proof: string;
}

/** The rows of the tables under "<document> says". */
function rowsOf(document: string): Row[] {
  const rows: Row[] = [];
  let of = '';
  for (const line of read('docs/guarantees.md').split('\n')) {
    const [, said, proof] = /^\| (?!-)(.*) \| (.*) \|$/.exec(line) ?? [];
    if (said === undefined) continue;
    if (said.endsWith(' says')) of = said.replace(' says', '');
    else if (of === document) rows.push({ said, proof: proof! });
  }
  return rows;
}

/** The files of a cell, each with the title that follows it, if one does. */
const proofs = (text: string) => [...text.matchAll(/`((?:test|crate|scripts)\/[^`]+)`(?: "([^"]+)")?/g)];

describe.each(['README.md', 'SECURITY.md', 'docs/tools.md'])('%s', (document) => {
  it.each(rowsOf(document))('$said', ({ said, proof }) => {
    expect(plain(read(document)), `${document} doesn't say this any more`).toContain(plain(said));
    expect(proofs(proof), 'no test is named').not.toEqual([]);
    for (const [, file, title] of proofs(proof)) expectTest(file!, title);
  });
});

it('every file that the page names is there', () => {
  for (const [, file, title] of proofs(read('docs/guarantees.md'))) expectTest(file!, title);
});

function expectTest(file: string, title: string | undefined): void {
  expect(existsSync(join(root, file)), `${file} doesn't exist`).toBe(true);
  if (title === undefined) return;
  const titles = read(file)
    .split('\n')
    .filter((line) => line.includes(title));
  expect(
    titles.some((line) => /\b(it|describe|each|name)\b|^ *['`$]/.test(line)),
    `${file} has no test "${title}"`,
  ).toBe(true);
}

describe('no promise is left out', () => {
  /** The items of the lists under a heading. */
  const items = (document: string, heading: string): string[] =>
    (read(document).split(`## ${heading}\n`)[1] ?? '')
      .split(/^## /m)[0]!
      .split(/^- /m)
      .slice(1)
      .map((item) => plain(item).trim());

  it.each([
    ['README.md', 'Accuracy'],
    ['SECURITY.md', 'What is promised'],
  ])('%s, %s', (document, heading) => {
    const said = rowsOf(document).map((row) => plain(row.said));
    expect(items(document, heading).length).toBeGreaterThan(3);
    for (const item of items(document, heading)) {
      expect(
        said.some((quote) => item.includes(quote)),
        `docs/guarantees.md lacks: ${item}`,
      ).toBe(true);
    }
  });

  const pages = readdirSync(join(root, 'docs')).filter((file) => file.endsWith('.md'));
  const sections = pages.flatMap((page) =>
    ['Edge conventions', 'What to know']
      .filter((heading) => read(`docs/${page}`).includes(`## ${heading}\n`))
      .map((heading) => ({ page, heading })),
  );

  it.each(sections.filter(({ page }) => page !== 'guarantees.md'))('docs/$page, $heading', ({ page, heading }) => {
    const source = read(`test/conventions/${page.replace('.md', '.test.ts')}`);
    const titles = [...source.matchAll(/\bit[.\w]*(?:\([^()]*\))?\((['"`])(.*?)\1, /g)].map(([, , title]) =>
      plain(title!),
    );
    const all = items(`docs/${page}`, heading);
    expect(all.length).toBeGreaterThan(2);
    const quoted = rowsOf(`docs/${page}`).map((row) => plain(row.said));
    for (const item of all) {
      expect(
        [...titles, ...quoted].some((title) => item.includes(title)),
        `test/conventions lacks: ${item}`,
      ).toBe(true);
    }
    // Nor does a test outlive its sentence.
    for (const title of titles)
      expect(
        all.some((item) => item.includes(title)),
        `${page} doesn't say: ${title}`,
      ).toBe(true);
  });
});
