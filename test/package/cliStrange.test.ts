/** Files that are strange, and what `losskit eval` says of them. */
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Place } from '../support/cli.ts';
import { npy, npyOf, readNpy } from '../support/npy.ts';
import { zip } from '../support/zip.ts';

const place = new Place();
beforeAll(() => {
  place.put('a.npy', npy('<f4', [2, 2], [1, 2, 3, 4]));
});
afterAll(() => place.remove());

/** An archive with one member of this name. */
const archive = (entry: string): Buffer => zip({ [entry]: Buffer.alloc(40) });

describe('files of other kinds are named', () => {
  const latin = (text: string): Buffer => Buffer.from(text, 'latin1');
  it.each<[name: string, content: Buffer | string, message: string]>([
    ['m.pt', archive('m/data.pkl'), 'PyTorch'],
    ['m.pth', archive('archive/version'), 'PyTorch'],
    ['m.bin', archive('archive/data.pkl'), 'PyTorch'],
    ['m.pt', latin('PK\u0003\u0004'), 'PyTorch'],
    ['old.pt', latin('\u0080\u0002\u008a\nl'), 'PyTorch'],
    ['x.pkl', latin('\u0080\u0004\u0095'), 'a pickle, which may run code'],
    ['x.npz', archive('arr_0.npy'), 'it is neither a .npy file nor CSV'],
    ['x.zip', archive('readme.txt'), 'it is neither a .npy file nor CSV'],
    ['x.zip', zip({ 'x.npz': archive('arr_0.npy') }), 'an archive in an archive'],
    ['x.xlsx', archive('[Content_Types].xml'), 'an Excel workbook'],
    ['x.parquet', 'PAR1....', 'Parquet'],
    ['x.feather', 'ARROW1..', 'Arrow'],
    ['x.h5', latin('\u0089HDF\r\n\u001a\n'), 'HDF5'],
    ['x.safetensors', Buffer.concat([Buffer.from([60, 0, 0, 0, 0, 0, 0, 0]), Buffer.from('{"x":')]), 'safetensors'],
    ['x.csv', latin('\u00ff\u00fe1\u0000,\u0000'), 'UTF-16'],
    ['x.csv.gz', latin('\u001f\u008b\u0008'), 'it is truncated'],
    ['x.csv.gz', gzipSync(gzipSync('1')), 'it is compressed twice'],
    ['x.csv.zst', latin('(\u00b5/\u00fd..'), 'unzstd'],
    ['x.json', '[[1, 2], [3, 4]]', 'it is JSON'],
    ['x.json', '{"data": [1, 2]}\n', 'it is JSON'],
    ['x.json', '[\n  [1, 2],\n  [3, 4]\n]\n', 'it is JSON'],
    ['x.txt', '1 2 three 4', 'line 1, column 3: "three" is no number'],
    ['x.txt', 'one line of words', 'is no number'],
  ])('%s', async (name, content, message) => {
    place.put(name, content);
    for (const line of [`--pred ${name} --target a.npy`, `--pred a.npy --target ${name}`]) {
      const got = await place.failure(`eval mse ${line}`);
      expect(got.code).toBe(1);
      expect(got.message).toMatch(new RegExp(`^${name.replaceAll('.', '\\.')}(:\\S+)?: `));
      expect(got.message).toContain(message);
    }
  });
});

it('every byte of bool but 0 is true', async () => {
  const header = "{'descr': '|b1', 'fortran_order': False, 'shape': (2, 2), }";
  place.put('b.npy', npyOf(header, Uint8Array.of(0, 1, 2, 255)));
  place.put('p.npy', npy('<f8', [2, 2], [0, 1, 1, 1]));
  expect((await place.json('eval mse --pred p.npy --target b.npy')).value).toBe(0);
  expect((await place.json('eval binaryCrossEntropy --pred p.npy --target b.npy')).value).toBe(0);
  const fortran = header.replace('False', 'True');
  place.put('f.npy', npyOf(fortran, Uint8Array.of(0, 255, 2, 1)));
  expect((await place.json('eval mse --pred p.npy --target f.npy')).value).toBe(0);
  place.put('y.npy', npyOf("{'descr': '|b1', 'fortran_order': False, 'shape': (2,), }", Uint8Array.of(2, 0)));
  place.put('one.npy', npy('<i4', [2], [1, 0]));
  const value = async (labels: string) => (await place.json(`eval crossEntropy --pred p.npy --target ${labels}`)).value;
  expect(await value('y.npy')).toBe(await value('one.npy'));
});

describe('no data', () => {
  it.each([
    ['crossEntropy --pred none.npy --target labels.npy', [0, 3]],
    ['mse --pred none.npy --target none.npy', [0, 3]],
    ['l2 --theta none.npy', [0, 3]],
    ['ntXent --za none.npy --zb none.npy --classes 3', [0, 3]],
    ['gaussianKl --mu none.npy --log-var none.npy', [0, 3]],
  ])('%s: the value 0, a note and exit code 1', async (line, shape) => {
    place.put('none.npy', npy('<f4', shape, []));
    place.put('labels.npy', npy('<i8', [0], []));
    const { code, out, err } = await place.run(`eval ${line} --json`);
    expect(JSON.parse(out)).toMatchObject({ value: 0, count: 0 });
    expect(err).toBe('losskit: none.npy: there are no rows in it: the value 0 is that of no data\n');
    expect(code).toBe(1);
  });

  it('outputs are written all the same', async () => {
    expect((await place.run('eval mse --pred none.npy --target none.npy --grad g.npy --by-row --out l.npy')).code).toBe(
      1,
    );
    expect(readNpy(place.get('g.npy')).shape).toEqual([0, 3]);
    expect(readNpy(place.get('l.npy')).shape).toEqual([0, 3]);
  });

  it('rows that all are ignored, or of weight 0: a note', async () => {
    place.put('z.npy', npy('<f4', [2, 3], [1, 2, 3, 4, 5, 6]));
    place.put('y.npy', npy('<i8', [2], [-100, -100]));
    place.put('w.npy', npy('<f4', [2], [0, 0]));
    for (const line of [
      'crossEntropy --pred z.npy --target y.npy --ignore-index -100',
      'mse --pred z.npy --target z.npy --sample-weight w.npy',
    ]) {
      const { code, err } = await place.run(`eval ${line}`);
      expect(err).toBe('losskit: every sample is ignored or has weight 0: the value 0 is that of no data\n');
      expect(code).toBe(0);
    }
    expect((await place.run('eval mse --pred z.npy --target z.npy')).err).toBe('');
  });
});

describe('lines', () => {
  it('may be longer than the pieces that files are read in, by far', async () => {
    const numbers = 400_000;
    place.put('long.csv', `${'0.123456,'.repeat(numbers - 1)}1`);
    expect(await place.json('eval mse --pred long.csv --target long.csv')).toMatchObject({ value: 0, count: numbers });
  });

  it('end with \\n, \\r\\n or \\r, across the pieces that files are read in', async () => {
    const rows = 70_000;
    const expected = Array.from({ length: rows }, (_, i) => i % 10);
    place.put(
      'expected.npy',
      npy(
        '<f8',
        [rows, 2],
        expected.flatMap((x) => [x, 2 * x]),
      ),
    );
    for (const end of ['\n', '\r\n', '\r', '\n\r\n', '\r\r']) {
      for (const shift of ['', '#\n', '# \n']) {
        place.put('x.csv', shift + expected.map((x) => `${x},${2 * x}`).join(end) + end);
        expect((await place.json('eval mse --pred x.csv --target expected.npy')).value, JSON.stringify(end)).toBe(0);
      }
    }
    place.put('x.csv', '\ufeff1,2\r\n3,4');
    expect((await place.json('eval mse --pred x.csv --target a.npy')).value).toBe(0);
    place.put('x.csv', '1,2\n\n# what\n3\n');
    expect((await place.failure('eval mse --pred x.csv --target x.csv')).message).toContain('line 4 has 1 fields');
  });
});
