/** What the checks of all libraries share. Each file runs alone and ends with the number of checks it made. */
import assert from 'node:assert/strict';
import { backend, crossEntropy, l2, mse } from 'losskit';

let checks = 0;
process.on('exit', (code) => {
  if (code === 0) console.log(`${checks} checks, ${backend().name}`);
});

export const f32 = (...x) => Float32Array.from(x);
export const f64 = (...x) => Float64Array.from(x);

/** The elements as a loss reads them, in their order and precision: the gradient of half the sum of squares. */
export function holds(x, elements) {
  assert.deepEqual(l2.valueAndGrad(x, { half: true }).grad, elements);
  checks++;
}

/** Labels, or one-hot rows, and logits (3 rows of 2) as losses read them; one-hot rows may round the gradient's last bit. */
export function labelsHold(logits, labels) {
  const expected = crossEntropy.valueAndGrad(f32(1, 2, 3, 4, 0, 6), Int32Array.of(1, 0, 1));
  const { value, grad } = crossEntropy.valueAndGrad(logits, labels);
  assert.equal(grad.constructor, Float32Array);
  assert.equal(grad.length, 6);
  assert.ok(Math.abs(value - expected.value) < 1e-12);
  const near = grad.every((g, i) => Math.abs(g - expected.grad[i]) < 1e-7);
  assert.ok(near, `${grad} isn't ${expected.grad}`);
  checks++;
}

/** A call that has to be refused, in words that say what to do. */
export function refuses(call, kind, message) {
  assert.throws(call, (error) => {
    assert.equal(error.constructor, kind, error.stack);
    assert.match(error.message, message);
    return true;
  });
  checks++;
}

/** Shapes count, not only lengths. */
export function shapesDiffer(a, b) {
  refuses(() => mse(a, b), RangeError, /^mse: target must .*(shape|as long as)/);
}

export function equal(got, expected) {
  assert.deepEqual(got, expected);
  checks++;
}
