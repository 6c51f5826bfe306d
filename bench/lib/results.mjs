/** bench/RESULTS.md and bench/results.json: the second holds the figures, the first is made from it. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../scripts/lib/run.mjs';
import { README_BEGIN, README_END, readmeFigures } from './readme.mjs';
import { reason } from './reasons.mjs';
import { sections, where } from './report.mjs';
import { figure, markdown, times } from './tables.mjs';

const file = (...path) => join(root, ...path);
const OWN = 'losskit';

/** Ratios: a peer's time over losskit's on resident data. */
function ratios({ versus, peers }) {
  const names = peers.filter(({ name, missing }) => name !== OWN && !missing).map(({ name }) => name);
  return {
    title: 'Against peers',
    note: `times as long as losskit on resident data (whose own time is in ns per gradient element); the second column of times is losskit on ordinary arrays`,
    head: ['loss', 'size', 'losskit', ...names],
    rows: versus.map(({ variant, size, elements, ms }) => [
      variant,
      size,
      `${figure((ms[OWN] * 1e6) / elements)} ns`,
      ...names.map((name) => times(ms[name] / ms[OWN])),
    ]),
  };
}

/** Each rival's wins, with the reason. */
function losses({ versus, cases, paths = {} }) {
  const lost = [];
  const note = (variant, size, who, ratio, why = reason(variant, size)) => {
    if (ratio < 1) lost.push(`- \`${variant}\`, ${size}, ${who} takes ${times(ratio)} as long: ${why}`);
  };
  for (const { variant, size, ms } of versus) {
    for (const [name, time] of Object.entries(ms)) {
      if (!name.startsWith(OWN)) note(variant, size, name, time / ms[OWN]);
    }
  }
  for (const { variant, size, ns } of cases) note(variant, size, 'careful JavaScript', ns.careful / ns.resident);
  for (const [path, { title, better, rival, rows }] of Object.entries(paths)) {
    for (const { id, ratios } of rows) {
      const [variant, size] = id.split('@');
      for (const ratio of Object.keys(better).filter((one) => better[one] === 'more')) {
        const who = `${title.toLowerCase()}, ${ratio}: ${rival?.[ratio] ?? 'careful JavaScript'}`;
        note(variant, size, who, ratios[0][ratio], reason(variant, size, `${path} ${ratio}`));
      }
    }
  }
  return lost.length === 0 ? 'Nowhere in these tables.' : lost.join('\n');
}

const versions = ({ peers }) =>
  peers
    .filter(({ name }) => !name.startsWith(OWN))
    .map(({ name, version, missing }) => `- ${name}: ${missing ? `not measured: ${missing}` : version}`)
    .join('\n');

/** The whole of RESULTS.md. */
export function render(results) {
  const tables = [ratios(results), ...sections(results)];
  const parts = tables.map(({ title, note, head, rows }) => `## ${title}\n\n${note}.\n\n${markdown(head, rows)}`);
  const notes = results.notes.length ? `\n\nNot timed:\n\n${results.notes.map((note) => `- ${note}`).join('\n')}` : '';
  return `# Results

Written by \`npm run bench:peers\`; not edited by hand. Value and gradient, float32, one thread, medians; all sides take turns on the
same data in one run, and nothing is timed before its value and gradients agree with losskit's.

${where(results.machine)}

${versions(results)}

${parts.join('\n\n')}

## Where losskit loses, and why

${losses(results)}${notes}
`;
}

/** What the terminal shows. */
export const printed = (results) => render(results);

/** Writes both files, and the README's figures where it has a place for them. */
export function write(results) {
  writeFileSync(file('bench', 'results.json'), `${JSON.stringify(results, null, 2)}\n`);
  writeFileSync(file('bench', 'RESULTS.md'), render(results));
  const readme = readFileSync(file('README.md'), 'utf8');
  const [begin, end] = [readme.indexOf(README_BEGIN), readme.indexOf(README_END)];
  if (begin < 0 || end < 0) return;
  const head = readme.slice(0, begin + README_BEGIN.length);
  writeFileSync(file('README.md'), `${head}\n${readmeFigures(results)}\n${readme.slice(end)}`);
}
