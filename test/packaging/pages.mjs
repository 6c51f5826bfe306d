/** The cases in a browser: under Content Security Policies, in a module Worker and in a service worker. */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { esbuild } from './bundlers.mjs';
import { check, installed } from './support.mjs';

/** Serves the bundled consumers, each page under a policy of its own. */
async function serve(home, policy) {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, 'http://localhost');
    response.setHeader('Content-Security-Policy', policy);
    if (pathname === '/') return response.setHeader('Content-Type', 'text/html').end('<!doctype html><title>x</title>');
    if (!/^\/\w+\.js$/.test(pathname)) return response.writeHead(404).end();
    response.setHeader('Content-Type', 'text/javascript').end(readFileSync(join(home, pathname)));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${server.address().port}/`, close: () => server.close() };
}

/** Bundles the consumer as a module, and as a classic script for the service worker. */
async function scripts(folder) {
  const home = join(folder, 'browser');
  mkdirSync(home, { recursive: true });
  const input = (name) => join(folder, 'page', name);
  await esbuild(input('page.mjs'), join(home, 'page.js'));
  await esbuild(input('worker.mjs'), join(home, 'worker.js'));
  await esbuild(input('service.mjs'), join(home, 'service.js'), { format: 'iife' });
  return home;
}

/** Opens a page under the policy and returns what `ask`, run there, resolves to. */
async function inChromium(folder, policy, ask) {
  const executablePath = installed('chromium', 'chromium-browser', 'google-chrome');
  const { chromium } = await import('playwright-core');
  const { url, close } = await serve(await scripts(folder), policy);
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
  try {
    const page = await browser.newPage();
    await page.goto(url);
    return await page.evaluate(ask);
  } finally {
    await browser.close();
    close();
  }
}

const page = () => import('/page.js').then(({ report }) => report());

const worker = () =>
  new Promise((resolve, reject) => {
    const started = new Worker('/worker.js', { type: 'module' });
    started.onmessage = ({ data }) => resolve(data);
    started.onerror = () => reject(new Error('the Worker failed'));
    // At once: a module that awaits at its top would lose it.
    started.postMessage('report');
  });

const serviceWorker = async () => {
  await navigator.serviceWorker.register('/service.js');
  const { active } = await navigator.serviceWorker.ready;
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => resolve(data);
    active.postMessage('report', [port2]);
  });
};

const open = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'";
const closed = "default-src 'none'; script-src 'self'";

export const pages = [
  { name: 'Chromium, page', run: async ({ folder }) => check(await inChromium(folder, open, page), 'wasm') },
  {
    name: 'Chromium, CSP without wasm-unsafe-eval',
    async run({ folder }) {
      const told = check(await inChromium(folder, closed, page), 'reference');
      assert.match(told, /Content Security Policy/);
      return 'reference: the reason names the Content Security Policy';
    },
  },
  { name: 'Chromium, module Worker', run: async ({ folder }) => check(await inChromium(folder, open, worker), 'wasm') },
  {
    name: 'Chromium, service worker',
    run: async ({ folder }) => check(await inChromium(folder, open, serviceWorker), 'wasm'),
  },
];
