/** All cases on all peers. */
import { select } from './cases.mjs';
import { compare } from './compare.mjs';
import { programs } from './installs.mjs';
import { layerCases } from './layers.mjs';
import { start } from './peer.mjs';
import { machine } from './suite.mjs';

/** `{ machine, peers: [{ name, version | missing }], versus: [{ variant, size, ms: { peer: ms } }], notes }` */
export async function versus({ words }, effort, progress) {
  const started = await Promise.all(programs.map(start));
  const ready = started.filter(({ missing }) => !missing);
  const [result, notes] = [[], []];
  // 128 elements say more of the peers' languages than of them.
  const losses = select(words).filter(({ rows, width }) => rows * width >= 1024);
  const heads = layerCases.filter(({ id }) => words.length === 0 || words.some((word) => id.includes(word)));
  for (const one of [...losses, ...heads]) {
    progress(`${one.id} on the peers`);
    result.push(await compare(one, ready, effort, notes));
  }
  for (const peer of ready) peer.stop();
  const peers = started.map(({ name, version, missing }) => ({ name, version, missing }));
  return { machine: machine(), peers, versus: result, notes };
}
