/** The cases in Chromium and Firefox: as served and bundled, in workers, and under Content Security Policies. */
import assert from 'node:assert/strict';
import { bundleWebgl, inBrowser } from './browser.mjs';
import { check, Skip } from './support.mjs';

const page = () => import('/page/page.mjs').then(({ report }) => report());

const bundled = () => import('/browser/page.js').then(({ report }) => report());

const slim = () => import('/page/slim.mjs').then(({ report }) => report());

const webgl = () => import('/browser/webgl.js').then(({ report }) => report());

const worker = () =>
  new Promise((resolve, reject) => {
    const started = new Worker('/page/worker.mjs', { type: 'module' });
    started.onmessage = ({ data }) => resolve(data);
    started.onerror = () => reject(new Error('the Worker failed'));
    // At once: a module that awaits at its top would lose it.
    started.postMessage('report');
  });

const serviceWorker = async () => {
  await navigator.serviceWorker.register('/browser/service.js', { scope: '/' });
  const { active } = await navigator.serviceWorker.ready;
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => resolve(data);
    active.postMessage('report', [port2]);
  });
};

const open = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'";
const closed = "default-src 'none'; script-src 'self'; worker-src 'self'";

const inEach = (browser) => {
  const name = browser[0].toUpperCase() + browser.slice(1);
  const runs = (what, ask) => ({
    name: `${name}, ${what}`,
    run: async ({ folder }) => check(await inBrowser(browser, folder, open, ask), 'wasm'),
  });
  const falls = (what, ask) => ({
    name: `${name}, ${what} without wasm-unsafe-eval`,
    async run({ folder }) {
      assert.match(check(await inBrowser(browser, folder, closed, ask), 'reference'), /Content Security Policy|CSP/);
      return 'reference: the reason names the policy';
    },
  });
  return [
    runs('page', page),
    runs('page, bundled', bundled),
    runs('slim by URL and Response', slim),
    runs('module Worker', worker),
    runs('service worker', serviceWorker),
    falls('page', page),
    falls('module Worker', worker),
    {
      name: `${name}, TensorFlow.js on WebGL`,
      async run({ folder }) {
        await bundleWebgl(folder);
        const text = await inBrowser(browser, folder, open, webgl);
        if (text === null) throw new Skip(`this ${name} has no WebGL`);
        return check(text, 'wasm');
      },
    },
  ];
};

export const pages = [...inEach('chromium'), ...inEach('firefox')];
