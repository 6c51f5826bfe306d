/**
 * A rollup plugin: the docstrings of ts/losses/ as the module 'virtual:docs', so that `losskit info` says what they say, and the tables of
 * docs/migration.md as 'virtual:names', so that it knows what other libraries call a loss.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** The lines of a comment without its stars. */
const plain = (comment) =>
  comment
    .replace(/^\s*\/\*\*|\*\/\s*$/g, '')
    .split('\n')
    .map((line) => line.replace(/^\s*\* ?/, '').trimEnd());

/** Links and code marks as plain text, on one line. */
const flat = (text) =>
  text
    .replace(/\{@link (\S+?)\}/g, '$1')
    .replace(/`/g, '')
    .replace(/\s+/g, ' ')
    .trim();

/** The parts of a loss's docstring. */
function parts(comment) {
  const lines = plain(comment);
  const tags = lines.findIndex((line) => line.startsWith('@'));
  const body = (tags < 0 ? lines : lines.slice(0, tags)).join('\n');
  const notes = {};
  for (const [, title, text] of body.matchAll(/^- ([A-Z][A-Za-z]*): ([^\n]*(?:\n {2}[^\n]*)*)/gm)) {
    notes[title] = flat(text);
  }
  return {
    summary: flat(body.trim().split(/\n\s*\n|\n```/)[0]),
    formula: body.match(/```text\n([\s\S]*?)\n```/)?.[1] ?? '',
    notes,
    see: lines.filter((line) => line.startsWith('@see ')).map((line) => line.slice(5)),
  };
}

/** Name → documentation, of every file that exports a loss of its own name. */
export function lossDocs(folder = 'ts/losses') {
  const docs = {};
  const files = existsSync(folder)
    ? readdirSync(folder, { recursive: true }).filter((file) => file.endsWith('.ts'))
    : [];
  for (const file of files.sort()) {
    const name = basename(file, '.ts');
    const source = readFileSync(`${folder}/${file}`, 'utf8');
    const end = source.search(new RegExp(`^export const ${name}\\b`, 'm'));
    const start = source.lastIndexOf('/**', end);
    const comment = end < 0 || start < 0 ? '' : source.slice(start, source.indexOf('*/', start) + 2);
    if (comment === '' || source.slice(start + comment.length, end).trim() !== '') continue;
    const options = {};
    // What losses of a family share is documented beside them.
    const beside = join(dirname(`${folder}/${file}`), 'options.ts');
    const shared = existsSync(beside) ? readFileSync(beside, 'utf8') : '';
    for (const [, text, option] of (shared + source).matchAll(/\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s+(\w+)\?:/g)) {
      options[option] = flat(plain(text).join(' '));
    }
    docs[name] = { ...parts(comment), options };
  }
  return docs;
}

/** The names in a cell: in code or quoted, the last part of a path, without arguments. */
const namesIn = (cell) =>
  [...cell.matchAll(/`([^`]+)`|'(\w+)'/g)].map(([, code, quoted]) => {
    const text = quoted ?? code;
    const method = text.match(/\)\.(\w+)\(\)$/)?.[1];
    return (
      method ??
      text
        .replace(/[(=].*/, '')
        .split('.')
        .at(-1)
    );
  });

/** What is called otherwise elsewhere: a row a name of the tables of docs/migration.md, with what it says of the difference. */
export function foreignNames(file = 'docs/migration.md') {
  const rows = [];
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  // What is generated there comes from the losses, who say it themselves.
  const sections = text
    .replace(/<!-- losses:begin[\s\S]*?losses:end -->/, '')
    .split(/^## /m)
    .slice(1);
  for (const section of sections) {
    const library = section.slice(0, section.indexOf('\n'));
    for (const line of section.split('\n').filter((row) => /^\| [^-]/.test(row))) {
      const [theirs, ours, differs = ''] = line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim());
      const losses = [...ours.matchAll(/`(\w+)[`(]/g)].map(([, name]) => name);
      const names = namesIn(theirs);
      if (losses.length === 0 && ours !== '—') continue;
      const note = flat(differs.replace(/[:;] \[[^\]]*\]\([^)]*\)/g, '').replace(/\[([^\]]*)\]\([^)]*\)/g, '$1'));
      names.forEach((name, i) => {
        // As many here as there: each is its own twin.
        const isTwin = names.length > 1 && names.length === losses.length;
        rows.push({ library, name, losses: isTwin ? [losses[i]] : losses, how: isTwin ? losses[i] : flat(ours), note });
      });
    }
  }
  return rows;
}

const modules = { 'virtual:docs': () => ({ docs: lossDocs() }), 'virtual:names': () => ({ names: foreignNames() }) };

export const docs = {
  name: 'docs',
  resolveId: (id) => (id in modules ? `\0${id}` : null),
  load: (id) => {
    const made = modules[id.slice(1)]?.();
    return made
      ? Object.entries(made)
          .map(([name, value]) => `export const ${name} = ${JSON.stringify(value)};`)
          .join('\n')
      : null;
  },
};
