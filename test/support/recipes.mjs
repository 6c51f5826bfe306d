/** The recipes of docs/recipes/: their code, and what they say of how to run it. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'docs', 'recipes');

const block = (text, language) => text.match(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``))?.[1] ?? '';

/** One recipe, as its page has it; `packages` are what it installs besides losskit. */
function recipe(page) {
  const text = readFileSync(join(folder, page), 'utf8');
  const code = block(text, 'ts');
  const [, packages = ''] = block(text, 'sh').match(/^npm install losskit(.*)$/m) ?? [];
  return {
    name: page.slice(0, -3),
    text,
    code,
    command: block(text, 'sh'),
    packages: packages.split(' ').filter((name) => name !== ''),
    // What a recipe says to put beside it.
    data: [...text.matchAll(/with `(demo\/data\/[^`]+)`/g)].map(([, path]) => path),
    imports: [...code.matchAll(/ from '([^']+)'/g)].map(([, name]) => name),
    prints: [...code.matchAll(/\/\/ → (.*)$/gm)].map(([, line]) => line.trim()),
  };
}

/** Every page of docs/recipes/ but the list of them. */
export const recipes = readdirSync(folder)
  .filter((page) => page.endsWith('.md') && page !== 'README.md')
  .map(recipe);

/** What the README of the recipes tells to check types with, without the files. */
export const strict = '--noEmit --strict --skipLibCheck --module nodenext --target es2022 --types node'.split(' ');
