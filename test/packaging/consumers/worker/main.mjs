import assert from 'node:assert/strict';
import { Worker } from 'node:worker_threads';
import { mse } from 'losskit';

// The main thread's own instance runs as well.
mse([1], [2]);
new Worker(new URL('worker.mjs', import.meta.url)).on('message', ({ name, reason, value, grad }) => {
  assert.ok(grad instanceof Float32Array);
  if (name) console.log(JSON.stringify({ name, reason, value, grad: [...grad] }));
});
