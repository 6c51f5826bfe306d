/** One case, in a process of its own, so that no case shares another's compiled code or heap. Prints one line of JSON. */
import * as losskit from '../dist/index.js';
import * as reference from '../dist/reference.js';
import { carefulCall, lossCall, makeData, residentCall } from './lib/bind.mjs';
import { gradientElements, select } from './lib/cases.mjs';
import { agree } from './lib/check.mjs';
import { race } from './lib/timer.mjs';

const [id, seconds] = process.argv.slice(2);
const one = select([]).find((candidate) => candidate.id === id);

const copies = (grads) => Object.fromEntries(Object.entries(grads).map(([name, g]) => [name, (g.array ?? g).slice()]));

/** All four sides over one set of data; each has its own output, so that none finds its writes in the cache of another. */
function sides(rows, width) {
  const data = makeData(one, rows, width);
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

/** Odd-sized small calls first: what V8 learns from them holds for all sizes. */
function warm() {
  const small = one.width === 1 ? [37, 101, 255] : [3, 5];
  for (const rows of small) {
    const { set, free } = sides(rows, one.width === 1 ? 1 : Math.min(one.width, 2 * rows + 1));
    for (let i = 0; i < 1500; i++) for (const side of Object.values(set)) side.call();
    free();
  }
}

warm();
const { set } = sides(one.rows, one.width);
const want = { value: set.resident.call(), grads: copies(set.resident.grads) };
for (const [name, side] of Object.entries(set)) agree(name, { value: side.call(), grads: copies(side.grads) }, want);

const calls = Object.fromEntries(Object.entries(set).map(([name, { call }]) => [name, call]));
const ms = race(calls, { seconds: Number(seconds) });
const perElement = 1e6 / gradientElements(one);
const ns = Object.fromEntries(Object.entries(ms).map(([name, median]) => [name, median * perElement]));
const { variant, size } = one;
console.log(JSON.stringify({ id, variant, size, elements: gradientElements(one), ns, ms }));
