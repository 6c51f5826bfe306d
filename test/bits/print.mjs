/** Prints the hashes as JSON, in whichever engine runs it: `node print.mjs`, after a build. */
import { readFileSync } from 'node:fs';
import * as losskit from '../../dist/index.js';
import { callsOf, hashes } from './bits.mjs';

const known = readFileSync(new URL('hashes.txt', import.meta.url), 'utf8');
console.log(JSON.stringify(await hashes(losskit, callsOf(known))));
