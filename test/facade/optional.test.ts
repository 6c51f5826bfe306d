/** Options that are undefined count as left out, at run time and in the types. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { hasHess, innerOf, run, sample, table } from '../support/losses.ts';
import { random } from '../support/random.ts';

it.each(table)('%s with every option undefined', (name, loss) => {
  const s = sample(loss, random(name), { dtype: 'float32', rows: 3, width: 4 });
  const options = innerOf(loss)!.options.filter((option) => !(option in s.options));
  const none = Object.fromEntries(options.map((option) => [option, undefined]));
  const order = hasHess(loss) && loss.info.shape !== 'regularizer' ? 2 : 1;
  expect(run(s, order, none)).toEqual(run(s, order));
});

it('every reduction may be undefined', () => {
  const types = ['facade/lossTypes', 'compose/linear/types'].map((file) =>
    readFileSync(new URL(`../../ts/core/${file}.ts`, import.meta.url), 'utf8'),
  );
  const reductions = types.flatMap((text) => [...text.matchAll(/R extends (.*?) = 'mean'/g)].map(([, of]) => of));
  expect(reductions.length).toBeGreaterThan(20);
  expect(new Set(reductions)).toEqual(new Set(['Reduction | undefined']));
});

it('every optional property of a public interface may be undefined', () => {
  const root = new URL('../../ts/', import.meta.url).pathname;
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' });
  const publicFiles = files.filter((file) =>
    /^(losses\/[^/]+\/\w+|[a-z]\w*|core\/base\/types|core\/facade\/(loss|lossTypes|backend)|core\/compose\/\w+Types)\.ts$/i.test(
      file,
    ),
  );
  const found: string[] = [];
  let seen = 0;
  for (const file of publicFiles) {
    let isPublic = false;
    for (const line of readFileSync(join(root, file), 'utf8').split('\n')) {
      if (line.startsWith('export interface ')) isPublic = true;
      else if (line.startsWith('}')) isPublic = false;
      const property = isPublic ? line.match(/^ {2}(?:readonly )?(\w+)\?: (.*);$/) : null;
      if (property === null) continue;
      seen++;
      if (!property[2]!.endsWith('| undefined')) found.push(`${file}: ${property[1]}`);
    }
  }
  expect(seen).toBeGreaterThan(50);
  expect(found).toEqual([]);
});
