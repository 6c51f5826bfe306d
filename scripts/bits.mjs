/** `npm run bits`: writes test/bits/hashes.txt, the hashes of every loss's results that all engines and the host have to reproduce. */
import { ensureReady } from './lib/ready.mjs';
import { bin, entry, run } from './lib/run.mjs';

await entry(async () => {
  await ensureReady();
  const args = [bin('vitest', 'vitest.mjs'), 'run', 'test/losses/hashes.test.ts'];
  const code = await run(process.execPath, args, { extraEnv: { LOSSKIT_WRITE: 'yes' } });
  if (code === 0) console.log("`cargo test --profile fast --test bits` compares the hashes with the host's.");
  return code;
});
