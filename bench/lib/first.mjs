/** What the first call of a process costs, in processes of their own. */
import { measure } from './child.mjs';
import { median } from './timer.mjs';

/** A loss of elements and one of rows. */
const LOSSES = ['mse', 'crossEntropy'];

/** `[{ name, load: [ms of each build], call: [ms of each build] }]`; the builds take turns. */
export async function first(builds, rounds) {
  const rows = [];
  for (const name of LOSSES) {
    const samples = builds.map(() => ({ load: [], call: [] }));
    for (let round = 0; round < rounds; round++) {
      for (const [index, build] of builds.entries()) {
        const { load, call } = await measure('first.mjs', [build, name]);
        samples[index].load.push(load);
        samples[index].call.push(call);
      }
    }
    rows.push({ name, load: samples.map(({ load }) => median(load)), call: samples.map(({ call }) => median(call)) });
  }
  return rows;
}
