/** The documentation's site: typedoc has nothing to complain of, every public symbol is there, and it works with no network. */
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
// @ts-expect-error a script without types
import { buildSite } from '../../scripts/lib/site.mjs';
import * as losskit from '../../ts/index.ts';

const root = new URL('../../', import.meta.url).pathname;
const site = join(root, 'build', `site-${process.pid}`);
const text = new Map<string, string>();
let complaints: string[] = [];
/** The names in each chapter of the reference. */
const chapters = new Map<string, string[]>();

beforeAll(async () => {
  const { project, complaints: all } = await buildSite(site, losskit);
  complaints = all;
  for (const { title, children } of project.children.find(({ name }: { name: string }) => name === 'losskit')
    .categories) {
    chapters.set(
      title,
      children.map(({ name }: { name: string }) => name),
    );
  }
  for (const file of readdirSync(site, { recursive: true, encoding: 'utf8' })) {
    if (file.endsWith('.html')) text.set(file, readFileSync(join(site, file), 'utf8'));
  }
}, 120_000);
afterAll(() => rmSync(site, { recursive: true, force: true }));

/** The names that ts/index.ts exports, types included. */
function exported(): string[] {
  const entry = join(root, 'ts', 'index.ts');
  const options = { module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler };
  const program = ts.createProgram([entry], { ...options, allowImportingTsExtensions: true, noEmit: true });
  const checker = program.getTypeChecker();
  return checker
    .getExportsOfModule(checker.getSymbolAtLocation(program.getSourceFile(entry)!)!)
    .map(({ name }) => name);
}

describe('the site', () => {
  it('is built without a warning', () => expect(complaints).toEqual([]));

  it('has a page for every public symbol', () => {
    const pages = new Set([...text.keys()].map((file) => file.match(/losskit\.(\w+)\.html$/)?.[1]));
    expect(exported().filter((name) => !pages.has(name))).toEqual([]);
  });

  it('has every loss in the chapter of its family, and the other functions under Tools', () => {
    const titles = {
      classification: 'Classification',
      regression: 'Regression',
      probabilistic: 'Probabilistic',
      ranking: 'Metric learning',
      lists: 'Ranking',
      sequences: 'Sequences',
      segmentation: 'Segmentation',
      objective: 'Regularizers',
    };
    for (const [name, value] of Object.entries(losskit as Record<string, unknown>)) {
      const info = typeof value === 'function' && 'info' in value ? (value as typeof losskit.mse).info : undefined;
      const chapter = info === undefined || info.shape === 'linear' ? 'Tools' : titles[info.family];
      expect(chapters.get(chapter), `${name} isn't in the chapter ${chapter}`).toContain(name);
    }
  });

  it('shows of every loss how it is called, and each of its options', () => {
    for (const [name, value] of Object.entries(losskit as Record<string, unknown>)) {
      if (typeof value !== 'function' || !('info' in value)) continue;
      const { inputs, parameters, hessian, shape } = (value as typeof losskit.mse).info;
      if (shape === 'linear') continue;
      const page = text.get(join('variables', `losskit.${name}.html`))!;
      expect(page, name).toContain(`<h1>${name}</h1>`);
      const plain = page
        .replace(/<head>[\s\S]*?<\/head>/, '')
        .replace(/<[^>]*>/g, '')
        .replace(/\s+/g, ' ');
      for (const method of ['', '.valueAndGrad', ...(hessian ? ['.valueGradHess'] : [])]) {
        expect(plain).toContain(`${name}${method}(`);
      }
      for (const input of inputs) expect(plain, `${name} has no ${input.name}`).toContain(input.name);
      const rows = [...page.matchAll(/<tr>\s*<td><code>(\w+)<\/code><\/td>/g)].map(([, option]) => option);
      expect(rows, name).toEqual(expect.arrayContaining(Object.keys(parameters)));
      expect(rows.slice(0, Object.keys(parameters).length), `${name}'s own options come first`).toEqual(
        Object.keys(parameters),
      );
    }
  });

  it('has a page for every page of docs/', () => {
    const titles = [...text.values()].map((page) => page.match(/<title>(.*?) \|/)?.[1]);
    for (const folder of ['docs', 'docs/recipes']) {
      for (const file of readdirSync(join(root, folder)).filter((name) => name.endsWith('.md'))) {
        const title = readFileSync(join(root, folder, file), 'utf8').match(/^# (.*)/)![1];
        expect(titles, `${folder}/${file} isn't on the site`).toContain(title);
      }
    }
  });

  it('links to pages and headings that are there', () => {
    const broken: string[] = [];
    for (const [file, page] of text) {
      for (const [, href] of page.matchAll(/<a [^>]*?href="([^"]+)"/g)) {
        if (/^https?:/.test(href!)) continue;
        const [path, anchor] = href!.split('#');
        const linked = path === '' ? file : relative(site, join(site, dirname(file), path!));
        const target = text.get(linked);
        const found = target !== undefined && (!anchor || target.includes(`id="${decodeURIComponent(anchor)}"`));
        if (!found) broken.push(`${file}: ${href}`);
      }
    }
    expect(broken).toEqual([]);
  });

  it('loads nothing from elsewhere', () => {
    const loads = /<(?:script|img|iframe)[^>]*src="([^"]+)"|<link[^>]*href="([^"]+)"/g;
    for (const page of text.values()) {
      for (const [, src, href] of page.matchAll(loads)) expect(src ?? href).not.toMatch(/^(https?:)?\/\//);
    }
  });
});
