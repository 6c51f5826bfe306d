/** The browsers that tests drive: found where Debian and Google put them, or installed by apt where that needs no password. */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { ask, step } from './run.mjs';

const names = {
  chromium: ['chromium', 'chromium-browser', 'google-chrome'],
  firefox: ['firefox-esr', 'firefox'],
};

/** Where a browser (a name of the list above) is, or undefined. */
export function findBrowser(browser) {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/bin'];
  return names[browser].flatMap((name) => folders.map((folder) => join(folder, name))).find((path) => existsSync(path));
}

/** Installs a browser on Debian as root, which is what a test machine is; elsewhere, and without a network, its tests are skipped and say so. */
export async function ensureBrowser(browser) {
  if (findBrowser(browser)) return;
  const [name] = names[browser];
  if (process.getuid?.() !== 0 || ask('apt-get', ['--version']) === undefined) return;
  const install = `apt-get update -qq; apt-get install -y -qq --no-install-recommends ${name}`;
  const extraEnv = { DEBIAN_FRONTEND: 'noninteractive' };
  await step(`Installing ${name} by apt`, 60, 'sh', ['-c', install], { hint: '', extraEnv }).catch((error) =>
    console.log(`  skipped, and with it the tests in it: ${error.message}`),
  );
}
