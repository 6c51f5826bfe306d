/** The rooflines, in a process of their own. Prints one line of JSON. */
import { rooflines } from './lib/rooflines.mjs';

console.log(JSON.stringify(rooflines(Number(process.argv[2]))));
