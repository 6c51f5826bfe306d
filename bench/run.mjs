/** `npm run bench`: sets up what is missing, measures, prints one report. `npm run bench -- --help` says what can be chosen. */
import { ensureReady } from '../scripts/lib/ready.mjs';
import { entry } from '../scripts/lib/run.mjs';
import { parse } from './lib/arguments.mjs';

await entry(async () => {
  const options = parse(process.argv.slice(2));
  await ensureReady();
  // Only now: these import packages and dist/.
  const [{ suite }, { sections, where }, { plain }] = await Promise.all([
    import('./lib/suite.mjs'),
    import('./lib/report.mjs'),
    import('./lib/tables.mjs'),
  ]);
  const report = await suite(options, (name) => console.error(`measuring ${name}`));
  if (options.json) console.log(JSON.stringify(report, null, 2));
  else {
    console.log(`\n${where(report.machine)}${options.quick ? ' · quick' : ''}`);
    for (const { title, note, head, rows } of sections(report))
      console.log(`\n${title}\n${note}\n\n${plain(head, rows)}`);
  }
  for (const failure of report.failed) console.error(`failed: ${failure}`);
  return report.failed.length > 0 ? 1 : 0;
});
