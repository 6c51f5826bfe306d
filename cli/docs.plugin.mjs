/** A rollup plugin: the docstrings of ts/losses/ as the module 'virtual:docs', so that `losskit info` says what they say. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';

const ID = '\0virtual:docs';

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
    for (const [, text, option] of source.matchAll(/\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s+(\w+)\?:/g)) {
      options[option] = flat(plain(text).join(' '));
    }
    docs[name] = { ...parts(comment), options };
  }
  return docs;
}

export const docs = {
  name: 'docs',
  resolveId: (id) => (id === 'virtual:docs' ? ID : null),
  load: (id) => (id === ID ? `export const docs = ${JSON.stringify(lossDocs())};` : null),
};
