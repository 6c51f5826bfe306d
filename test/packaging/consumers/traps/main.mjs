/** Two copies of the package and all its entries in one process, and results that travel. */
import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import * as one from 'losskit';
import * as reference from 'losskit/reference';
import * as slim from 'losskit/slim';

const file = fileURLToPath(import.meta.resolve('losskit'));
mkdirSync(new URL('copy/', import.meta.url), { recursive: true });
copyFileSync(file, new URL('copy/index.mjs', import.meta.url));
const two = await import('./copy/index.mjs');
await slim.init({ wasm: readFileSync(fileURLToPath(import.meta.resolve('losskit/losskit.wasm'))) });

const pred = new Float32Array([1, 2, 3]);
const target = new Float32Array([1, 2, 6]);
for (const { mse } of [one, two, slim, reference, one]) {
  const { value, grad } = mse.valueAndGrad(pred, target);
  assert.deepEqual([value, ...grad], [3, 0, 0, -2]);
}
// require and import are one instance; there is no default export to import by mistake.
const required = createRequire(import.meta.url)('losskit');
assert.equal(required.mse, one.mse);
assert.equal('default' in one, false);

// A buffer of another copy's memory is refused: its address means something else here.
const buffer = two.allocate('float32', 3);
for (const { mse } of [one, slim, reference]) {
  assert.throws(() => mse(buffer, target), /^TypeError: mse: pred .* another copy or entry of losskit/);
  assert.throws(() => mse.valueAndGrad(pred, target, { out: buffer }), TypeError);
}
assert.equal(one.mse(buffer.array, new Float32Array(3)), 0);
assert.throws(() => structuredClone(buffer), { name: 'DataCloneError' });
two.mse(buffer, target);

// An accumulator goes from one to the other as JSON.
const part = two.accumulator(two.mse);
part.add(pred, target);
assert.equal(one.accumulator.from(JSON.parse(JSON.stringify(part))).value(), 3);

// Results can be cloned and transferred, and what was transferred can't be missed by a later call.
const result = one.mse.valueAndGrad(pred, target);
assert.deepEqual(structuredClone(result), result);
structuredClone(result, { transfer: [result.grad.buffer] });
assert.equal(result.grad.length, 0);
assert.deepEqual(structuredClone(one.mse.info).name, 'mse');

const { value, grad } = one.mse.valueAndGrad(pred, target);
console.log(JSON.stringify({ ...one.backend(), value, grad: [...grad] }));
