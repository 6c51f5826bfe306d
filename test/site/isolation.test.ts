/** Threads in a browser's pages: those that are cross-origin isolated have them, and others are told what they lack. */
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
// @ts-expect-error a script without types
import { findBrowser } from '../../scripts/lib/browsers.mjs';

const executablePath: string | undefined = findBrowser('chromium');

/** Headers by path. */
const pages: { [path: string]: { [name: string]: string } } = {
  '/plain': {},
  '/isolated': { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' },
  '/credentialless': { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'credentialless' },
  '/policy': {
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Embedder-Policy': 'require-corp',
    'Content-Security-Policy':
      "default-src 'none'; script-src 'self' 'unsafe-eval' 'wasm-unsafe-eval'; connect-src 'self'",
  },
};

const scripts: { [path: string]: string } = {
  '/dist/index.js': 'dist/index.js',
  '/ask.js': 'test/site/isolation.page.mjs',
};

/** What test/site/isolation.page.mjs returns. */
interface Found {
  readonly asked: { readonly threads: number } | string;
  readonly same: boolean;
  readonly auto: { readonly threads: number; readonly reason: string };
  readonly isolated: boolean;
}

describe.skipIf(executablePath === undefined)('in Chromium', () => {
  let server: Server;
  let browser: Browser;
  beforeAll(async () => {
    server = createServer((request, response) => {
      const headers = pages[request.url!];
      if (headers !== undefined) {
        response.writeHead(200, { 'Content-Type': 'text/html', ...headers });
        response.end('<!doctype html><title>x</title>');
      } else if (scripts[request.url!] !== undefined) {
        response.writeHead(200, { 'Content-Type': 'text/javascript' });
        response.end(readFileSync(scripts[request.url!]!));
      } else response.writeHead(404).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    browser = await chromium.launch({ executablePath: executablePath!, args: ['--no-sandbox'] });
  });
  afterAll(async () => {
    await browser.close();
    server.close();
    server.closeAllConnections();
  });

  async function inPage(path: string, threads: number): Promise<Found> {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`);
    const result = (await page.evaluate(`import('/ask.js').then(({ ask }) => ask(${threads}))`)) as Found;
    await page.close();
    return result;
  }

  it.each(['/isolated', '/credentialless'])('%s has threads', async (path) => {
    const { asked, same, auto, isolated } = await inPage(path, 3);
    expect(isolated).toBe(true);
    expect(asked).toEqual({ name: 'wasm', threads: 3, reason: 'WebAssembly runs here' });
    expect(same).toBe(true);
    expect(auto.threads).toBeGreaterThan(0);
  });

  it('a page without headers is told which', async () => {
    const { asked, same, auto, isolated } = await inPage('/plain', 2);
    expect(isolated).toBe(false);
    expect(asked).toContain('Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp');
    expect(auto).toEqual({ name: 'wasm', threads: 1, reason: expect.stringContaining("isn't cross-origin isolated") });
    expect(same).toBe(true);
  });

  it('a policy against blob workers is named', async () => {
    const { asked, same, auto } = await inPage('/policy', 2);
    expect(asked).toContain('worker-src blob:');
    expect(auto.threads).toBe(1);
    expect(auto.reason).toContain('worker-src blob:');
    expect(same).toBe(true);
  });
});
