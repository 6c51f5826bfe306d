/** A fallback that nobody asked for is said on the console, once, with how to silence it. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

const bytes = new Uint8Array(readFileSync(new URL('../../build/wasm/losskit.wasm', import.meta.url)));

/** A fresh copy of the package, with nothing started; `variant` is the source of the WebAssembly. */
async function fresh(variant = ''): Promise<typeof import('../../ts/index.ts')> {
  vi.resetModules();
  const families = readdirSync('ts/losses').filter((name) => existsSync(`ts/losses/${name}/kernels.ts`));
  for (const file of ['core/wasm/source/source.ts', ...families.map((name) => `losses/${name}/kernels.ts`)]) {
    if (variant === '') vi.doUnmock(`../../ts/${file}`);
    else vi.doMock(`../../ts/${file}`, () => import(`../../ts/core/wasm/source/source.${variant}.ts`));
  }
  return import('../../ts/index.ts');
}

let warned: string[] = [];
beforeEach(() => {
  warned = [];
  vi.spyOn(console, 'warn').mockImplementation((text) => void warned.push(text));
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

describe('where WebAssembly is missing', () => {
  beforeEach(() => void vi.stubGlobal('WebAssembly', undefined));

  it('the first call says so, the next ones nothing', async () => {
    const L = await fresh();
    expect([L.mse([1], [3]), L.huber([1], [1]), L.backend().name]).toEqual([4, 0, 'reference']);
    await L.init();
    expect(warned).toEqual([expect.stringMatching(/^losskit: .*no WebAssembly.*init\(\{ backend: 'reference' \}\)/)]);
  });

  it('init says so, and what it chose says nothing', async () => {
    const L = await fresh();
    await L.init();
    L.mse([1], [3]);
    expect(warned).toHaveLength(1);
    await L.init({ backend: 'reference' });
    L.mse([1], [3]);
    expect(warned).toHaveLength(1);
  });

  it('nothing is said to those who ask for the reference, or insist on WebAssembly', async () => {
    const L = await fresh();
    await expect(L.init({ backend: 'wasm' })).rejects.toThrow('no WebAssembly');
    await L.init({ backend: 'reference' });
    L.mse([1], [3]);
    expect(warned).toEqual([]);
  });

  it('without a console it computes all the same', async () => {
    const L = await fresh();
    vi.stubGlobal('console', undefined);
    expect(L.mse([1], [3])).toBe(4);
  });
});

it('slim says that it computes before init, and nothing after it', async () => {
  const L = await fresh('slim');
  expect(L.mse([1], [3])).toBe(4);
  expect(warned).toEqual([expect.stringContaining('await init({ wasm }) first')]);
  await L.init({ wasm: bytes });
  expect([L.mse([1], [3]), L.backend().name]).toEqual([4, 'wasm']);
  const other = await fresh('slim');
  await other.init({ wasm: bytes });
  other.mse([1], [3]);
  expect(warned).toHaveLength(1);
});

it('the reference entry and a running WebAssembly say nothing', async () => {
  expect((await fresh('reference')).mse([1], [3])).toBe(4);
  expect((await fresh()).mse([1], [3])).toBe(4);
  expect(warned).toEqual([]);
});
