/** Prints the hashes as JSON, in whichever engine runs it: `node print.mjs`, after a build. */
import * as losskit from '../../dist/index.js';
import { hashes } from './bits.mjs';

console.log(JSON.stringify(await hashes(losskit)));
