/** What `losskit eval` writes over, and what it leaves behind when it is stopped: rights, links, other names, no halves. */
import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Place, program } from '../support/cli.ts';
import { npy, readNpy } from '../support/npy.ts';

const place = new Place();
const at = (name: string): string => join(place.folder, name);
const mode = (name: string): number => statSync(at(name)).mode & 0o777;
const parts = (): string[] => readdirSync(place.folder).filter((name) => name.includes('part'));
const files = '--pred a.npy --target b.npy';

beforeAll(() => {
  place.put('a.npy', npy('<f4', [2, 2], [1, 2, 3, 4]));
  place.put('b.npy', npy('<f4', [2, 2], [0, 2, 3, 4]));
});
afterAll(() => place.remove());

describe.skipIf(process.platform === 'win32')('files that are there', () => {
  it.each([0o600, 0o640, 0o664, 0o755])('keep their mode %o', async (rights) => {
    for (const name of ['g.npy', 'l.txt']) {
      place.put(name, 'old');
      chmodSync(at(name), rights);
    }
    expect((await place.run(`eval mse ${files} --grad g.npy --by-row --out l.txt`)).code).toBe(0);
    expect([mode('g.npy'), mode('l.txt')]).toEqual([rights, rights]);
    expect(place.get('l.txt').toString()).toBe('1,0\n0,0\n');
  });

  it('that are links stay links, also to what is not there yet', async () => {
    mkdirSync(at('deep'), { recursive: true });
    place.put('deep/old.npy', 'old');
    symlinkSync('deep/old.npy', at('link.npy'));
    symlinkSync('deep/new.npy', at('dangling.npy'));
    symlinkSync('../dangling.npy', at('deep/twice.npy'));
    for (const [name, target] of [
      ['link.npy', 'deep/old.npy'],
      ['dangling.npy', 'deep/new.npy'],
      ['deep/twice.npy', 'deep/new.npy'],
    ] as const) {
      expect((await place.run(`eval mse ${files} --grad ${name}`)).code).toBe(0);
      expect(lstatSync(at(name)).isSymbolicLink()).toBe(true);
      expect(readNpy(place.get(target)).shape).toEqual([2, 2]);
    }
    expect(readlinkSync(at('dangling.npy'))).toBe('deep/new.npy');
    symlinkSync('round.npy', at('round.npy'));
    expect((await place.failure(`eval mse ${files} --grad round.npy`)).message).toContain('links lead in a circle');
    symlinkSync('nowhere/x.npy', at('lost.npy'));
    expect((await place.failure(`eval mse ${files} --grad lost.npy`)).message).toContain('there is no such folder');
  });

  it('keep their other names', async () => {
    place.put('one.npy', 'old');
    linkSync(at('one.npy'), at('two.npy'));
    expect((await place.run(`eval mse ${files} --grad one.npy`)).code).toBe(0);
    expect(statSync(at('one.npy')).ino).toBe(statSync(at('two.npy')).ino);
    expect(readNpy(place.get('two.npy')).shape).toEqual([2, 2]);
    expect(parts()).toEqual([]);
  });

  it.skipIf(process.getuid?.() === 0)('that may not be written are left alone', async () => {
    place.put('mine.npy', 'old');
    chmodSync(at('mine.npy'), 0o444);
    expect((await place.failure(`eval mse ${files} --grad mine.npy`)).message).toContain('mine.npy: permission denied');
    expect(place.get('mine.npy').toString()).toBe('old');
  });

  it('long names are no trouble', async () => {
    const name = `${'x'.repeat(250)}.npy`;
    expect((await place.run(`eval mse ${files} --grad ${name}`)).code).toBe(0);
    expect(existsSync(at(name))).toBe(true);
  });
});

describe.skipIf(process.platform === 'win32')('one file under two names', () => {
  beforeAll(() => {
    mkdirSync(at('sub'), { recursive: true });
    symlinkSync('.', at('here'));
    symlinkSync('both.npy', at('other.npy'));
    linkSync(at('a.npy'), at('hard.npy'));
    symlinkSync('a.npy', at('soft.npy'));
  });

  it.each([
    ['both.npy', './both.npy'],
    ['both.npy', 'sub/../both.npy'],
    ['here/both.npy', 'both.npy'],
    ['other.npy', 'both.npy'],
    ['both.npy', 'here/here/other.npy'],
  ])('--grad %s --out %s', async (grad, out) => {
    const { code, message } = await place.failure(`eval mse ${files} --grad ${grad} --by-row --out ${out}`);
    expect([code, message]).toEqual([2, '--grad and --out name the same file']);
  });

  it('one of the gradients and --out', async () => {
    const line =
      'eval triplet --anchor a.npy --positive b.npy --negative b.npy --grad t.npy --by-row --out ./t.positive.npy';
    expect((await place.failure(line)).message).toBe('--grad and --out name the same file');
  });

  it.each(['./a.npy', 'here/a.npy', 'hard.npy', 'soft.npy', 'sub/../b.npy'])('an input as --grad %s', async (grad) => {
    const { code, message } = await place.failure(`eval mse ${files} --grad ${grad}`);
    expect(code).toBe(2);
    expect(message).toContain('is an input');
    expect(readNpy(place.get('a.npy')).data[3]).toBe(4);
  });
});

describe.skipIf(!existsSync('/dev/full'))('a full disk', () => {
  const run = (line: string, redirect: string) =>
    spawnSync('bash', ['-c', `"${process.execPath}" "${program}" ${line} ${redirect}`], {
      cwd: place.folder,
      encoding: 'utf8',
    });

  it.each([
    `eval mse ${files}`,
    `eval mse ${files} --json`,
    `eval mse ${files} --by-row`,
    'list',
    'info mse',
    '--help',
  ])('%s > /dev/full', (line) => {
    const { status, stderr } = run(line, '> /dev/full');
    expect(stderr).toMatch(
      /^losskit: standard output: the disk is full\n$|\nlosskit: standard output: the disk is full\n$/,
    );
    expect(stderr).not.toContain('at ');
    expect(status).toBe(1);
  });

  it('--out /dev/full, and nowhere to say it', () => {
    const line = `eval mse ${files} --by-row --out /dev/full`;
    expect(run(line, '').stderr).toBe('losskit: /dev/full: the disk is full\n');
    expect(run(line, '2> /dev/full').status).toBe(1);
    expect(run('list', '>&-').stderr).not.toContain('at ');
  });
});

describe.skipIf(process.platform === 'win32')('signals', () => {
  beforeAll(() => {
    const lines = 400_000;
    const text = '1,2,3,4\n'.repeat(lines);
    place.put('long.csv', text);
  });

  it.each([
    ['SIGHUP', 129],
    ['SIGINT', 130],
    ['SIGQUIT', 131],
    ['SIGTERM', 143],
  ] as const)('%s leaves no half-written file', async (signal, code) => {
    place.put('g.npy', 'as it was');
    const args = 'eval mse --pred long.csv --target long.csv --block 64 --reduction sum --grad g.npy'.split(' ');
    const child = spawn(process.execPath, [program, ...args], { cwd: place.folder });
    const ended = new Promise<number | null>((done) => child.on('exit', (status) => done(status)));
    await expect.poll(parts, { timeout: 60_000, interval: 5 }).not.toEqual([]);
    child.kill(signal);
    expect(await ended).toBe(code);
    expect(parts()).toEqual([]);
    expect(place.get('g.npy').toString()).toBe('as it was');
  });
});
