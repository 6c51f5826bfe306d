/** One case on all peers: the same data, agreement first, then turns in rounds. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../scripts/lib/run.mjs';
import { makeData } from './bind.mjs';
import { gradientElements } from './cases.mjs';
import { disagreement } from './check.mjs';
import { median } from './timer.mjs';

const folder = join(root, 'build', 'bench', 'data');

/** Writes the inputs; returns what a peer is told of the case. */
function publish(one) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const inputs = {};
  for (const [name, array] of Object.entries(one.arrays?.() ?? makeData(one, one.rows).inputs)) {
    const file = join(folder, `${name}.bin`);
    writeFileSync(file, array);
    inputs[name] = { file, type: array instanceof Int32Array ? 'int32' : 'float32', length: array.length };
  }
  const { careful, arrays, ...told } = one;
  return { ...told, inputs, folder };
}

/** An answer to `prepare` with its gradients read, whose files aren't needed any more. */
function read({ value, grads }) {
  const array = (file) => {
    const { buffer, byteOffset, byteLength } = readFileSync(file);
    rmSync(file);
    return new Float32Array(buffer.slice(byteOffset, byteOffset + byteLength));
  };
  return { value, grads: Object.fromEntries(Object.entries(grads).map(([name, file]) => [name, array(file)])) };
}

/** The peers that have the loss and agree with the first one, losskit; what the others lack goes into `notes`. */
async function agreeing(one, peers, notes) {
  const told = publish(one);
  const ready = [];
  let want;
  for (const peer of peers) {
    const answer = await peer.ask({ prepare: { ...told, peer: peer.name } });
    if (answer.missing) {
      if (!answer.missing.startsWith('has no') && !answer.missing.startsWith('not in'))
        notes.push(`${one.id}: ${peer.name}: ${answer.missing}`);
      continue;
    }
    const got = read(answer);
    want ??= got;
    const why = disagreement(got, want);
    if (why) notes.push(`${one.id}: ${peer.name} isn't timed, its ${why}`);
    else ready.push(peer);
  }
  return ready;
}

/** Median ms a call of each peer; `notes` receives why one is missing. */
export async function compare(one, peers, { rounds, turnMs, limitMs }, notes) {
  const ready = await agreeing(one, peers, notes);
  const samples = Object.fromEntries(ready.map(({ name }) => [name, []]));
  const spent = {};
  for (let round = 0; round < rounds; round++) {
    for (const { name, ask } of ready) {
      // A slow peer stops at its limit, but not before its third turn.
      if (round >= 3 && spent[name] > limitMs) continue;
      const begin = performance.now();
      const { samples: more } = await ask({ run: turnMs });
      samples[name].push(...(more ?? []));
      spent[name] = (spent[name] ?? 0) + performance.now() - begin;
    }
  }
  const ms = Object.fromEntries(Object.entries(samples).map(([name, all]) => [name, median(all)]));
  return { id: one.id, variant: one.variant, size: one.size, elements: one.elements ?? gradientElements(one), ms };
}
