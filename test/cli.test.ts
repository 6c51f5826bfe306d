/** The command line: what its commands print, and how it ends when it is used wrongly or fed with broken files. */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chooseLoss } from '../ts/index.ts';
import { Place, program } from './support/cli.ts';
import { table } from './support/losses.ts';
import { npy, npyOf } from './support/npy.ts';

const place = new Place();
beforeAll(() => {
  place.put('a.npy', npy('<f4', [2, 3], [1, 2, 3, 4, 5, 6]));
  place.put('y.npy', npy('<i8', [2], [0, 2]));
});
afterAll(() => place.remove());

/** Runs what has to fail: the exit code, and one sentence on standard error. */
async function failure(line: string): Promise<{ code: number | null; message: string }> {
  const { code, out, err } = await place.run(line);
  expect(out).toBe('');
  expect(err, 'one line, no trace').toMatch(/^losskit: [^\n]+\n$/);
  return { code, message: err.slice('losskit: '.length).trim() };
}

describe('list, info and choose', () => {
  it('list has every loss', async () => {
    const { code, out } = await place.run('list');
    expect(code).toBe(0);
    for (const [name] of table) expect(out).toMatch(new RegExp(`^  ${name} `, 'm'));
    expect(((await place.json('list')) as unknown as { name: string }[]).map(({ name }) => name).sort()).toEqual(
      table.map(([name]) => name).sort(),
    );
    expect((await place.run('list --family regression')).out).not.toContain('crossEntropy');
  });

  it.each(table)('info %s: formula, domain, options, PyTorch, use', async (name, { info }) => {
    const about = (await place.json(`info ${name}`)) as unknown as {
      summary: string;
      formula: string;
      notes: Record<string, string>;
      options: Record<string, { text: string; default: unknown }>;
      when: string;
      not: string;
      likelihood: string;
    };
    expect(about.summary).toMatch(/\.$/);
    expect(about.formula).toContain('∂');
    expect(Object.keys(about.notes)).toEqual(expect.arrayContaining(['Domain', 'Accuracy', 'PyTorch']));
    for (const text of [about.when, about.not, about.likelihood]) expect(text).toMatch(/\w+ \w+/);
    for (const [option, { default: fallback }] of Object.entries(info.parameters)) {
      expect(about.options[option]!.default).toEqual(fallback);
      expect(about.options[option]!.text).toMatch(/Default/);
    }
  });

  it('info as text', async () => {
    const { out } = await place.run('info cross-entropy');
    for (const part of ['softmax', 'torch.nn.functional.cross_entropy', '--label-smoothing', 'When not']) {
      expect(out).toContain(part);
    }
  });

  it('choose says what chooseLoss says', async () => {
    const { name, options, why } = chooseLoss({ task: 'regression', outliers: true });
    expect(await place.json('choose regression --outliers')).toMatchObject({ name, options, why });
    const { out } = await place.run('choose regression --outliers');
    expect(out).toContain("import { huber } from 'losskit'");
    expect(out).toContain('losskit eval huber --pred pred.npy --target target.npy --delta 1');
  });

  it('bench compares both backends', async () => {
    // By itself, as it switches the backend of its process.
    const { code, out } = place.spawn('bench --losses mse,elbo,ntXent --elements 512 --seconds 0.02 --json');
    expect(code).toBe(0);
    const { results } = JSON.parse(out) as {
      results: { loss: string; wasm: number; reference: number; speedup: number }[];
    };
    expect(results.map(({ loss }) => loss)).toEqual(['mse', 'elbo', 'ntXent']);
    for (const { wasm, reference, speedup } of results) {
      expect(wasm).toBeGreaterThan(0);
      expect(speedup).toBe(reference / wasm);
    }
  });

  it.each(['', 'list', 'info', 'choose', 'eval', 'eval crossEntropy', 'bench'])('%s --help', async (command) => {
    const { code, out } = await place.run(`${command} --help`);
    expect(code).toBe(0);
    expect(out).toMatch(/Usage: losskit/);
  });
});

describe('bad usage ends with 2', () => {
  it.each([
    ['', 'a command is missing'],
    ['evl', 'did you mean eval?'],
    ['info', 'an argument is missing'],
    ['info crosEntropy', 'did you mean crossEntropy?'],
    ['list --familly x', 'did you mean --family?'],
    ['list --family trees', '--family is one of classification'],
    ['list more', '"more" is one argument too many'],
    ['choose multclass', "did you mean 'multiclass'?"],
    ['choose regression --imbalanced', "imbalanced goes with 'binary'"],
    ['bench --losses mes', 'did you mean mse?'],
    ['bench --seconds soon', '--seconds must be a number > 0'],
    ['eval', 'eval needs a loss first'],
    ['eval mse', '--pred is missing'],
    ['eval mse --pred a.npy', '--target is missing'],
    ['eval mse a.npy a.npy', 'files are named: --pred pred.npy --target target.npy'],
    ['eval mse --pred a.npy a.npy --target a.npy', '--target has 1 files, --pred 2'],
    ['eval mse --pred a.npy --target a.npy --delta 1', 'unknown option --delta'],
    ['eval mse --pred a.npy --target', '--target needs a value'],
    ['eval huber --pred a.npy --target a.npy --delta -1', 'delta must be finite and > 0, got -1'],
    ['eval huber --pred a.npy --target a.npy --delta big', '--delta must be a number'],
    ['eval klDivergence --q a.npy --p a.npy --input words', '--input must be one of'],
    ['eval mse --pred a.npy --target a.npy --reduction max', '--reduction is mean, sum or none'],
    ['eval mse --pred a.npy --target a.npy --dtype float16', '--dtype is float32 or float64'],
    ['eval mse --pred a.npy --target a.npy --block 0', '--block must be a whole number >= 1'],
    ['eval mse --pred a.npy --target a.npy --grad g.csv', '--grad writes a .npy file'],
    ['eval mse --pred a.npy --target a.npy --grad a.npy', 'a.npy is an input'],
    ['eval mse --pred a.npy --target a.npy --out l.npy', '--out is for --by-row'],
    ['eval l1 --theta a.npy --by-row', 'l1 has no losses of samples'],
    ['eval ntXent --za a.npy --zb a.npy --sample-weight y.npy', 'ntXent takes no --sample-weight'],
  ])('%s', async (line, message) => {
    const got = await failure(line);
    expect(got.message).toContain(message);
    expect(got.code).toBe(2);
  });
});

const header = (descr: string, shape = '(2,)'): string =>
  `{'descr': ${descr}, 'fortran_order': False, 'shape': ${shape}, }`;
const good = npy('<f4', [2, 3], [1, 2, 3, 4, 5, 6]);
const damaged = (change: (bytes: Buffer) => void): Buffer => {
  const bytes = Buffer.from(good);
  change(bytes);
  return bytes;
};

describe('broken files end with 1', () => {
  const eight = new Uint8Array(64);
  const files: readonly (readonly [what: string, file: Buffer | string, message: string])[] = [
    ['nothing', '', 'it is empty'],
    ['a part of the magic', good.subarray(0, 4), 'it is truncated'],
    ['a part of the head', good.subarray(0, 8), 'it is truncated'],
    ['a part of the header', good.subarray(0, 50), 'it is truncated: its header is not whole'],
    ['a part of the data', good.subarray(0, -1), 'it is truncated: its header says 24 bytes of data'],
    ['another magic', damaged((b) => b.write('X', 0)), "it doesn't start with"],
    ['another version', damaged((b) => b.writeUInt8(7, 6)), '.npy version 7.0 is not known'],
    ['no dictionary', damaged((b) => b.fill(0xff, 10, 60)), 'its header is no .npy header'],
    ['no shape', npyOf("{'descr': '<f4', 'fortran_order': False, }", eight), 'its header is no .npy header'],
    ['a shape below 0', npyOf(header("'<f4'", '(-2,)'), eight), 'no tuple of whole numbers'],
    ['a shape that is no tuple', npyOf(header("'<f4'", '(2)'), eight), 'no tuple of whole numbers'],
    ['an impossible shape', npyOf(header("'<f4'", '(9999999999, 9999999999)'), eight), 'impossibly large'],
    ['objects', npyOf(header("'|O'"), eight), 'Python objects (a pickle)'],
    ['strings', npyOf(header("'<U4'"), eight), 'its elements are strings'],
    ['complex numbers', npyOf(header("'<c8'"), eight), 'complex numbers'],
    ['long doubles', npyOf(header("'<f16'"), eight), 'a width that depends on the machine'],
    ['dates', npyOf(header("'<M8[s]'"), eight), 'dates'],
    ['records', npyOf(header("[('x', '<f4'), ('y', '<i4')]"), eight), 'its elements are records'],
    ['an unknown type', npyOf(header("'<q9'"), eight), 'a type that is not known'],
    ['a pickle', Buffer.from('\u0080\u0004\u0095numpy', 'latin1'), 'it is a pickle'],
    ['an archive', Buffer.from('PK\u0003\u0004 and so on', 'latin1'), 'it is an archive (.npz)'],
    ['a compressed file', Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0]), 'it is compressed'],
  ];
  it.each(files)('%s', async (_, file, message) => {
    place.put('x.npy', typeof file === 'string' ? Buffer.from(file) : file);
    const got = await failure('eval mse --pred x.npy --target x.npy');
    expect(got.message).toContain('x.npy: ');
    expect(got.message).toContain(message);
    expect(got.code).toBe(1);
  });

  it.each([
    ['a ragged row', '1,2\n3\n', 'line 2 has 1 fields, not 2 columns'],
    ['a word', 'a,b\n1,2\n3,four\n', 'line 3, column 2: "four" is no number'],
    ['an empty cell', '1,2\n3,\n', 'line 2, column 2: "" is no number'],
    ['a heading alone', 'a,b\n', 'line 1, column 1: "a" is no number'],
    ['a first number that is none', '0x10\n1\n', 'line 1, column 1: "0x10" is no number'],
    ['comments alone', '# nothing\n\n', 'there are no numbers in it'],
    ['bytes', '1\u0000,2', 'it is neither a .npy file nor CSV'],
  ])('CSV with %s', async (_, text, message) => {
    place.put('x.csv', text);
    const got = await failure('eval mse --pred x.csv --target x.csv');
    expect(got).toMatchObject({ code: 1, message: expect.stringContaining(`x.csv: ${message}`) });
  });

  it.each([
    ['mse --pred nowhere.npy --target a.npy', 'nowhere.npy: there is no such file'],
    ['mse --pred . --target a.npy', '.: it is a folder'],
    ['mse --pred a.npy --target y.npy', 'target of shape [2] must have the shape of pred, [2, 3]'],
    ['crossEntropy --pred a.npy --target a.npy', 'a.npy: crossEntropy: target[1] = 2'],
    ['crossEntropy --pred y.npy --target y.npy', 'its shape [2] has no rows'],
    ['binaryCrossEntropy --pred a.npy --target a.npy', 'p[1]'],
    ['mse --pred a.npy --target a.npy --sample-weight y.npy --grad no/g.npy', 'no/g.npy: there is no such folder'],
  ])('eval %s', async (line, message) => {
    const got = await failure(`eval ${line}`);
    expect(got.message).toContain(message);
    expect(got.code).toBe(1);
  });

  it('a label out of range is named by its place in the whole file, and leaves no half-written output', async () => {
    place.put(
      'bad.npy',
      npy(
        '<i8',
        [40],
        Array.from({ length: 40 }, (_, i) => (i === 33 ? 3 : 1)),
      ),
    );
    place.put('z.npy', npy('<f4', [40, 3], new Float32Array(120)));
    place.put('g.npy', 'as it was');
    const line = 'eval crossEntropy --pred z.npy --target bad.npy --block 12 --reduction sum --grad g.npy';
    expect((await failure(line)).message).toContain('bad.npy: ');
    expect((await failure(line)).message).toContain('[33]');
    expect(place.get('g.npy').toString()).toBe('as it was');
    expect(readdirSync(place.folder).filter((name) => name.includes('part'))).toEqual([]);
  });
});

it('the built program ends with the same codes', () => {
  expect(place.spawn('eval mse --pred a.npy --target a.npy').code).toBe(0);
  expect(place.spawn('eval mse --pred nowhere.npy --target a.npy').code).toBe(1);
  expect(place.spawn('eval mse --pred a.npy')).toMatchObject({
    code: 2,
    out: '',
    err: expect.stringMatching(/^losskit: /),
  });
});

it('a reader that ends early is no error', () => {
  const lines = 20_000;
  place.put('long.npy', npy('<f4', [lines], new Float32Array(lines)));
  const command = `set -o pipefail; "${process.execPath}" "${program}" eval mse --pred long.npy --target long.npy --by-row | head -n 1`;
  const { status, stdout, stderr } = spawnSync('bash', ['-c', command], { cwd: place.folder, encoding: 'utf8' });
  expect([stdout, stderr.replace(/^(loss|value|weight|samples|time) .*\n/gm, '')]).toEqual(['0\n', '']);
  expect(status).toBe(0);
});
