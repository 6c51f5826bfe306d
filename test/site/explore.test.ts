/** The page of `npm run explore`: what it says of each loss, and the page itself in Chromium where there is one. */
import { existsSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import * as losskit from 'losskit';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tasks as known } from '../../cli/lib/guide.ts';
import { entries, lossOf } from '../../explore/catalogue/index.ts';
import { flags as asides, ask, tasks } from '../../explore/choose/dialogue.ts';
import { snippet } from '../../explore/choose/snippet.ts';
import { sharesOf, softmax, statesOf } from '../../explore/figures/paths.ts';
import { placed } from '../../explore/lib/labels.ts';
import { chains, contour, levels } from '../../explore/see/contour.ts';
import { settingsFrom } from '../../explore/see/knobs.ts';
import { matches } from '../../explore/see/search.ts';
import { markdown, pack, unpack } from '../../explore/speed/table.ts';

describe('what the page knows', () => {
  const all = Object.values(losskit)
    .flatMap((x) => (typeof x === 'function' && 'info' in x ? [x.info] : []))
    .filter(({ shape }) => shape !== 'linear');
  it.each(all)('has $name', ({ name, family }) => {
    const known = entries.map((entry) => entry.name);
    expect(known, `explore/catalogue has no entry for ${name} (${family}): write it in a file there`).toContain(name);
  });

  it.each(entries.map(({ name, knobs }) => [name, knobs] as const))(
    '%s: knobs that are its own, code that runs',
    (name, knobs) => {
      const { parameters } = lossOf(name).info;
      for (const knob of knobs) if (!knob.input) expect(Object.keys(parameters)).toContain(knob.name);
      const code = snippet(name, {})
        .replace(/^import .*/, '')
        .replace('console.log(value, grad)', 'return value');
      const { value } = { value: new Function(name, code)(lossOf(name)) };
      expect(Number.isFinite(value)).toBe(true);
    },
  );

  it('asks for every task and flag that there is, and has code for every answer', () => {
    expect(tasks.map(([task]) => task)).toEqual(Object.keys(known));
    expect(new Set(asides.map(([flag]) => flag))).toEqual(
      new Set(Object.values(known).flatMap((task) => Object.keys(task.flags))),
    );
    for (const task of Object.keys(known)) {
      const { name, options } = ask(task, '')!;
      expect(snippet(name, options)).toContain(`${name}.valueAndGrad(`);
    }
  });

  it('takes only sensible settings from an address', () => {
    const { knobs } = entries.find(({ name }) => name === 'huber')!;
    const from = (delta: string) => settingsFrom(knobs, (name) => (name === 'delta' ? delta : null)).delta;
    expect(['2', '-1', '', 'x', '99'].map(from)).toEqual([2, 1, 1, 1, 1]);
  });

  it('draws contours as chains', () => {
    // A cone: the contour is one closed line.
    const side = 21;
    const cone = Float64Array.from({ length: side * side }, (_, i) =>
      Math.hypot((i % side) - 10, Math.floor(i / side) - 10),
    );
    const lines = chains(contour(cone, side, 5.3));
    expect(lines).toHaveLength(1);
    for (const [x, y] of lines[0]!) expect(Math.hypot(x - 10, y - 10)).toBeCloseTo(5.3, 1);
    expect(levels(0, 10, 9)).toEqual([2, 4, 6, 8]);
  });

  it('finds losses by their names, here and elsewhere, and by words', () => {
    const found = (search: string) => entries.filter((entry) => matches(entry, search)).map(({ name }) => name);
    expect(found('')).toHaveLength(entries.length);
    expect(found('huber')).toContain('huber');
    expect(found('binary_cross_entropy')).toContain('binaryCrossEntropyWithLogits');
    expect(found('CrossEntropy logits')).toContain('crossEntropy');
    expect(found('outliers')).toEqual(expect.arrayContaining(['mae']));
    expect(found('no such loss')).toEqual([]);
  });

  it('writes no label over another, nor beyond the picture', () => {
    for (const count of [1, 3, 12]) {
      const labels = Array.from({ length: count }, (_, i) => ({
        at: 10 + ((i * 37) % 290),
        width: 40 + ((i * 53) % 120),
      }));
      const places = placed(labels, 10, 300, 5);
      places.forEach(({ x, row }, i) => {
        expect(x).toBeGreaterThanOrEqual(10);
        expect(x + labels[i]!.width).toBeLessThanOrEqual(300);
        for (const [k, other] of places.entries()) {
          if (k === i || other.row !== row) continue;
          expect(x + labels[i]!.width <= other.x || other.x + labels[k]!.width <= x).toBe(true);
        }
      });
    }
    expect(
      placed(
        [
          { at: 10, width: 50 },
          { at: 200, width: 50 },
        ],
        10,
        300,
        5,
      ).map(({ row }) => row),
    ).toEqual([0, 0]);
  });

  it.each([[[1, 2]], [[1, 1]], [[2, 1, 2]]])(
    'shares of the paths that spell %j are what the gradient says',
    (labels) => {
      const scores = Array.from({ length: 6 }, (_, t) => [0, 1, 2].map((k) => Math.sin(3 * t + 5 * k)));
      const { states, steps } = sharesOf(scores, labels);
      const { grad } = losskit.ctc.valueAndGrad([scores], [labels]);
      states.forEach((row, t) => {
        const p = softmax(scores[t]!);
        for (const k of [0, 1, 2]) {
          const share = statesOf(labels).reduce((sum, label, s) => sum + (label === k ? row[s]! : 0), 0);
          expect(p[k]! - share).toBeCloseTo(grad[3 * t + k]!, 10);
        }
        const on = steps.filter((step) => step.t === t).reduce((sum, { share }) => sum + share, 0);
        if (t < 5) expect(on).toBeCloseTo(1, 12);
      });
    },
  );

  it('packs figures into an address and back', () => {
    const one = { name: 'mse', size: '65,536', wasm: 0.5, careful: null, reference: 12 };
    expect(unpack(pack([one]))).toEqual([one]);
    expect(unpack('nonsense')).toEqual([]);
    expect(markdown([one], '')).toContain('| mse | 65,536 | 0.50 | – | 12.0 | 24.0 × |');
  });
});

const { findBrowser } = await import('../../scripts/lib/browsers.mjs' as string);
const executablePath: string | undefined = findBrowser('chromium');
const missing = !executablePath
  ? 'skipped: no Chromium on PATH (Debian: apt-get install chromium)'
  : existsSync(fileURLToPath(new URL('../../dist/index.js', import.meta.url)))
    ? ''
    : 'skipped: no dist/ (npm run build)';
const flags =
  'no-sandbox disable-gpu disable-quic no-first-run disable-background-networking disable-component-update disable-sync';

describe.skipIf(missing !== '')(`the page in Chromium ${missing}`, () => {
  let browser: Browser;
  let base: string;
  let close: () => void;

  beforeAll(async () => {
    const { buildExplore } = await import('../../scripts/build-explore.mjs' as string);
    const { serve } = await import('../../scripts/explore.mjs' as string);
    await buildExplore();
    const server = await serve(0);
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    close = () => server.close();
    browser = await chromium.launch({
      ...(executablePath === undefined ? {} : { executablePath }),
      args: flags.split(' ').map((name) => `--${name}`),
    });
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    close?.();
  });

  /** Uses the page at an address; fails on whatever the console has to say. */
  async function use(hash: string, work: (page: Page) => Promise<void>, options = {}): Promise<void> {
    const context = await browser.newContext(options);
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
    });
    page.on('pageerror', ({ message }) => complaints.push(message));
    // Nothing comes from elsewhere.
    page.on('request', (request) => {
      if (!/^(data|blob):/.test(request.url()) && !request.url().startsWith(base)) complaints.push(request.url());
    });
    await page.goto(base + hash);
    await page.waitForFunction(() => document.getElementById('backend')?.textContent !== '');
    await work(page);
    expect(complaints).toEqual([]);
    await context.close();
  }

  const wide = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);

  it('shows every loss, with words and formulas', async () => {
    await use('', async (page) => {
      for (const { name, title } of entries) {
        await page.selectOption('#loss', name);
        await page.waitForFunction((name) => location.hash.includes(`loss=${name}`), name);
        expect(await page.textContent('#facts h2')).toBe(title);
        expect(await page.locator('#facts math').count()).toBeGreaterThan(1);
        expect(await page.textContent('#picture [role=status]')).toContain(name);
        expect(await page.textContent('#picture [role=status]')).not.toContain('undefined');
      }
    });
  });

  it('lays two over each other, and keeps its state in the address', async () => {
    await use('#/see?loss=huber&with=mse&delta=2&show=vgh', async (page) => {
      expect(await page.textContent('#picture')).toContain('mse: second derivative');
      expect(await page.inputValue('#knob-delta')).toBe('2');
      await page.focus('#knob-delta');
      await page.keyboard.press('ArrowLeft');
      await page.waitForFunction(() => location.hash.includes('delta=1.9'));
      expect(await page.locator('#facts article').count()).toBe(2);
    });
  });

  it('lays any two losses of a kind over each other', async () => {
    const kinds = ['curve', 'surface'] as const;
    await use('#/see', async (page) => {
      for (const kind of kinds) {
        const some = entries.filter(({ view }) => view.kind === kind);
        // One of each axis against one of each.
        const firsts = some.filter(({ view }, i) => some.findIndex((one) => one.view.axis === view.axis) === i);
        for (const a of firsts) {
          for (const b of firsts) {
            if (a === b) continue;
            await page.goto(`${base}#/see?loss=${a.name}&with=${b.name}`);
            await page.waitForFunction(
              (name) => document.querySelectorAll('#facts h2')[1]?.textContent === name,
              b.title,
            );
            // Told once it is drawn.
            const told = () => page.textContent('#picture [role=status]');
            await expect.poll(told, { timeout: 10_000 }).toContain(a.name);
            await expect.poll(told, { timeout: 10_000 }).toContain(b.name);
          }
        }
      }
    });
  });

  it('shows all at a glance, each with a picture, and finds them', async () => {
    await use('#/all', async (page) => {
      expect(await page.locator('.cards a').count()).toBe(entries.length);
      // As they come into view.
      for (const canvas of await page.locator('.cards canvas').all()) {
        await canvas.scrollIntoViewIfNeeded();
        await expect
          .poll(() =>
            canvas.evaluate((one: HTMLCanvasElement) => {
              const blank = one.cloneNode() as HTMLCanvasElement;
              return one.toDataURL() !== blank.toDataURL();
            }),
          )
          .toBe(true);
      }
      await page.fill('#find-all', 'huber_loss');
      expect(await page.locator('.cards a').count()).toBeGreaterThan(0);
      await page.click('.cards a:has-text("Huber")');
      expect(await page.textContent('#facts h2')).toBe('Huber');
    });
  });

  it('finds a loss as one types', async () => {
    await use('#/see', async (page) => {
      await page.fill('#find', 'simclr');
      expect(await page.textContent('#facts h2')).toBe('NT-Xent (SimCLR)');
      expect(await page.textContent('#found')).toBe(`1 of ${entries.length}`);
      await page.fill('#find', '');
      expect(await page.locator('#loss option').count()).toBe(entries.length);
    });
  });

  it('reads a surface by the arrow keys', async () => {
    await use('#/see?loss=crossEntropy&with=focal&map=curvature', async (page) => {
      const before = await page.textContent('#probe');
      await page.focus('#picture canvas');
      await page.keyboard.press('ArrowRight');
      await page.waitForFunction((before) => document.getElementById('probe')!.textContent !== before, before);
    });
  });

  it('makes a label likelier in the lattice of CTC', async () => {
    await use('#/see?loss=ctc', async (page) => {
      const now = () => page.textContent('#lattice-now');
      const loss = async () => Number(/The loss is ([\d.]+)\./.exec((await now())!)?.[1]);
      await expect.poll(now).toContain('Step 1, “c”: score 0, p 0.25');
      const before = await loss();
      await page.focus('#figure canvas');
      // Where more of the paths by weight come than p says.
      const right = Array.from({ length: 4 }, () => 'ArrowRight');
      for (const key of [...right, 'ArrowDown', 'ArrowDown', '+']) await page.keyboard.press(key);
      await expect.poll(now).toContain('Step 5, “a”: score 1,');
      expect(await loss()).toBeLessThan(before);
      await page.locator('#figure canvas').click({ position: { x: 60, y: 60 } });
      await expect.poll(now).toMatch(/Step 1, “c”: score 1,/);
      await page.click('text=All even');
      await expect.poll(loss).toBe(before);
      await page.selectOption('#word', 'zoo');
      await expect.poll(now).toContain('“z”');
      await page.selectOption('#loss', 'mse');
      expect(await page.isVisible('#figure')).toBe(false);
    });
  });

  it('paints a mask, by the pointer and by keys', async () => {
    await use('#/see?loss=dice', async (page) => {
      const now = () => page.textContent('#mask-now');
      const found = async (): Promise<number> => Number(/(\d+) of \d+ pixels/.exec((await now())!)?.[1]);
      await expect.poll(found).toBeGreaterThan(10);
      const before = await found();
      const canvas = page.locator('#figure canvas');
      await canvas.scrollIntoViewIfNeeded();
      const box = (await canvas.boundingBox())!;
      const at = (x: number, y: number) => [box.x + box.width * x, box.y + box.height * y] as const;
      await page.mouse.move(...at(0.5, 0.5));
      await page.mouse.down();
      await page.mouse.move(...at(0.65, 0.6), { steps: 5 });
      await page.mouse.up();
      await expect.poll(found).toBeGreaterThan(before);
      const painted = await found();
      await page.selectOption('#mask-tool', 'erase');
      await canvas.focus();
      await page.keyboard.press('Space');
      await expect.poll(found).toBeLessThan(painted);
      await page.check('#mask-gradient');
      // Another loss of the same kind, with its own options.
      await page.selectOption('#loss', 'tversky');
      await expect.poll(now).toContain('Tversky');
    });
  });

  it('answers which loss, by the keyboard alone', async () => {
    await use('#/choose', async (page) => {
      await page.focus('input[value=multiclass]');
      await page.keyboard.press('Space');
      expect(await page.textContent('#answer h2')).toBe('Take crossEntropy');
      await page.focus('input[value=overconfident]');
      await page.keyboard.press('Space');
      expect(await page.textContent('#answer pre')).toContain('labelSmoothing: 0.1');
      await page.waitForFunction(() => location.hash === '#/choose?task=multiclass&with=overconfident');
      await page.click('#answer h2 a');
      expect(await page.textContent('#facts h2')).toBe('Cross-entropy, from logits');
    });
  });

  it('measures, and can be stopped; a link brings figures back', async () => {
    await use('#/speed', async (page) => {
      await page.click('#measure');
      await page.waitForFunction(() =>
        /^1 of \d+: \w+, \S+, (WebAssembly|careful JavaScript|the reference, which takes longest) …$/.test(
          document.getElementById('speed-status')!.textContent!,
        ),
      );
      await page.waitForFunction(() => document.querySelectorAll('#bars tr').length >= 2, null, { timeout: 60_000 });
      expect(await page.textContent('#bars')).toContain('careful JavaScript');
      await page.click('#measure');
      expect(await page.textContent('#speed-status')).toContain('Stopped.');
      expect(await page.locator('#copy-results button').count()).toBe(2);
      await page.goto(`${base}#/speed?r=mse*128*1*2*3`);
      await page.waitForFunction(() => document.querySelectorAll('#bars tr').length === 1);
      expect(await page.textContent('#bars .ratio')).toBe('2.0 ×');
      await page.selectOption('#family', 'Penalties');
      await page.click('#measure');
      await page.waitForFunction(() => document.getElementById('measure')!.textContent === 'Measure', null, {
        timeout: 60_000,
      });
      expect(await page.textContent('#bars')).toContain('elasticNet');
      expect(await page.textContent('#bars')).not.toContain('mse');
    });
  });

  it('trains, and switches the loss', async () => {
    await use('#/train?loss=smoothed', async (page) => {
      const now = async () => Number(/\d+\.\d+ %/.exec((await page.textContent('#train-now'))!)?.[0].slice(0, -2) ?? 0);
      const reached = (step: number) =>
        page.waitForFunction(
          (step) => Number(/Step (\d+)/.exec(document.getElementById('train-now')!.textContent!)?.[1]) > step,
          step,
          {
            timeout: 60_000,
          },
        );
      expect(await page.inputValue('#train-loss')).toBe('smoothed');
      await page.fill('#train-speed', '400');
      await page.click('#train-start');
      await reached(200);
      await page.selectOption('#train-loss', 'multiclassHinge');
      await reached(500);
      expect(await now()).toBeGreaterThan(85);
      // The linear head begins anew, without the network.
      await page.selectOption('#train-loss', 'linear');
      await reached(900);
      expect(await now()).toBeGreaterThan(85);
      await page.click('#train-start');
      expect(await page.textContent('#train-status')).toBe('Paused.');
    });
  });

  it.each(['see', 'see?loss=triplet', 'see?loss=ctc', 'see?loss=dice', 'all', 'choose?task=binary', 'speed', 'train'])(
    'fits a phone, labelled: %s',
    async (hash) => {
      const phone = { viewport: { width: 390, height: 844 }, colorScheme: 'dark', reducedMotion: 'reduce' };
      await use(
        `#/${hash}`,
        async (page) => {
          expect(await wide(page)).toBeLessThanOrEqual(0);
          const bare = await page.evaluate(() =>
            [...document.querySelectorAll<HTMLInputElement>('input, select')]
              .filter(({ labels }) => labels?.length === 0)
              .map(({ id }) => id),
          );
          expect(bare).toEqual([]);
          expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).not.toBe(
            'rgb(255, 255, 255)',
          );
        },
        phone,
      );
    },
  );
});
