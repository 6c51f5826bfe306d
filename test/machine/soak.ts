/**
 * A long run: programs of the state machine on one instance of the library, and between them calls whose speed is measured. Memory has to
 * stay flat, and the speed steady. Run by `npm run soak`, which bundles it: soak.js <entry> <seconds> <seed> <threads>.
 */
import { resolve } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import { everyProgramIsRight } from './commands.ts';
import { instancesOf, type Library } from './instances.ts';
import { growth, median } from './slope.ts';

/** Programs between two measurements. */
const PROGRAMS = 10;
/** What memory may grow by from the first quarter of the run to its end, by the fitted line. */
const MOST_BYTES = 4 * 2 ** 20;
/** Measurements without which a run says nothing of memory, and seconds without which it says nothing of speed. */
const FEWEST = 8;
const STEADY_SECONDS = 60;
/** The least that speed may come to, of what it was at first: other programs take their share of a machine. */
const LEAST_SPEED = 0.6;

/** One measurement. */
interface Sample {
  readonly minutes: number;
  /** On the engine's heap, in ordinary array buffers, and in WebAssembly's memory. */
  readonly heap: number;
  readonly buffers: number;
  readonly wasm: number;
  readonly callsPerSecond: number;
}

/** Calls by every path: resident, copied, of new arrays. Returns their number in a second of the process's own time. */
function speed(library: Library): number {
  const [pred, target] = [0, 1].map((k) => Float32Array.from({ length: 1024 }, (_, i) => Math.sin(i + k)));
  const [x, out] = [0, 1].map(() => library.allocate('float32', 1024));
  x.array.set(pred);
  const options = { out };
  const rates = Array.from({ length: 5 }, () => {
    const began = process.cpuUsage();
    for (let i = 0; i < 2000; i++) {
      library.mse.valueAndGrad(x, target, options);
      library.mse.valueAndGrad(pred, target);
      library.huber.valueAndGrad(pred!.subarray(0, 64), target!.subarray(0, 64));
    }
    const { user, system } = process.cpuUsage(began);
    return 6000 / ((user + system) / 1e6);
  });
  x.free();
  out.free();
  return median(rates);
}

/** Bytes of the WebAssembly memory. */
function wasmBytes(library: Library): number {
  const buffer = library.allocate('int32', 1);
  const { byteLength } = buffer.array.buffer;
  buffer.free();
  return byteLength;
}

/** The workers of `node:worker_threads` that the library has started. */
const workers: { terminate(): unknown }[] = [];

/** Lets every worker be known, so that it can be ended. */
function knowWorkers(): void {
  const native = process.getBuiltinModule;
  const { Worker } = native('node:worker_threads');
  class Known extends Worker {
    constructor(...args: ConstructorParameters<typeof Worker>) {
      super(...args);
      workers.push(this);
    }
  }
  const other = (name: string) => (name === 'node:worker_threads' ? { Worker: Known } : native(name as never));
  process.getBuiltinModule = other as typeof native;
}

/** A large call, which threads share, some of whose workers are ended meanwhile; and as many as before afterwards. */
async function share(library: Library, threads: number, seed: number): Promise<void> {
  const [x, y, out] = Array.from({ length: 3 }, () => library.allocate('float32', 400_000));
  x.array.forEach((_: number, i: number) => {
    x.array[i] = Math.sin(i + seed);
  });
  const [classes, labels] = [1000, 100_000].map((n) => Int32Array.from({ length: n }, (_, i) => i % 4));
  // Of elements; of a batch and a linear layer, which are begun anew where a worker ends; of images.
  const calls: (() => number)[] = [
    () => library.logCosh.valueAndGrad(x, y, { out }).value,
    () => library.supCon.valueAndGrad(x, classes, { shape: [1000, 400], out }).value,
    () => library.dice.valueAndGrad(x, labels, { shape: [40, 2500, 4], activation: 'softmax', out }).value,
    () =>
      library.linearCrossEntropy.valueAndGrad(x, x, classes, { dim: 400, grads: ['hidden'], out: { hidden: out } })
        .value,
  ];
  const call = calls[seed % calls.length]!;
  const hash = () => out.array.reduce((h: number, g: number, i: number) => (h + g * (i % 7)) % 1e6, 0);
  const [want, sum] = [call(), hash()];
  const mortal = workers.splice(0);
  for (let i = 0; i < 20; i++) {
    if (i === seed % 20) mortal[seed % mortal.length]?.terminate();
    out.array.fill(0);
    if (call() !== want || hash() !== sum) throw new Error(`a call of ${threads} threads differs, seed ${seed}`);
    if (i % 4 === 0) await setImmediate();
  }
  for (const buffer of [x, y, out]) buffer.free();
  // Those that are left are ended, and all start anew.
  await library.init({ threads: 1 });
  await library.init({ threads });
}

/** Collects garbage, and what is freed only when that is gone. */
async function collected(): Promise<void> {
  for (let i = 0; i < 2; i++) {
    globalThis.gc!();
    await setImmediate();
  }
}

/** Runs programs for so long; throws what fast-check says of one that fails. */
async function run(
  library: Library,
  fresh: () => Library,
  [seconds, seed, threads]: readonly [number, number, number],
): Promise<Sample[]> {
  const property = everyProgramIsRight(() => library, fresh);
  const samples: Sample[] = [];
  const began = performance.now();
  const elapsed = () => (performance.now() - began) / 1000;
  for (let round = 0; elapsed() < seconds; round++) {
    await fc.assert(property, { numRuns: PROGRAMS, seed: seed + round });
    await library.init({ backend: 'wasm' });
    if (threads > 1) await share(library, threads, seed + round);
    const callsPerSecond = speed(library);
    await collected();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    samples.push({
      minutes: elapsed() / 60,
      heap: heapUsed,
      buffers: arrayBuffers,
      wasm: wasmBytes(library),
      callsPerSecond,
    });
  }
  return samples;
}

/** What is wrong with the memory, in words. */
function growing(samples: readonly Sample[]): string[] {
  return (['heap', 'buffers', 'wasm'] as const).flatMap((kind) => {
    const bytes = growth(samples.map((sample) => [sample.minutes, sample[kind]]));
    console.log(`${kind}: ${mega(median(samples.map((sample) => sample[kind])))} MB, grown by ${mega(bytes)} MB`);
    return bytes > MOST_BYTES ? [`${kind} grew by ${mega(bytes)} MB`] : [];
  });
}

/** What is wrong with the speed, in words. */
function slowing(samples: readonly Sample[]): string[] {
  const third = Math.ceil(samples.length / 3);
  const rate = (part: readonly Sample[]) => median(part.map(({ callsPerSecond }) => callsPerSecond));
  const [early, late] = [rate(samples.slice(0, third)), rate(samples.slice(-third))];
  console.log(`calls a second: ${Math.round(early)} → ${Math.round(late)}`);
  return late < LEAST_SPEED * early ? [`speed fell to ${(late / early).toFixed(2)} of what it was`] : [];
}

/** What is wrong, as far as a run of this length can say; the first quarter is for the engine to settle. */
function faults(samples: readonly Sample[], seconds: number): string[] {
  const settled = samples.slice(samples.length >> 2);
  if (settled.length < FEWEST) return [];
  return [...growing(settled), ...(seconds < STEADY_SECONDS ? [] : slowing(settled))];
}

const mega = (bytes: number): string => (bytes / 2 ** 20).toFixed(2);

const [entry, ...numbers] = process.argv.slice(2);
const [seconds, seed, threads] = numbers.map(Number) as [number, number, number];
if (threads > 1) knowWorkers();
const library = (await import(pathToFileURL(resolve(entry!)).href)) as Library;
console.log(`${seconds} s of random programs, seed ${seed}`);
if (threads > 1) await library.init({ threads });
const samples = await run(library, instancesOf(entry!), [seconds, seed, threads]);
console.log(`${samples.length * PROGRAMS} programs, every call as in a fresh instance`);
const found = faults(samples, seconds);
for (const fault of found) console.error(`failed: ${fault}`);
process.exitCode = found.length > 0 ? 1 : 0;
