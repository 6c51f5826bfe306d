/** The rooms of ts/: imports go down, in no circle (types included), and no folder is too full to be looked over. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = new URL('../../ts/', import.meta.url).pathname;

/** What a file may import: its own layer, and those before it. Files beside core/ and losses/ are what users import, on top of all. */
const layers = [
  ['generated'],
  ['core/base'],
  ['core/memory'],
  ['core/model'],
  ['core/read'],
  ['core/settle'],
  ['core/wasm', 'core/reference'],
  ['core/facade'],
  ['core/compose'],
  ['losses'],
  ['guide'],
  [''],
];
const mostFiles = 14;

const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));

/** The files of ts/ that a file imports, types included. */
function importsOf(file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8');
  const found = text.matchAll(
    /^(?:import|export)\b[^;]*?\bfrom '(\.[^']+)';|^import '(\.[^']+)';|\bimport\('(\.[^']+)'\)/gm,
  );
  return [...found].map(([, from, bare, dynamic]) =>
    relative(root, join(root, dirname(file), (from ?? bare ?? dynamic)!)),
  );
}

const graph = new Map(files.map((file) => [file, importsOf(file)]));

/** The layer of a file, from the bottom. */
function layerOf(file: string): number {
  const isIn = (room: string) => (room === '' ? !file.includes('/') : file.startsWith(`${room}/`));
  return layers.findIndex((rooms) => rooms.some(isIn));
}

const roomOf = (file: string): string => file.split('/').slice(0, 2).join('/');

it('every import is of a file that there is', () => {
  const imported = [...graph.values()].flat();
  expect(imported.length).toBeGreaterThan(300);
  // Engines and bundlers resolve it: the module of all kernels.
  const known = new Set([...files, 'core/wasm/source/source.wasm']);
  expect(imported.filter((file) => !known.has(file))).toEqual([]);
});

it('every file is in a room', () => {
  expect(files.filter((file) => layerOf(file) === -1)).toEqual([]);
});

it('imports go down', () => {
  const up = [...graph].flatMap(([file, imported]) =>
    imported
      .filter((other) => layerOf(other) > layerOf(file) || (layerOf(other) === layerOf(file) && isAside(file, other)))
      .map((other) => `${file} → ${other}`),
  );
  expect(up).toEqual([]);
});

/** Whether one of two rooms on the same floor imports from the other. */
const isAside = (file: string, other: string): boolean => file.startsWith('core/') && roomOf(file) !== roomOf(other);

it('imports go in no circle', () => {
  const done = new Set<string>();
  const circles: string[] = [];
  const visit = (file: string, path: readonly string[]): void => {
    const at = path.indexOf(file);
    if (at !== -1) circles.push([...path.slice(at), file].join(' → '));
    if (at !== -1 || done.has(file)) return;
    for (const other of graph.get(file) ?? []) visit(other, [...path, file]);
    done.add(file);
  };
  for (const file of files) visit(file, []);
  expect(circles).toEqual([]);
});

describe('folders', () => {
  const counts = new Map<string, number>();
  // What is generated, a file a module, nobody looks over.
  for (const file of files.filter((file) => !file.startsWith('generated/')))
    counts.set(dirname(file), (counts.get(dirname(file)) ?? 0) + 1);
  it.each([...counts])('%s has few enough files (%i)', (_, count) => {
    expect(count).toBeLessThanOrEqual(mostFiles);
  });
});
