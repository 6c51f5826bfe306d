/**
 * One row of a table of bench/paths, in a process of its own: a path, a row, seconds, and one or more builds of losskit, which take turns.
 * Prints one line of JSON: `{ id, targets, ratios: [of each build] }`.
 */
import { measurePath } from './lib/path.mjs';

const [name, id, seconds, ...builds] = process.argv.slice(2);
console.log(JSON.stringify(await measurePath(name, id, Number(seconds), builds)));
