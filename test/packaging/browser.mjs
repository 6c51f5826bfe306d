/** A page in a real browser, served with the consumers as they are and bundled. */
import { mkdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';
import { findBrowser } from '../../scripts/lib/browsers.mjs';
import { esbuild } from './bundlers.mjs';
import { Skip } from './support.mjs';
import { load, tool, withPackages } from './tools.mjs';

const types = { '.js': 'text/javascript', '.mjs': 'text/javascript', '.wasm': 'application/wasm' };

/** Bundles what can't be served as it is: the service worker as a classic script, the page to show that bundles do as well. */
async function bundles(folder) {
  const home = join(folder, 'browser');
  mkdirSync(home, { recursive: true });
  await esbuild(join(folder, 'page', 'page.mjs'), join(home, 'page.js'));
  await esbuild(join(folder, 'page', 'service.mjs'), join(home, 'service.js'), { format: 'iife' });
  return home;
}

/** A consumer of TensorFlow.js, which can't be served as it is either. */
export async function bundleWebgl(folder) {
  const input = join(await withPackages(join(folder, 'tensors')), 'webgl.mjs');
  await esbuild(input, join(folder, 'browser', 'webgl.js'));
}

/** What is at a path: the package under /losskit/, the consumers under /page/ with its name made a path, and their bundles. */
function content(folder, path) {
  const [, place, name] = path.match(/^\/(losskit|page|browser)\/([\w.-]+)$/) ?? [];
  if (place === 'losskit') return readFileSync(join(folder, 'node_modules', 'losskit', 'dist', name));
  const file = readFileSync(join(folder, place ?? '', name ?? ''));
  if (place === 'browser') return file;
  return file.toString().replace("'losskit'", "'/losskit/index.js'").replace("'losskit/slim'", "'/losskit/slim.js'");
}

async function serve(folder, policy) {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, 'http://localhost');
    response.setHeader('Content-Security-Policy', policy);
    if (pathname === '/') return response.setHeader('Content-Type', 'text/html').end('<!doctype html><title>x</title>');
    try {
      const body = content(folder, pathname);
      response.setHeader('Content-Type', types[extname(pathname)]).setHeader('Service-Worker-Allowed', '/').end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  // Browsers keep connections open, and `close` alone would wait for them.
  const close = () => server.close() && server.closeAllConnections();
  return { url: `http://127.0.0.1:${server.address().port}/`, close };
}

/** Chromium by the DevTools protocol, Firefox by WebDriver BiDi. */
async function launch(browser) {
  const executablePath = findBrowser(browser);
  if (executablePath === undefined) throw new Skip(`${browser} isn't installed`);
  const { default: puppeteer } = await load(await tool('puppeteer-core@24.43.1'), 'puppeteer-core');
  const args = browser === 'chromium' ? ['--no-sandbox', '--enable-unsafe-swiftshader'] : [];
  return puppeteer.launch({ browser: browser.replace('chromium', 'chrome'), executablePath, args });
}

/** Opens a page under the policy and returns what `ask`, run there, resolves to. */
export async function inBrowser(browser, folder, policy, ask) {
  const started = await launch(browser);
  const { url, close } = await serve(folder, policy);
  try {
    await bundles(folder);
    const page = await started.newPage();
    await page.goto(url);
    return await page.evaluate(ask);
  } finally {
    await started.close();
    close();
  }
}
