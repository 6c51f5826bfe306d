/** Times one row of a table of bench/paths. */
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { load as tableOf } from '../paths/index.mjs';
import { agree } from './check.mjs';
import { race } from './timer.mjs';

/** A build of losskit, by the path of its index.js; `reference` is the entry beside it. */
async function load(file) {
  const url = pathToFileURL(resolve(file));
  const [library, reference] = await Promise.all([import(url), import(new URL('reference.js', url))]);
  return { ...library, reference };
}

/** What a call gives: its value, if it has one, and copies of its gradients. */
function result({ call, grads }) {
  const value = call();
  const copies = Object.entries(grads).map(([name, grad]) => [name, (grad.array ?? grad).slice()]);
  return { value, grads: Object.fromEntries(copies) };
}

/** Sides whose gradients have the same names and lengths compute the same, so values and gradients have to agree. */
function check(sides) {
  const wanted = new Map();
  for (const [name, side] of sides) {
    const got = result(side);
    const kind = Object.entries(got.grads)
      .map(([grad, { length }]) => `${grad} ${length}`)
      .join();
    const want = wanted.get(kind);
    if (want) agree(name, { ...got, value: got.value ?? want.value }, want);
    else wanted.set(kind, got);
  }
}

/** A row at a size that takes no time: odd lengths where rows have one element, else what the careful NT-Xent can take as well. */
const small = (row) => ({ ...row, ...(row.width === 1 ? { rows: 101 } : { rows: 6, width: Math.min(row.width, 12) }) });

const SMALL_CALLS = 3000;

/** The sides of every build, each named with the number of its build, and the rivals: `[name, side]`. */
function allSides(path, row, libraries) {
  const ofBuilds = libraries.flatMap((library, index) =>
    Object.entries(path.sides(row, library)).map(([name, side]) => [nameOf(name, index), side]),
  );
  return [...ofBuilds, ...Object.entries(path.rivals(row))];
}

const nameOf = (side, index) => `${side} of build ${index}`;

/** `{ id, targets, ratios: [of each build] }`: the sides of every build, and the rivals, in turns. */
export async function measurePath(name, id, seconds, builds) {
  const path = await tableOf(name);
  const row = path.rows.find((candidate) => candidate.id === id);
  const libraries = await Promise.all(builds.map(load));
  // Small calls first: functions are then compiled as a whole, not from within a long loop.
  for (const [, { call }] of allSides(path, small(row), libraries)) for (let i = 0; i < SMALL_CALLS; i++) call();
  const sides = allSides(path, row, libraries);
  check(sides);
  const times = await race(Object.fromEntries(sides.map(([side, { call }]) => [side, call])), { seconds });
  const ratios = builds.map((_, index) => {
    const time = (side) => times[nameOf(side, index)] ?? times[side];
    return Object.fromEntries(Object.entries(path.ratios).map(([ratio, [a, b]]) => [ratio, time(a) / time(b)]));
  });
  return { id, targets: row.targets, ratios };
}
