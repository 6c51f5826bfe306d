/** The first call of a process: a build of losskit and a loss. Prints one line of JSON: ms to load the package, and for the call. */
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const [build, loss] = process.argv.slice(2);
const { href } = pathToFileURL(resolve(build));
const began = performance.now();
const library = await import(href);
const loaded = performance.now();
const numbers = Float32Array.of(0.1, 0.2, 0.3, 0.4);
if (library[loss].info.shape === 'rowwise') library[loss].valueAndGrad(numbers, Int32Array.of(1));
else library[loss].valueAndGrad(numbers, numbers.slice());
const called = performance.now();
console.log(JSON.stringify({ load: loaded - began, call: called - loaded }));
