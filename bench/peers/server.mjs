/**
 * One peer in a process of its own. It reads one JSON command a line and answers with one line of JSON, as bench/serving.py does:
 * `{ prepare: case }` → `{ value, grads: { name: file } }` or `{ missing: why }`; `{ run: ms }` → `{ samples: [ms a call, …] }`.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { side, turn } from '../lib/timer.mjs';

/** The arrays of a case, from the files that all peers read. */
function load({ inputs }) {
  const array = ({ file, type }) => {
    const { buffer, byteOffset, byteLength } = readFileSync(file);
    const bytes = buffer.slice(byteOffset, byteOffset + byteLength);
    return type === 'int32' ? new Int32Array(bytes) : new Float32Array(bytes);
  };
  return Object.fromEntries(Object.entries(inputs).map(([name, spec]) => [name, array(spec)]));
}

/** Writes the gradients beside the data. */
function save({ folder, peer, grads: order }, grads) {
  return Object.fromEntries(
    order.map((name, index) => {
      const file = `${folder}/${peer}.${name}.bin`;
      const { buffer, byteOffset, byteLength } = Float32Array.from(grads[index]);
      writeFileSync(file, new Uint8Array(buffer, byteOffset, byteLength));
      return [name, file];
    }),
  );
}

/**
 * Serves `adapt(case, arrays)`, which returns undefined for a loss that the peer doesn't have, else `{ step, result, dispose? }`: `step` does what
 * is timed, `result` gives `{ value, grads }` with the gradients in the case's order.
 */
export async function serve(version, adapt) {
  const answer = (message) => process.stdout.write(`${JSON.stringify(message)}\n`);
  let [current, timed] = [];
  const prepare = (one) => {
    current?.dispose?.();
    current = adapt(one, load(one));
    if (!current) return { missing: 'has no such loss' };
    const { value, grads } = current.result();
    const files = save(one, grads);
    timed = side(current.step, 60);
    return { value, grads: files };
  };
  const run = (ms) => {
    timed.samples = [];
    turn(timed, ms);
    return { samples: timed.samples };
  };
  answer({ version });
  for await (const line of createInterface({ input: process.stdin })) {
    const command = JSON.parse(line);
    try {
      answer(command.prepare ? prepare(command.prepare) : run(command.run));
    } catch (error) {
      answer({ missing: `${error.message}`.split('\n')[0] });
    }
  }
}
