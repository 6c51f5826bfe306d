/** Asking for threads: what `init` takes, what it says, and workers that are ended. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

type Library = typeof import('../../ts/index.ts');

/** A fresh copy of the package, with nothing started. */
async function fresh(): Promise<Library> {
  vi.resetModules();
  return import('../../ts/index.ts');
}

// biome-ignore lint/suspicious/noExplicitAny: wrong calls on purpose
const any = (x: unknown): any => x;
const native = process.getBuiltinModule;
const { Worker } = native('node:worker_threads');

/** The workers that were started. */
const workers: InstanceType<typeof Worker>[] = [];

/** Lets `node:worker_threads` have another class of workers, or none. */
function withWorker(make: unknown): void {
  const other = (name: string) =>
    name === 'node:worker_threads' && make !== null ? { Worker: make } : make === null ? undefined : native(name);
  process.getBuiltinModule = other as typeof native;
}

beforeEach(() => {
  workers.length = 0;
  withWorker(
    class extends Worker {
      constructor(...args: ConstructorParameters<typeof Worker>) {
        super(...args);
        workers.push(this);
      }
    },
  );
});
afterEach(() => {
  process.getBuiltinModule = native;
  vi.unstubAllGlobals();
});

const input = (L: Library, n = 100_000) => {
  const x = L.allocate('float32', n);
  x.array.forEach((_, i) => {
    x.array[i] = Math.sin(i);
  });
  return x;
};

describe('init({ threads })', () => {
  it('says how many there are, ends them, and starts them again', async () => {
    const L = await fresh();
    expect((await L.init()).threads).toBe(1);
    expect(await L.init({ threads: 2 })).toEqual({ name: 'wasm', threads: 2, reason: 'WebAssembly runs here' });
    expect(L.backend().threads).toBe(2);
    expect((await L.init({ threads: 3 })).threads).toBe(3);
    expect((await L.init({ threads: 3 })).threads).toBe(3);
    expect(workers).toHaveLength(3);
    expect((await L.init()).threads).toBe(3);
    const x = input(L);
    const expected = L.mse(x, x.array.slice().fill(0));
    expect((await L.init({ threads: 1 })).threads).toBe(1);
    // Memory is shared by now, so that buffers may stay where they are.
    expect((await L.init({ threads: 2 })).threads).toBe(2);
    expect(L.mse(x, x.array.slice().fill(0))).toBe(expected);
    expect(x.array.buffer).toBeInstanceOf(SharedArrayBuffer);
    await L.init({ threads: 1 });
  });

  it('takes one wish after another, in the order in which they came', async () => {
    const L = await fresh();
    const all = await Promise.all([2, 1, 3, 4, 2].map((threads) => L.init({ threads })));
    expect(all.map(({ threads }) => threads)).toEqual([2, 1, 3, 4, 2]);
    expect(L.backend().threads).toBe(2);
    await Promise.allSettled([L.init({ threads: 3 }), L.init({ threads: 0 }), L.init({ threads: 1 })]);
    expect(L.backend().threads).toBe(1);
  });

  it('checks what it takes', async () => {
    const L = await fresh();
    for (const wrong of [0, 1.5, -1, 65, Number.NaN]) {
      await expect(L.init({ threads: wrong })).rejects.toThrow(RangeError);
    }
    for (const wrong of ['2', null, true]) await expect(L.init({ threads: any(wrong) })).rejects.toThrow(TypeError);
    await expect(L.init({ threads: any('many') })).rejects.toThrow("'auto' or a whole number from 1 to 64");
    await expect(L.init({ backend: 'reference', threads: 2 })).rejects.toThrow(TypeError);
    expect((await L.init({ backend: 'reference', threads: 1 })).threads).toBe(1);
    await expect(L.init({ threads: 2 })).rejects.toThrow("init({ backend: 'wasm', threads })");
    expect((await L.init({ threads: 'auto' })).threads).toBe(1);
    expect((await L.init({ backend: 'wasm', threads: 2 })).threads).toBe(2);
    expect((await L.init({ backend: 'reference' })).threads).toBe(1);
    expect((await L.init({ backend: 'wasm' })).threads).toBe(2);
    await L.init({ threads: 1 });
  });

  it('refuses to share memory that resident buffers lie in, and goes on', async () => {
    const L = await fresh();
    const x = L.allocate('float32', 3);
    for (const threads of [2, 'auto'] as const) {
      await expect(L.init({ threads })).rejects.toThrow('before the first allocate');
    }
    expect(L.backend()).toEqual({ name: 'wasm', threads: 1, reason: 'WebAssembly runs here' });
    expect(L.mse(x, [1, 1, 1])).toBe(1);
    x.free();
    expect((await L.init({ threads: 2 })).threads).toBe(2);
    await L.init({ threads: 1 });
  });

  it('remembers nothing of the memory before', async () => {
    const L = await fresh();
    const [x, y] = [Float32Array.of(1, 2), Float32Array.of(3, 5)];
    for (let i = 0; i < 5; i++) expect(L.mse(x, y)).toBe(6.5);
    await L.init({ threads: 2 });
    for (let i = 0; i < 5; i++) expect(L.mse(x, y)).toBe(6.5);
    await L.init({ threads: 1 });
  });
});

describe('losskit/slim', () => {
  const bytes = () => new Uint8Array(readFileSync('build/wasm/losskit.wasm'));

  /** A fresh copy of the package for which the caller brings the WebAssembly. */
  async function slim(): Promise<Library> {
    vi.resetModules();
    const families = readdirSync('ts/losses').filter((name) => existsSync(`ts/losses/${name}/kernels.ts`));
    for (const file of ['core/wasm/source/source.ts', ...families.map((name) => `losses/${name}/kernels.ts`)]) {
      vi.doMock(`../../ts/${file}`, () => import('../../ts/core/wasm/source/source.slim.ts'));
    }
    const library = await import('../../ts/index.ts');
    for (const name of families) vi.doUnmock(`../../ts/losses/${name}/kernels.ts`);
    vi.doUnmock('../../ts/core/wasm/source/source.ts');
    return library;
  }

  it('takes bytes and threads in one call', async () => {
    const L = await slim();
    expect((await L.init({ wasm: bytes(), threads: 2 })).threads).toBe(2);
    const [x, y] = [input(L), L.allocate('float32', 100_000)];
    expect(L.mse(x, y)).toBe(L.mse(x.array.slice(), y.array.slice()));
    await L.init({ threads: 1 });
  });

  it('says that bytes are missing, and takes them later', async () => {
    const L = await slim();
    await L.init({ wasm: new WebAssembly.Module(bytes()) });
    for (const threads of [2, 'auto'] as const) {
      await expect(L.init({ threads })).rejects.toThrow('init({ wasm, threads })');
    }
    expect(L.mse([1], [3])).toBe(4);
    expect((await L.init({ wasm: bytes(), threads: 2 })).threads).toBe(2);
    expect(L.mse([1], [3])).toBe(4);
    await L.init({ threads: 1 });
  });
});

describe('where threads can’t be', () => {
  /** A number rejects with this, 'auto' says it. */
  async function expectWhy(why: string): Promise<void> {
    const L = await fresh();
    await expect(L.init({ threads: 2 })).rejects.toThrow(why);
    const { threads, reason } = await L.init({ threads: 'auto' });
    expect(threads).toBe(1);
    expect(reason).toContain(why);
    expect(L.mse([1], [3])).toBe(4);
  }

  it('an engine without workers', async () => {
    withWorker(null);
    vi.stubGlobal('Worker', undefined);
    await expectWhy('this engine has no workers');
  });

  it('a page that isn’t isolated', async () => {
    withWorker(null);
    vi.stubGlobal('Worker', class {});
    vi.stubGlobal('crossOriginIsolated', false);
    await expectWhy('Cross-Origin-Opener-Policy: same-origin');
  });

  it('a policy against workers', async () => {
    withWorker(
      class {
        constructor() {
          throw new Error('forbidden by policy');
        }
      },
    );
    await expectWhy('forbidden by policy');
  });

  it('workers that fail as they start', async () => {
    withWorker(
      class extends Worker {
        constructor(_code: string, options: object) {
          super('throw new Error("no luck")', options);
        }
      },
    );
    await expectWhy('no luck');
  });
});

describe('workers that are ended', () => {
  it('at any time lose nothing', async () => {
    const L = await fresh();
    await L.init({ threads: 4 });
    const [x, y] = [input(L, 300_000), L.allocate('float32', 300_000)];
    const out = L.allocate('float32', 300_000);
    const expected = L.logCosh.valueAndGrad(x, y).value;
    const grad = L.logCosh.valueAndGrad(x, y).grad.slice();
    for (let i = 0; i < 60; i++) {
      if (i % 20 === 10) workers[(i / 20) | 0]!.terminate();
      out.array.fill(0);
      const result = L.logCosh.valueAndGrad(x, y, { out });
      expect(result.value).toBe(expected);
      expect(Buffer.compare(Buffer.from(out.array.slice().buffer), Buffer.from(grad.buffer))).toBe(0);
      // Workers end while others run, or while nobody does.
      if (i % 2 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    }
    expect(L.backend().threads).toBe(1);
    expect((await L.init({ threads: 3 })).threads).toBe(3);
    expect(L.logCosh(x, y)).toBe(expected);
    await L.init({ threads: 1 });
  });

  it('in the middle of a part, which is then done again', async () => {
    const L = await fresh();
    await L.init({ threads: 2 });
    const [x, y] = [input(L, 3_000_000), L.allocate('float32', 3_000_000)];
    const expected = L.gammaNll.valueAndGrad(x.array.map(Math.exp), x.array.map(Math.abs));
    x.array.forEach((z, i) => {
      [x.array[i], y.array[i]] = [Math.exp(z), Math.abs(z)];
    });
    for (let i = 0; i < 5; i++) {
      if ((await L.init({ threads: 2 })).threads !== 2) throw new Error('no worker');
      workers.at(-1)!.terminate();
      const { value, grad } = L.gammaNll.valueAndGrad(x, y);
      expect(value).toBe(expected.value);
      expect(Buffer.compare(Buffer.from(grad.slice().buffer), Buffer.from(expected.grad.buffer))).toBe(0);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await L.init({ threads: 1 });
  });
});
