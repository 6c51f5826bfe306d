/**
 * `npm test`: sets up whatever is missing, then runs the kernels' tests on the host and the package's in Node, and ends with the sum
 * of both. Arguments after `--` choose among Vitest's files.
 */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { ensureBrowser } from './lib/browsers.mjs';
import { ensureReady } from './lib/ready.mjs';
import { bin, entry, root, run } from './lib/run.mjs';

const REPORT = join('build', 'test', 'vitest.json');

/** Runs `cargo test` and adds up its result lines, one for each test program. */
async function testCrate() {
  let output = '';
  const code = await run('cargo', ['test', '--workspace', '--profile', 'fast', '--locked', '--no-fail-fast'], {
    onOutput: (text) => {
      output += text;
    },
    extraEnv: process.stdout.isTTY ? { CARGO_TERM_COLOR: 'always' } : {},
  });
  const counts = { passed: 0, failed: 0 };
  for (const [, passed, failed] of stripVTControlCharacters(output).matchAll(
    /^test result: .*?(\d+) passed; (\d+) failed/gm,
  )) {
    counts.passed += Number(passed);
    counts.failed += Number(failed);
  }
  return { ...counts, code };
}

/** Runs Vitest and reads the counts from its report. */
async function testPackage(filters) {
  rmSync(join(root, REPORT), { force: true });
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${REPORT}`];
  const code = await run(process.execPath, [
    bin('vitest', 'vitest.mjs'),
    'run',
    '--passWithNoTests',
    ...reporters,
    ...filters,
  ]);
  if (!existsSync(join(root, REPORT))) return { passed: 0, failed: 0, code };
  const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(join(root, REPORT), 'utf8'));
  return { passed: numPassedTests, failed: numFailedTests, code };
}

await entry(async () => {
  await ensureReady();
  await ensureBrowser('chromium');
  const results = [await testCrate(), await testPackage(process.argv.slice(2))];
  // A runner that stops for another reason (it doesn't compile, a file doesn't load) counts as one failure: never "0 failed" and red.
  const failures = results.map(({ failed, code }) => (code !== 0 && failed === 0 ? 1 : failed));
  const sum = (numbers) => numbers.reduce((a, b) => a + b, 0);
  console.log(`\n${sum(results.map((r) => r.passed))} passed, ${sum(failures)} failed`);
  return sum(failures) === 0 ? 0 : 1;
});
