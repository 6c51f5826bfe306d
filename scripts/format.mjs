/** `npm run format`: formats both languages and applies the safe lint fixes. */
import { bin, entry, run } from './lib/run.mjs';

await entry(async () => {
  const rust = await run('cargo', ['fmt', '--all']);
  const rest = await run(process.execPath, [bin('@biomejs', 'biome', 'bin', 'biome'), 'check', '--write']);
  return rust || rest;
});
