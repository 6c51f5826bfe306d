/** The two sides agree: every loss has its kernels, every kernel its loss, with the same number of arguments. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Compiled, numbersOf } from '../ts/core/compiled.ts';
import { innerOf } from '../ts/core/facade.ts';
import { wasmBytes } from '../ts/core/inlined.ts';
import { kernelName } from '../ts/core/kernels.ts';
import { gaussianReconstruction } from '../ts/losses/gaussianReconstruction.ts';
import * as losses from '../ts/losses/index.ts';

const root = new URL('../', import.meta.url).pathname;
const snake = (name: string): string => name.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`);
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
    for (const file of readdirSync(`${root}crate/src/losses`).filter((f) => f.endsWith('.rs') && f !== 'mod.rs')) {
      expect(mod, `${file} isn't in crate/src/losses/mod.rs`).toContain(`mod ${file.slice(0, -3)};`);
    }
  });
});

describe('the module', () => {
  const module = new WebAssembly.Module(wasmBytes());
  it('exports kernels in pairs, float32 and float64', () => {
    const exported = WebAssembly.Module.exports(module).map(({ name }) => name);
    const floats = exported.filter((name) => name.endsWith('_f32')).map((name) => name.slice(0, -4));
    const doubles = exported.filter((name) => name.endsWith('_f64')).map((name) => name.slice(0, -4));
    expect(floats.sort()).toEqual(doubles.sort());
    expect(floats.length).toBeGreaterThan(25);
  });

  const stubs: WebAssembly.Imports = {};
  for (const { module: from, name } of WebAssembly.Module.imports(module)) {
    stubs[from] = { ...stubs[from], [name]: () => 0 };
  }
  const kernels = new WebAssembly.Instance(module, stubs).exports as {
    readonly [name: string]: () => number;
  };

  /** The number of arguments that the facade passes: what comes before the pointers, those, and the parameters. */
  function passed(loss: Compiled, dense: boolean): number {
    const { definition, inputs, grads, targetName, hasHess } = loss;
    const parameters = numbersOf(loss, loss.defaults, dense).length;
    // sum, scale, n, dim, values, za, zb, their gradients, scratch memory
    if (definition.shape === 'batch') return 5 + inputs.length + grads.length + 1 + parameters;
    const isRows = definition.shape === 'rowwise';
    const vector = isRows ? definition.vector !== undefined : definition.stream !== undefined;
    // sum, scale, n or rows and width; values and weights
    const fixed = (isRows ? 4 : 3) + 2;
    const arrays = inputs.length + (targetName === '' ? 0 : 1) + (vector ? 1 : 0);
    return fixed + arrays + grads.length * (hasHess ? 2 : 1) + parameters;
  }
  const compiled = [...Object.values(losses), gaussianReconstruction].flatMap((loss) => innerOf(loss)?.compiled ?? []);
  const wanted = compiled.flatMap((loss) => {
    const { definition } = loss;
    const forms = definition.shape === 'rowwise' && definition.target === 'classes' ? [false, true] : [false];
    return forms.flatMap((dense) =>
      [true, false].map((single) => [kernelName(loss.name, dense, single), passed(loss, dense)] as const),
    );
  });

  it.each(wanted)('%s takes the %i arguments that the facade passes', (name, count) => {
    expect(kernels[name], `${name} isn't exported`).toBeTypeOf('function');
    // The highest byte of a handle.
    expect(kernels[name]!() >>> 24).toBe(count);
  });
  it('has no kernel without a loss', () => {
    const known = new Set(wanted.map(([name]) => name));
    const helpers = ['nt_xent_work_f32', 'nt_xent_work_f64'];
    const strays = Object.keys(kernels).filter((name) => /_f(32|64)$/.test(name) && !known.has(name));
    expect(strays.filter((name) => !helpers.includes(name))).toEqual([]);
  });
});
