/** The modules of kernels on the memory that they share: who writes where, and what is kept possible for threads. */
import { readdirSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
// @ts-expect-error a script without types
import { extent, imports } from '../../scripts/lib/module.mjs';
import { PAGES, STACK } from '../../ts/generated/layout.ts';
import * as L from '../../ts/index.ts';
// @ts-expect-error a script without types
import { hashes } from '../bits/bits.mjs';
import { lines as calls } from '../bits/cases.ts';

const folder = new URL('../../build/wasm/', import.meta.url);
const names = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);
const modules = new Map(names.map((name) => [name, readFileSync(new URL(`${name}/${name}_bg.wasm`, folder))]));

describe.each([...modules])('%s', (name, bytes) => {
  const isParts = name === 'parts';
  it('imports a memory and a table, and exports what finds and runs kernels, or parts of calls', () => {
    const module = new WebAssembly.Module(bytes);
    const kinds = WebAssembly.Module.imports(module).map(({ kind }) => kind);
    expect(kinds.sort()).toEqual(['memory', 'table']);
    const exported = WebAssembly.Module.exports(module).filter(({ kind }) => kind === 'function');
    const names = exported.map(({ name }) => name).filter((name) => !name.startsWith('__'));
    expect(names).toEqual(isParts ? ['run_part'] : ['abi_version', 'find', 'run']);
  });

  it('would run on a memory that threads share, with one byte changed', () => {
    const shared = Uint8Array.from(bytes);
    const { place, initial, maximum } = imports(bytes).memory;
    expect(shared[place]).toBe(1);
    shared[place] = 3;
    const memory = new WebAssembly.Memory({ initial, maximum, shared: true });
    const table = new WebAssembly.Table({ element: 'anyfunc', initial: imports(bytes).table.initial });
    const module = new WebAssembly.Module(shared);
    const all: WebAssembly.Imports = {};
    for (const { module: from, name, kind } of WebAssembly.Module.imports(module)) {
      all[from] = { ...all[from], [name]: kind === 'table' ? table : memory };
    }
    const { abi_version, __stack_pointer } = new WebAssembly.Instance(module, all).exports as {
      abi_version?: () => number;
      __stack_pointer: WebAssembly.Global;
    };
    if (!isParts) expect(abi_version!()).toBeGreaterThan(0);
    // Each thread gives its instance a stack of its own.
    expect(__stack_pointer.value).toBe(STACK);
    __stack_pointer.value = STACK / 2;
  });
});

it('constants overlap nowhere, and end where what JavaScript hands out begins', () => {
  const places = [...modules.values()].map((bytes) => extent(bytes)).sort((a, b) => a.start - b.start);
  places.forEach(({ end }, i) => {
    expect(end).toBeLessThanOrEqual(places[i + 1]?.start ?? PAGES * 65_536);
  });
});

describe('after every loss has run', () => {
  const bottom = Math.min(...[...modules.values()].map((bytes) => extent(bytes).start));
  const stack = Math.floor(bottom / 8192) * 8192;
  const mark = 0xa5;
  /** What comes before the memory that JavaScript hands out. */
  const modulesPart = () => new Uint8Array(L.allocate('int32', 1).array.buffer, 0, PAGES * 65_536);
  let [before, after] = [new Uint8Array(), new Uint8Array()];

  beforeAll(async () => {
    // Once for the constants of every module to be there.
    await hashes(L, calls);
    modulesPart().fill(mark, 0, stack);
    before = modulesPart().slice();
    await hashes(L, calls);
    after = modulesPart().slice();
  });

  it('constants are as they were: kernels have no state', () => {
    expect(after.subarray(stack)).toEqual(before.subarray(stack));
  });

  it('the stack was used, and by far not all of it', () => {
    const depth = stack - after.findIndex((byte) => byte !== mark);
    expect(depth).toBeGreaterThan(256);
    expect(depth).toBeLessThan(stack / 2);
  });
});
