/** The two sides agree: every loss has its kernels, every kernel its loss, with the same number of arguments. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { WASM_BASE64 } from '../ts/generated/wasm.ts';
import * as losses from '../ts/losses/index.ts';

const root = new URL('../', import.meta.url).pathname;
const snake = (name: string): string => name.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`).replace('l1', 'l1');
const names = Object.entries(losses)
  .filter(([, loss]) => 'info' in loss)
  .map(([name]) => name);

describe('every loss has its files', () => {
  it.each(names)('%s', (name) => {
    for (const file of [`crate/src/losses/${snake(name)}.rs`, `ts/losses/${name}.ts`, `test/vectors/${name}.txt`]) {
      expect(existsSync(root + file), `${file} is missing`).toBe(true);
    }
  });
  it('ts/losses/index.ts lists every file of ts/losses', () => {
    const index = readFileSync(`${root}ts/losses/index.ts`, 'utf8');
    const files = readdirSync(`${root}ts/losses`).filter((file) => file !== 'index.ts');
    const isLoss = (file: string): boolean =>
      readFileSync(`${root}ts/losses/${file}`, 'utf8').includes(`name: '${file.slice(0, -3)}'`);
    for (const file of files.filter(isLoss)) {
      if (file === 'gaussianReconstruction.ts') continue; // a part of elbo, not a loss of its own
      expect(index, `${file} isn't exported from ts/losses/index.ts`).toContain(`'./${file}'`);
    }
  });
  it('crate/src/losses/mod.rs lists every file of crate/src/losses', () => {
    const mod = readFileSync(`${root}crate/src/losses/mod.rs`, 'utf8');
    for (const file of readdirSync(`${root}crate/src/losses`).filter((file) => file !== 'mod.rs')) {
      expect(mod, `${file} isn't in crate/src/losses/mod.rs`).toContain(`mod ${file.slice(0, -3)};`);
    }
  });
});

describe('the module', () => {
  const module = new WebAssembly.Module(Uint8Array.from(atob(WASM_BASE64), (c) => c.charCodeAt(0)));
  it('exports kernels in pairs, float32 and float64', () => {
    const exported = WebAssembly.Module.exports(module).map(({ name }) => name);
    const floats = exported.filter((name) => name.endsWith('_f32')).map((name) => name.slice(0, -4));
    const doubles = exported.filter((name) => name.endsWith('_f64')).map((name) => name.slice(0, -4));
    expect(floats.sort()).toEqual(doubles.sort());
    expect(floats.length).toBeGreaterThan(25);
  });
});
