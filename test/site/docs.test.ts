/** Documentation: every public symbol has it, says what it must, and its examples run and print what they say. */
import { readdirSync, readFileSync } from 'node:fs';
import ts from 'typescript';
import { afterAll, describe, expect, it } from 'vitest';
import { init } from '../../ts/index.ts';
import * as losses from '../../ts/losses/index.ts';
import { codeBlocks, promises, run } from '../support/examples.ts';

const root = new URL('../../', import.meta.url).pathname;
const entry = `${root}ts/index.ts`;
const program = ts.createProgram([entry], {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  allowImportingTsExtensions: true,
  noEmit: true,
  strict: true,
});
const checker = program.getTypeChecker();
const module = checker.getSymbolAtLocation(program.getSourceFile(entry)!)!;
const symbols = checker.getExportsOfModule(module).map((symbol) => {
  const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  const text = (target.declarations ?? []).flatMap((declaration) => {
    // The comment of a constant hangs on its statement.
    const node = ts.isVariableDeclaration(declaration) ? declaration.parent.parent : declaration;
    return ts.getJSDocCommentsAndTags(node).map((doc) => doc.getFullText());
  });
  return { name: symbol.name, isValue: (target.flags & ts.SymbolFlags.Value) !== 0, doc: text.join('\n') };
});

afterAll(() => init({ backend: 'wasm' }));

const lossFiles = readdirSync(`${root}ts/losses`, { recursive: true, encoding: 'utf8' });

describe('every public symbol is documented', () => {
  it.each(symbols)('$name', ({ name, isValue, doc }) => {
    expect(doc, `${name} has no docstring`).not.toBe('');
    if (!isValue) return;
    expect(codeBlocks(doc), `${name} has no @example`).not.toEqual([]);
    const loss = (losses as Record<string, { info?: (typeof losses)['mse']['info'] }>)[name];
    if (!loss?.info) return;
    for (const part of ['∂', 'Domain', 'Accuracy', '@throws {TypeError}', '@throws {RangeError}', '@see', '@param']) {
      expect(doc, `the docstring of ${name} has no ${part}`).toContain(part);
    }
    const file = lossFiles.find((path) => path.endsWith(`/${name}.ts`));
    const options = readFileSync(`${root}ts/losses/${file}`, 'utf8');
    for (const parameter of Object.keys(loss.info.parameters)) {
      expect(options, `${name} has no documented option ${parameter}`).toMatch(new RegExp(`\\*/\\s+${parameter}\\?:`));
    }
  });
});

describe('every example prints what it says', () => {
  const files = readdirSync(`${root}ts`, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.startsWith('generated'))
    .map((file) => `ts/${file}`);
  const examples = [...files, 'README.md'].flatMap((file) =>
    codeBlocks(readFileSync(`${root}${file}`, 'utf8')).map((code, i) => ({ file, i, code })),
  );
  it.each(examples.filter(({ code }) => code.includes("from 'losskit'")))('$file, example $i', async ({ code }) => {
    expect(promises(code), 'an example shows what it prints').not.toEqual([]);
    expect(await run(code)).toEqual(promises(code));
  });
});
