/** One case against its roofline, in a process of its own. Prints one line of JSON. */
import { roofline } from './lib/rooflines.mjs';

const [id, seconds] = process.argv.slice(2);
console.log(JSON.stringify(await roofline(id, Number(seconds))));
