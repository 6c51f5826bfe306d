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

heading(
  `A classifier of ${data.count + test.count} handwritten digits: cross-entropy with label smoothing 0.1, plus L2`,
);
await init({ backend: 'reference' });
const slow = train(data, test, 'reference');
let fast: Training | null = null;
if (name === 'wasm') {
  await init({ backend: 'wasm' });
  fast = train(data, test, 'WASM     ');
}
print('', curve((fast ?? slow).losses, `the objective over ${slow.losses.length} epochs`), '');
if (fast !== null) {
  const apart = Math.max(...fast.losses.map((loss, epoch) => Math.abs(loss - slow.losses[epoch]!)));
  print(
    `  Time in the loss: ${slow.lossTime.toFixed(0)} ms in the reference, ${fast.lossTime.toFixed(0)} ms in WASM (${times(slow.lossTime / fast.lossTime)})`,
  );
  print(`  The two curves are never more than ${apart.toExponential(1)} apart`);
}

heading('The same digits as points in the plane, by a triplet loss');
const { before, after } = embed(data, test);
print('', `  ${'before'.padEnd(40)}after`);
before.picture.forEach((line, i) => {
  print(`  ${line}    ${after.picture[i]}`);
});

if (name === 'wasm') {
  heading('Every loss: value and gradient');
  await table();
} else {
  print('', `There is nothing to compare: ${reason}`);
}
print('', `Done in ${((performance.now() - began) / 1000).toFixed(0)} s.`);

function times(ratio: number): string {
  return `${ratio.toFixed(1)} times as fast`;
}
