/** Threads of the built package, in programs of their own: these end by themselves, whatever workers are doing. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

/** What a program prints that imports the package as L. */
async function program(code: string): Promise<string> {
  const whole = `import * as L from './dist/index.js';\n${code}`;
  const args = ['--input-type=module', '--eval', whole];
  // A program that doesn't end is ended, and fails.
  const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 50_000 });
  return stdout.trim();
}

const calls = `
  const [x, y] = [L.allocate('float32', 400_000), L.allocate('float32', 400_000)];
  x.array.fill(2);
  for (let i = 0; i < 50; i++) L.mse(x, y);
  console.log(L.backend().threads, L.mse(x, y));`;

it.each([
  [
    'ends while workers sleep',
    `await L.init({ threads: 3 }); ${calls} await new Promise((done) => setTimeout(done, 50));`,
  ],
  ['ends while workers look for work', `await L.init({ threads: 3 }); ${calls}`],
  ['ends by process.exit', `await L.init({ threads: 3 }); ${calls} process.exit(0);`],
])('a program with threads %s', async (_, code) => {
  expect(await program(code)).toBe('3 4');
});

it('a program that asked for threads and has nothing else to do ends', async () => {
  expect(await program("L.init({ threads: 'auto' });")).toBe('');
});

it('an error reaches the program as it does without threads', async () => {
  const code = `await L.init({ threads: 2 });
    const [log, labels] = [L.allocate('float32', 300_000), L.allocate('int32', 100_000)];
    labels.array[77_777] = 3;
    try { L.nll(log, labels); } catch (error) { console.log(error.message); }`;
  expect(await program(code)).toContain('labels[77777] = 3');
});

/** Lets workers be known, so that they can be ended. */
const knowWorkers = `
  const workers = [];
  const native = process.getBuiltinModule;
  class Known extends native('node:worker_threads').Worker {
    constructor(...args) {
      super(...args);
      workers.push(this);
    }
  }
  process.getBuiltinModule = (name) => (name === 'node:worker_threads' ? { Worker: Known } : native(name));`;

/**
 * Lets it be known whether a worker has run a part. This thread looks at the word of each part before it begins it: a job's number, and in the last
 * eight bits 0 while nobody has, 1 where it has itself, else what a worker has made of it.
 */
const knowParts = `
  let isShared = false;
  const load = Atomics.load;
  Atomics.load = (words, place) => {
    const now = load(words, place);
    if (now > 255 && (now & 255) > 1) isShared = true;
    return now;
  };`;

it.each([
  [
    'a batch',
    `const [x, y] = [512, 512].map((n) => data(n * 64)); const call = () => L.ntXent.valueAndGrad(x, y, { batch: 512 });`,
  ],
  [
    'images',
    "const x = data(400_000); const call = () => L.dice.valueAndGrad(x, x.map(() => 0), { shape: [40, 2500, 4], activation: 'softmax' });",
  ],
  [
    'a linear layer',
    `const [h, w] = [data(64 * 200), data(1000 * 200)]; const y = new Int32Array(64).fill(7);
    const call = () => L.linearCrossEntropy.valueAndGrad(h, w, y, { dim: 200 });`,
  ],
  [
    'a linear layer on resident arrays',
    `await L.init({ threads: 2 });
    const resident = (array) => {
      const buffer = L.allocate('float32', array.length);
      buffer.array.set(array);
      return buffer;
    };
    const [h, w] = [data(64 * 200), data(1000 * 200)].map(resident); const y = new Int32Array(64).fill(7);
    await L.init({ threads: 1 });
    const call = () => L.linearCrossEntropy.valueAndGrad(h, w, y, { dim: 200 });`,
  ],
  ['elements', 'const [x, y] = [data(400_000), data(400_000)]; const call = () => L.huber.valueAndGrad(x, y);'],
])('workers that end in the middle lose nothing of %s', async (_, code) => {
  const ended = `${knowWorkers}${knowParts}
    const data = (n) => Float32Array.from({ length: n }, (_, i) => Math.sin(i * i));
    ${code}
    const bits = () => {
      const { value, grad } = call();
      return [value, ...[grad].flatMap((g) => (ArrayBuffer.isView(g) ? [g] : Object.values(g))).map((g) => g.join())].join();
    };
    const want = bits();
    // As often as it takes until a worker comes to it.
    await L.init({ threads: 3 });
    while (!isShared) {
      if (bits() !== want) throw new Error('another result');
      await new Promise((done) => setTimeout(done, 1));
    }
    await L.init({ threads: 1 });
    workers.length = 0;
    for (let i = 0; i < 6; i++) {
      await L.init({ threads: 3 });
      const mortal = workers.splice(0);
      for (let k = 0; k < 4; k++) {
        // They end while the call runs, at once or a little later.
        if (k < 2) mortal[k].terminate();
        if (bits() !== want) throw new Error('another result');
        if (i % 2 === 0) await new Promise((done) => setTimeout(done, 1));
      }
      await L.init({ threads: 1 });
    }
    console.log('the same');`;
  expect(await program(ended)).toBe('the same');
});
