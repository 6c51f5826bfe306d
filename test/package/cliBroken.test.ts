/** Broken files: exit code 1, one sentence that names the file, and nothing half-written. */
import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Place } from '../support/cli.ts';
import { npy, npyOf } from '../support/npy.ts';

const place = new Place();
beforeAll(() => {
  place.put('a.npy', npy('<f4', [2, 3], [1, 2, 3, 4, 5, 6]));
  place.put('y.npy', npy('<i8', [2], [0, 2]));
});
afterAll(() => place.remove());

const header = (descr: string, shape = '(2,)'): string =>
  `{'descr': ${descr}, 'fortran_order': False, 'shape': ${shape}, }`;
const good = npy('<f4', [2, 3], [1, 2, 3, 4, 5, 6]);
const damaged = (change: (bytes: Buffer) => void): Buffer => {
  const bytes = Buffer.from(good);
  change(bytes);
  return bytes;
};

describe('broken files', () => {
  const eight = new Uint8Array(64);
  const files: readonly (readonly [what: string, file: Buffer | string, message: string])[] = [
    ['nothing', '', 'it is empty'],
    ['a part of the magic', good.subarray(0, 4), 'it is truncated'],
    ['a part of the head', good.subarray(0, 8), 'it is truncated'],
    ['a part of the header', good.subarray(0, 50), 'it is truncated: its header is not whole'],
    ['a part of the data', good.subarray(0, -1), 'it is truncated: its header says 24 bytes of data'],
    ['another magic', damaged((b) => b.write('X', 0)), "it doesn't start with"],
    ['another version', damaged((b) => b.writeUInt8(7, 6)), '.npy version 7.0 is not known'],
    ['another minor version', damaged((b) => b.writeUInt8(2, 7)), '.npy version 1.2 is not known'],
    ['no dictionary', damaged((b) => b.fill(0xff, 10, 60)), 'its header is no .npy header'],
    ['no shape', npyOf("{'descr': '<f4', 'fortran_order': False, }", eight), 'its header is no .npy header'],
    ['something after the dictionary', npyOf(`${header("'<f4'")} ]`, eight), 'its header is no .npy header'],
    ['an entry too many', npyOf(header("'<f4'").replace('}', "'x': 1}"), eight), 'its header is no .npy header'],
    ['a comma too few', npyOf(header("'<f4' ").replace("' ,", "' "), eight), 'its header is no .npy header'],
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
    ['an archive', Buffer.from('PK\u0003\u0004 and so on', 'latin1'), 'it is a truncated archive'],
    ['a compressed file', Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0]), 'it is truncated'],
  ];
  it.each(files)('%s', async (_, file, message) => {
    place.put('x.npy', typeof file === 'string' ? Buffer.from(file) : file);
    const got = await place.failure('eval mse --pred x.npy --target x.npy');
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
    const got = await place.failure('eval mse --pred x.csv --target x.csv');
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
    const got = await place.failure(`eval ${line}`);
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
    expect((await place.failure(line)).message).toContain('bad.npy: ');
    expect((await place.failure(line)).message).toContain('[33]');
    expect(place.get('g.npy').toString()).toBe('as it was');
    expect(readdirSync(place.folder).filter((name) => name.includes('part'))).toEqual([]);
  });
});
