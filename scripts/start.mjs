/** `npm start`: sets up whatever is missing, then runs the demo. Arguments after `--` go to the demo. */
import { ensureReady } from './lib/ready.mjs';
import { entry, run } from './lib/run.mjs';

await entry(async () => {
  await ensureReady({ withDemo: true });
  return run(process.execPath, ['build/demo/main.js', ...process.argv.slice(2)]);
});
