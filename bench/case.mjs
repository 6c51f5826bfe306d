/** One case, in a process of its own, so that no case shares another's compiled code or heap. Prints one line of JSON. */
import * as losskit from '../dist/index.js';
import * as reference from '../dist/reference.js';
import { carefulCall, lossCall, makeData, residentCall } from './lib/bind.mjs';
import { gradientElements, select } from './lib/cases.mjs';
import { agree } from './lib/check.mjs';
import { race } from './lib/timer.mjs';

const [id, seconds] = process.argv.slice(2);
const one = select([]).find((candidate) => candidate.id === id);

/** A call longer than this is timed once, while it is checked: the reference on the largest batches. */
const SLOW_MS = 1500;

const copies = (grads) => Object.fromEntries(Object.entries(grads).map(([name, g]) => [name, (g.array ?? g).slice()]));

/** All four sides over one set of data; each has its own output, so that none finds its writes in the cache of another. */
function sides(rows, width, like = one) {
  const data = makeData(like, rows, width);
  const fresh = () => ({
    ...data,
    grads: Object.fromEntries(one.grads.map((name) => [name, new Float32Array(data.n)])),
  });
  const resident = residentCall(one, losskit, data);
  const set = { resident: { call: resident.call, grads: resident.grads } };
  for (const [name, call] of [
    ['ordinary', (own) => lossCall(one, losskit, own)],
    ['reference', (own) => lossCall(one, reference, own)],
    ['careful', (own) => carefulCall(one, own)],
  ]) {
    const own = fresh();
    set[name] = { call: call(own), grads: own.grads };
  }
  return { set, free: resident.free };
}

/** Small shapes, odd where the careful JavaScript takes odd ones. */
function smallShapes() {
  // Tiles of careful JavaScript are whole.
  if (one.shape === 'batch') return [4, 8].map((rows) => [rows, 2 * rows]);
  if (one.width === 1) return [37, 101, 255].map((n) => [n, 1]);
  return [3, 5].map((rows) => [rows, Math.min(one.width, 2 * rows + 1)]);
}

/** Short sequences. */
const small = one.steps === undefined ? one : { ...one, steps: 9, spelt: 3 };

/** Odd-sized small calls first: what V8 learns from them holds for all sizes. */
function warm() {
  for (const [rows, width] of smallShapes()) {
    const { set, free } = sides(rows, width, small);
    for (let i = 0; i < 1500; i++) for (const side of Object.values(set)) side.call();
    free();
  }
}

warm();
const { set } = sides(one.rows, one.width);
const want = { value: set.resident.call(), grads: copies(set.resident.grads) };
const ms = {};
for (const [name, { call, grads }] of Object.entries(set)) {
  const begin = performance.now();
  const value = call();
  const elapsed = performance.now() - begin;
  agree(name, { value, grads: copies(grads) }, want);
  if (elapsed > SLOW_MS) ms[name] = elapsed;
}

const quick = Object.entries(set).filter(([name]) => ms[name] === undefined);
const calls = Object.fromEntries(quick.map(([name, { call }]) => [name, call]));
Object.assign(ms, await race(calls, { seconds: Number(seconds) }));
const perElement = 1e6 / gradientElements(one);
const ns = Object.fromEntries(Object.entries(ms).map(([name, median]) => [name, median * perElement]));
const { variant, size } = one;
console.log(JSON.stringify({ id, variant, size, elements: gradientElements(one), ns, ms }));
