/** The hashes in a real browser: a page that imports the built package and bits.mjs as they are. */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';
import { findBrowser } from '../../scripts/lib/browsers.mjs';
import { root, Skip } from '../packaging/support.mjs';
import { load, tool } from '../packaging/tools.mjs';

const types = { '.js': 'text/javascript', '.mjs': 'text/javascript' };

async function serve() {
  const server = createServer((request, response) => {
    const [, path] =
      new URL(request.url, 'http://localhost').pathname.match(/^\/((?:dist|test\/bits)\/[\w.-]+)$/) ?? [];
    if (path === undefined)
      return response.setHeader('Content-Type', 'text/html').end('<!doctype html><title>x</title>');
    response.setHeader('Content-Type', types[extname(path)] ?? 'text/plain').end(readFileSync(join(root, path)));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = () => server.close() && server.closeAllConnections();
  return { url: `http://127.0.0.1:${server.address().port}/`, close };
}

const ask = async () => {
  const [losskit, { callsOf, hashes }] = await Promise.all([import('/dist/index.js'), import('/test/bits/bits.mjs')]);
  const known = await fetch('/test/bits/hashes.txt');
  return hashes(losskit, callsOf(await known.text()));
};

/** The hashes in a browser of scripts/lib/browsers.mjs, and its version. */
export async function inEngine(browser) {
  const executablePath = findBrowser(browser);
  if (executablePath === undefined) throw new Skip(`${browser} isn't installed`);
  const { default: puppeteer } = await load(await tool('puppeteer-core@24.43.1'), 'puppeteer-core');
  const args = browser === 'chromium' ? ['--no-sandbox'] : [];
  const started = await puppeteer.launch({ browser: browser.replace('chromium', 'chrome'), executablePath, args });
  const { url, close } = await serve();
  try {
    const page = await started.newPage();
    await page.goto(url);
    return { version: await started.version(), ...(await page.evaluate(ask)) };
  } finally {
    await started.close();
    close();
  }
}
