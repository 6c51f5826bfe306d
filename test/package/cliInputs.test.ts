/** Where the numbers of `losskit eval` come from: archives, compressed files, pipes; each gives what the plain file gives. */
import { spawnSync } from 'node:child_process';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { crossEntropy, mse } from '../../ts/index.ts';
import { Place, program } from '../support/cli.ts';
import { classes, labels, logits, putFiles, rows, target } from '../support/cliFiles.ts';
import { npy } from '../support/npy.ts';
import { zip } from '../support/zip.ts';

const place = new Place();
const logitsFile = npy('<f4', [rows, classes], logits);
const labelsFile = npy('<i8', [rows], labels);
beforeAll(() => putFiles(place));
afterAll(() => place.remove());

const expected = crossEntropy(logits, labels, { classes });
const text = (numbers: ArrayLike<number>, columns: number): string =>
  Array.from(numbers, (x, i) => x + ((i + 1) % columns === 0 ? '\n' : ',')).join('');

describe('members of .npz archives', () => {
  it.each([
    ['stored', {}],
    ['deflated', { deflate: true }],
    ['of 64 bits', { wide: true }],
    ['deflated, of 64 bits', { deflate: true, wide: true }],
    ['with a comment that looks like an end', { comment: 'PK\u0005\u0006 and so on, and on, and on' }],
  ])('%s', async (_, options) => {
    place.put('all.npz', zip({ 'logits.npy': logitsFile, 'labels.npy': labelsFile }, options));
    const line = 'eval crossEntropy --pred all.npz:logits --target all.npz:labels --grad g.npy';
    expect((await place.json(line)).value).toBe(expected);
    expect((await place.json(line.replace('labels --', 'labels.npy --block 20 --'))).value).toBe(expected);
  });

  it('without a name: the only one, or an error that lists them', async () => {
    place.put('one.npz', zip({ 'arr_0.npy': logitsFile }));
    expect((await place.json('eval crossEntropy --pred one.npz --target labels.npy')).value).toBe(expected);
    place.put('all.npz', zip({ 'logits.npy': logitsFile, 'labels.npy': labelsFile }));
    const { code, message } = await place.failure('eval crossEntropy --pred all.npz --target labels.npy');
    expect(message).toBe('all.npz: it holds logits, labels; say which: all.npz:logits');
    expect(code).toBe(1);
    expect((await place.failure('eval mse --pred all.npz:logit --target a.npy')).message).toBe(
      'all.npz: there is no "logit" among logits, labels, did you mean logits?',
    );
    expect((await place.failure('eval mse --pred logits.npy:x --target a.npy')).message).toContain(
      'logits.npy: it is no archive, and has no member x',
    );
  });

  it('a member is named where its data is at fault', async () => {
    place.put('bad.npz', zip({ 'labels.npy': npy('<i8', [rows], new Int32Array(rows).fill(classes)) }));
    const { message } = await place.failure('eval crossEntropy --pred logits.npy --target bad.npz:labels');
    expect(message).toMatch(/^bad\.npz:labels: crossEntropy: labels\[0\] = 7/);
  });

  it('an archive that is read is not written over', async () => {
    place.put('all.npy', zip({ 'logits.npy': logitsFile, 'labels.npy': labelsFile }));
    const line = 'eval crossEntropy --pred all.npy:logits --target all.npy:labels --grad all.npy';
    expect((await place.failure(line)).message).toContain('is an input');
  });

  const good = zip({ 'logits.npy': logitsFile, 'labels.npy': labelsFile }, { deflate: true });
  const changed = (at: number): Buffer => {
    const bytes = Buffer.from(good);
    bytes[at]! ^= 0x55;
    return bytes;
  };
  it.each<[string, Buffer, string]>([
    ['truncated', good.subarray(0, -30), 'it is a truncated archive: its end is missing'],
    ['with damaged data', changed(200), 'it is damaged'],
    ['with a damaged directory', changed(good.length - 6), 'it is a damaged or truncated archive'],
    ['encrypted', zip({ 'logits.npy': logitsFile }, { encrypted: true }), 'it is encrypted'],
    ['without members', zip({}), 'x.npz'],
  ])('%s: one sentence', async (_, file, message) => {
    place.put('x.npz', file);
    const got = await place.failure('eval crossEntropy --pred x.npz:logits --target labels.npy');
    expect(got.message).toContain('x.npz');
    expect(got.message).toContain(message);
    expect(got.code).toBe(1);
  });

  it('every byte changed, and every length: an error or the same value, never anything else', async () => {
    const small = zip({ 'y.npy': npy('<f4', [2], [1, 2]) }, { deflate: true, wide: true });
    place.put('t.npy', npy('<f4', [2], [0, 0]));
    for (let at = 0; at < small.length; at++) {
      const bytes = Buffer.from(small);
      bytes[at]! ^= 0xff;
      for (const file of [bytes, small.subarray(0, at)]) {
        place.put('x.npz', file);
        const { code, out, err } = await place.run('eval mse --pred x.npz --target t.npy --json');
        if (code === 0) expect(JSON.parse(out).value).toBe(2.5);
        else expect(err).toMatch(/^losskit: [^\n]+\n$/);
      }
    }
  });
});

describe('compressed files', () => {
  it('.npy.gz and .csv.gz, also in pieces that were packed one by one', async () => {
    place.put('logits.npy.gz', gzipSync(logitsFile));
    const csv = text(logits, classes);
    place.put('logits.csv.gz', Buffer.concat([gzipSync(csv.slice(0, 1000)), gzipSync(csv.slice(1000))]));
    for (const file of ['logits.npy.gz', 'logits.csv.gz']) {
      const line = `eval crossEntropy --pred ${file} --target labels.npy --dtype float32 --block 70 --grad g.npy`;
      expect(Math.abs((await place.json(line)).value / expected - 1)).toBeLessThan(1e-15);
    }
  });

  it.each<[string, Buffer, string]>([
    ['cut off', gzipSync(logitsFile).subarray(0, -20), 'it is truncated: its compressed data ends early'],
    ['damaged', Buffer.from(gzipSync(logitsFile).map((x, i) => (i === 300 ? x ^ 255 : x))), 'it is damaged'],
    ['of another kind', gzipSync('PAR1....'), 'it is a Parquet file'],
    ['empty', gzipSync(''), 'it is empty'],
  ])('%s: one sentence', async (_, file, message) => {
    place.put('x.npy.gz', file);
    const got = await place.failure('eval crossEntropy --pred x.npy.gz --target labels.npy');
    expect(got.message).toMatch(/^x\.npy\.gz: /);
    expect(got.message).toContain(message);
  });
});

describe.skipIf(process.platform === 'win32')('pipes', () => {
  const shell = (command: string, input: Buffer | string = '') => {
    const line = command.replaceAll('losskit', `"${process.execPath}" "${program}"`);
    return spawnSync('bash', ['-c', line], { cwd: place.folder, input, encoding: 'utf8' });
  };
  const value = (out: string): number => JSON.parse(out).value;

  it('standard input as -, as .npy, text, packed, and as an archive for several inputs', () => {
    const command = 'losskit eval crossEntropy --pred - --target labels.npy --dtype float32 --json';
    for (const input of [logitsFile, gzipSync(logitsFile), text(logits, classes)]) {
      expect(value(shell(command, input).stdout)).toBe(expected);
    }
    const both = 'losskit eval crossEntropy --pred -:logits --target -:labels --grad g.npy --block 64 --json';
    for (const deflate of [false, true]) {
      const archive = zip({ 'logits.npy': logitsFile, 'labels.npy': labelsFile }, { deflate });
      expect(value(shell(both, archive).stdout)).toBeCloseTo(expected, 14);
    }
  });

  it('process substitution', () => {
    const command = 'losskit eval mse --pred <(cat logits.npy) --target <(gzip -c target.npy) --json';
    expect(value(shell(command).stdout)).toBe(mse(logits, target));
  });

  it('nothing, a folder: one sentence', () => {
    const command = 'losskit eval mse --pred - --target logits.npy';
    expect(shell(command).stderr).toBe('losskit: standard input: it is empty\n');
    expect(shell(`${command} < .`).stderr).toMatch(/^losskit: standard input: [^\n]+\n$/);
  });

  it('more than memory should hold goes through a temporary file, of which nothing is left', () => {
    const n = 20_000_000;
    const command = `mkdir -p tmp; export TMPDIR=$PWD/tmp; head -c ${4 * n} /dev/zero | cat zeros.head - | losskit eval l2 --theta - --json; ls tmp | wc -l`;
    place.put('zeros.head', npy('<f4', [n], []));
    const { stdout, stderr } = shell(command);
    expect(stderr).toBe('');
    expect(stdout).toMatch(/"count": 20000000[\s\S]*\n0\n$/);
  });
});

describe('types of .npy files', () => {
  it.each(['|b1', '|u1', '|i1', '<i2', '>u2', '<i4', '<u4', '<i8', '>i8', '<u8'])(
    'targets of type %s are numbers',
    async (descr) => {
      const y = Float64Array.from(logits, (_, i) => i % 2);
      place.put('y.npy', npy(descr, [rows, classes], y));
      const { value } = await place.json('eval binaryCrossEntropyWithLogits --pred logits.npy --target y.npy');
      place.put('f.npy', npy('<f4', [rows, classes], y));
      expect(value).toBe(
        (await place.json('eval binaryCrossEntropyWithLogits --pred logits.npy --target f.npy')).value,
      );
    },
  );

  it('integers of 64 bits are rounded once', async () => {
    const hard = [2 ** 53 - 1, -(2 ** 53 - 1), 2 ** 62, -(2 ** 63), -1, 1, 2 ** 32, -(2 ** 32)];
    place.put('i.npy', npy('<i8', [hard.length], hard));
    place.put('f.npy', npy('<f8', [hard.length], hard));
    expect((await place.json('eval mse --pred f.npy --target i.npy')).value).toBe(0);
    const big = npy('<u8', [2], [2 ** 63, 2 ** 64 - 2 ** 11]);
    place.put('u.npy', big);
    place.put('f.npy', npy('<f8', [2], [2 ** 63, 2 ** 64 - 2 ** 11]));
    expect((await place.json('eval mse --pred f.npy --target u.npy')).value).toBe(0);
  });

  it('every float16', async () => {
    const bits = Uint16Array.from({ length: 2 ** 16 }, (_, i) => i).filter((b) => (b & 0x7c00) !== 0x7c00);
    const of = (b: number): number => {
      const [exponent, fraction] = [(b >> 10) & 31, b & 1023];
      const size = exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25);
      return b & 0x8000 ? -size : size;
    };
    place.put('u.npy', npy('<u2', [bits.length], bits));
    const half = place.get('u.npy').toString('latin1').replace("'<u2'", "'<f2'");
    place.put('h.npy', Buffer.from(half, 'latin1'));
    place.put('f.npy', npy('<f4', [bits.length], Float32Array.from(bits, of)));
    expect(await place.json('eval mse --pred h.npy --target f.npy')).toMatchObject({ value: 0, dtype: 'float32' });
  });
});

describe('what pandas writes', () => {
  const frame = (heading: string, separator = ','): string =>
    [heading, ...Array.from({ length: 3 }, (_, r) => [r, r + 0.5, r * 2])]
      .map((row) => (typeof row === 'string' ? row : row.join(separator)))
      .join('\n');
  it.each([
    ['names', ',a,b', ','],
    ['numbers', ',0,1', ','],
    ['quotes', '"","a","b"', ','],
    ['an index that was read as a column', 'Unnamed: 0,a,b', ','],
    ['semicolons', ';a;b', ';'],
    ['tabs', '\ta\tb', '\t'],
  ])('an index is refused, or left out: %s', async (_, heading, separator) => {
    place.put('x.csv', frame(heading, separator));
    place.put('y.csv', '0.5,0\n1.5,2\n2.5,4\n');
    const line = 'eval mse --pred x.csv --target y.csv';
    expect(await place.failure(line)).toEqual({
      code: 1,
      message:
        'x.csv: its first column is an index, as its heading is empty: write it with to_csv(…, index=False), or leave it out with --drop-index',
    });
    expect(await place.json(`${line} --drop-index`)).toMatchObject({ value: 0, count: 6 });
  });

  it('labels that are text are named as such', async () => {
    const line = 'eval crossEntropy --pred logits.npy --target y.csv';
    for (const [content, where] of [
      ['cat\ndog\n', 'line 2, column 1: "dog"'],
      ['label\n"cat"\ndog\n', 'line 2, column 1: "\\"cat\\""'],
    ]) {
      place.put('y.csv', content!);
      const { message } = await place.failure(line);
      expect(message).toBe(
        `y.csv: ${where} is no number; class labels are numbers from 0, in the order of the columns of the prediction, not text`,
      );
    }
    place.put('y.csv', ',label\n0,2\n1,0\n');
    place.put('two.npy', npy('<f4', [2, 3], [1, 2, 3, 4, 5, 6]));
    expect((await place.json('eval crossEntropy --pred two.npy --target y.csv --drop-index')).value).toBe(
      crossEntropy(Float32Array.of(1, 2, 3, 4, 5, 6), [2, 0]),
    );
  });
});

it('numbers in text are read as exactly as JavaScript reads them', async () => {
  const words = [
    ...['0', '-0', '1e22', '1e23', '1e-22', '123456789012345678', '0.1234567890123456', '9007199254740993', '.5', '5.'],
    ...['+1.5', '1E5', '1e+05', '-2.5e-3', '4.35', '0.000001', '1e400', '-1e-400', '179769313486231570e291', '5e-324'],
    ...Array.from({ length: 2000 }, (_, i) => String(Math.sin(i) * 10 ** ((i % 60) - 30))),
    ...Array.from({ length: 2000 }, (_, i) => (Math.cos(i) * 1000).toFixed(i % 12)),
    ...Array.from({ length: 500 }, (_, i) => Math.tan(i).toExponential(i % 20)),
  ];
  for (const separator of [',', '\t', '  ']) {
    place.put('words.csv', words.join(separator));
    place.put('zero.npy', npy('<f8', [1, words.length], new Float64Array(words.length)));
    await place.run('eval mae --pred words.csv --target zero.npy --reduction none --out l.npy');
    const found = new Float64Array(new Uint8Array(place.get('l.npy').subarray(256)).buffer);
    expect([...found]).toEqual(words.map((word) => Math.abs(Number(word))));
  }
});
