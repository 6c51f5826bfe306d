import { Worker } from 'node:worker_threads';
import { mse } from 'losskit';

// The main thread's own instance runs as well.
mse([1], [2]);
new Worker(new URL('worker.mjs', import.meta.url)).on('message', (text) => console.log(text));
