/** `npm start`: a classifier and an embedding trained on real digits, and the time of every loss. */
import { backend, init } from 'losskit';
import { loadDigits } from './data.ts';
import { embed } from './embed.ts';
import { table } from './table.ts';
import { bold, curve, dim, heading, print } from './terminal.ts';
import { type Training, train } from './train.ts';

const began = performance.now();
const { train: data, test } = loadDigits(2026);
await init();
const { name, reason } = backend();
print('', `${bold('losskit')} ${dim(`backend: ${name} (${reason})`)}`);

heading('Handwritten digits: a network with cross-entropy, label smoothing 0.1 and L2');
await init({ backend: 'reference' });
const slow = train(data, test, 'reference');
let fast: Training | null = null;
if (name === 'wasm') {
  await init({ backend: 'wasm' });
  fast = train(data, test, 'WASM     ');
}
const { losses } = fast ?? slow;
print('', curve(losses, `the objective over ${losses.length} steps of 64 digits, logarithmic`), '');
if (fast !== null) {
  const apart = Math.max(...fast.losses.map((loss, step) => Math.abs(loss - slow.losses[step]!)));
  print(
    `  Time in the loss: ${slow.lossTime.toFixed(0)} ms in the reference, ${fast.lossTime.toFixed(0)} ms in WASM.`,
    `  The two curves are never more than ${apart.toExponential(1)} apart.`,
  );
}

heading('The same digits as points in the plane, by a triplet loss');
const { before, after } = embed(data, test);
print('', `  ${'before'.padEnd(40)}after`);
before.picture.forEach((line, i) => {
  print(`  ${line}    ${after.picture[i]}`.trimEnd());
});

if (name === 'wasm') {
  heading('Every loss: value and gradient');
  await table();
} else {
  print('', `There is nothing to compare: ${reason}`);
}
print('', `Done in ${((performance.now() - began) / 1000).toFixed(0)} s.`);
