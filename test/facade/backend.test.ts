/** Choosing the backend: by default, by wish, where WebAssembly can't run, and with one's own bytes. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createContext, runInContext } from 'node:vm';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

const native = globalThis.WebAssembly;

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

const file = new URL('../../build/wasm/losskit.wasm', import.meta.url);
const bytes = async (): Promise<Uint8Array<ArrayBuffer>> => new Uint8Array(readFileSync(file));

// biome-ignore lint/suspicious/noExplicitAny: wrong calls on purpose
const any = (x: unknown): any => x;
const without = (value?: unknown) => vi.stubGlobal('WebAssembly', value);

beforeEach(() => vi.stubGlobal('WebAssembly', native));
afterEach(() => vi.unstubAllGlobals());

describe('the package', () => {
  it('starts WebAssembly by itself', async () => {
    const L = await fresh();
    expect(L.mse([1], [3])).toBe(4);
    expect(L.backend()).toEqual({ name: 'wasm', threads: 1, reason: expect.any(String) });
    expect(Object.keys(await L.init())).toEqual(['name', 'threads', 'reason']);
  });

  it('falls back where WebAssembly is gone after the import, and says why', async () => {
    const L = await fresh();
    without();
    expect(L.mse([1], [3])).toBe(4);
    expect(L.backend()).toEqual({ name: 'reference', threads: 1, reason: expect.stringContaining('no WebAssembly') });
    await expect(L.init({ backend: 'wasm' })).rejects.toThrow('no WebAssembly');
    expect((await L.init()).name).toBe('reference');
    vi.stubGlobal('WebAssembly', native);
    expect((await L.init({ backend: 'wasm' })).name).toBe('wasm');
  });

  it('falls back where compiling or starting is forbidden', async () => {
    for (const part of ['Module', 'Instance'] as const) {
      const L = await fresh();
      class Forbidden {
        constructor() {
          throw new native.CompileError(`${part} violates the policy`);
        }
      }
      without(new Proxy(native, { get: (target, key) => (key === part ? Forbidden : Reflect.get(target, key)) }));
      expect(L.backend()).toEqual({ name: 'reference', threads: 1, reason: `${part} violates the policy` });
      vi.stubGlobal('WebAssembly', native);
    }
  });

  it('switches on demand, and once for all', async () => {
    const L = await fresh();
    expect((await L.init({ backend: 'reference' })).name).toBe('reference');
    expect((await L.init()).name).toBe('reference');
    const x = L.allocate('float32', 1);
    expect((await L.init({ backend: 'wasm' })).name).toBe('wasm');
    expect(await Promise.all([L.init({ backend: 'wasm' }), L.init()])).toHaveLength(2);
    // A buffer of the other backend is an array like any other.
    expect(L.mse.valueAndGrad(x, [1], { out: x }).grad).toBe(x.array);
    const y = L.allocate('float32', 1);
    await L.init({ backend: 'reference' });
    expect(L.mse.valueAndGrad(y, [1], { out: y }).grad).toBe(y.array);
    y.free();
  });

  it('checks what init takes', async () => {
    const L = await fresh();
    await expect(L.init(any({ backends: 'wasm' }))).rejects.toThrow('did you mean `backend`');
    await expect(L.init(any({ backend: 'webgpu' }))).rejects.toThrow(RangeError);
    await expect(L.init(any({ backend: 1 }))).rejects.toThrow(TypeError);
    await expect(L.init(any(null))).rejects.toThrow(TypeError);
    await expect(L.init({ wasm: await bytes() })).rejects.toThrow('losskit/slim');
  });
});

describe('losskit/slim', () => {
  it('takes bytes, a module, a response or a promise of one', async () => {
    const wasm = await bytes();
    const sources = [
      wasm,
      wasm.buffer,
      await native.compile(wasm),
      new Response(wasm),
      Promise.resolve(new Response(wasm)),
    ];
    for (const source of sources) {
      const L = await fresh('slim');
      expect(L.backend().name).toBe('reference');
      expect((await L.init({ wasm: source })).name).toBe('wasm');
      expect(L.mse([1], [3])).toBe(4);
      await L.init({ backend: 'reference' });
      expect((await L.init({ backend: 'wasm' })).name).toBe('wasm');
      expect((await L.init({ wasm: source })).name).toBe('wasm');
    }
  });

  it('takes those of another realm', async () => {
    const context = createContext({ bytes: await bytes() });
    for (const code of ['new WebAssembly.Module(bytes)', 'new Uint8Array(bytes)', 'new Uint8Array(bytes).buffer']) {
      const L = await fresh('slim');
      expect((await L.init({ wasm: runInContext(code, context) })).name).toBe('wasm');
      expect(L.mse([1], [3])).toBe(4);
    }
  });

  it('takes a URL', async () => {
    const L = await fresh('slim');
    const url = `data:application/wasm;base64,${Buffer.from(await bytes()).toString('base64')}`;
    expect((await L.init({ wasm: new URL(url) })).name).toBe('wasm');
  });

  it.each([file, file.href])('takes the URL of a file: %s', async (url) => {
    const L = await fresh('slim');
    await expect(L.init({ wasm: `${file.href}.none` })).rejects.toThrow('ENOENT');
    expect((await L.init({ wasm: url })).name).toBe('wasm');
    expect(L.mse([1], [3])).toBe(4);
    expect(L.ntXent([1, 2, 3, 4], [2, 1, 4, 3], { dim: 2 })).toBeGreaterThan(0);
  });

  it('rejects what it cannot use, and can be asked again', async () => {
    const L = await fresh('slim');
    await expect(L.init({ backend: 'wasm' })).rejects.toThrow('init({ wasm })');
    await expect(L.init({ wasm: any(7) })).rejects.toThrow(TypeError);
    await expect(L.init({ wasm: new Uint8Array(8) })).rejects.toThrow(native.CompileError);
    await expect(L.init({ wasm: new Response('', { status: 404 }) })).rejects.toThrow('404');
    await expect(L.init({ wasm: Promise.reject(new Error('offline')) })).rejects.toThrow('offline');
    // A module of something else altogether: the smallest there is.
    await expect(L.init({ wasm: Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0) })).rejects.toThrow(
      'not the one of losskit',
    );
    expect((await L.init({ wasm: await bytes() })).name).toBe('wasm');
  });
});

describe('losskit/reference', () => {
  it('has the reference only', async () => {
    const L = await fresh('reference');
    expect(L.mse([1], [3])).toBe(4);
    expect(L.backend().name).toBe('reference');
    await expect(L.init({ backend: 'wasm' })).rejects.toThrow('has the reference only');
  });
});
