/** What a call of one loss costs beside its work, in a process of its own. Prints one line of JSON. */
import { calls } from './lib/calls.mjs';

const [variant, seconds] = process.argv.slice(2);
console.log(JSON.stringify(await calls(variant, Number(seconds))));
