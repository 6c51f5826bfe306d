/** `npm run check`: formatting, lints and types of both languages. Runs all of them, so that one look shows all there is to do. */
import { ensureReady } from './lib/ready.mjs';
import { bin, entry, run } from './lib/run.mjs';
import { ensureLinters } from './lib/tools.mjs';

await entry(async () => {
  await ensureLinters();
  // The types of the generated files are needed below.
  await ensureReady();
  const clippy = ['clippy', '--workspace', '--locked', '--quiet'];
  const deny = ['--', '-D', 'warnings'];
  const checks = [
    ['cargo', ['fmt', '--all', '--check']],
    ['cargo', [...clippy, '--all-targets', ...deny]],
    // The tests run on the host; for WebAssembly there is the library alone.
    ['cargo', [...clippy, '--lib', '--target', 'wasm32-unknown-unknown', ...deny]],
    [process.execPath, [bin('@biomejs', 'biome', 'bin', 'biome'), 'check', '--error-on-warnings']],
    [process.execPath, [bin('typescript', 'bin', 'tsc'), '--noEmit', '-p', 'tsconfig.json']],
    [process.execPath, [bin('typescript', 'bin', 'tsc'), '--noEmit', '-p', 'tsconfig.build.json']],
  ];
  let failed = 0;
  for (const [command, args] of checks) {
    const code = await run(command, args);
    if (code !== 0) failed += 1;
  }
  console.log(
    failed === 0
      ? 'All checks pass.'
      : `${failed} of ${checks.length} checks failed; \`npm run format\` mends the formatting.`,
  );
  return failed === 0 ? 0 : 1;
});
