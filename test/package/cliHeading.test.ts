/** A first line of CSV that may be names of columns or numbers. */
import { afterAll, describe, expect, it } from 'vitest';
import { crossEntropy } from '../../ts/index.ts';
import { Place } from '../support/cli.ts';

const place = new Place();
afterAll(() => place.remove());

describe('a first line of numbers', () => {
  const floats = '0,1\n0.5,-1.5\n2.0,0.25\n';
  it('of floats without names: pandas writes 0,1,2,…, which has to be said', async () => {
    place.put('z.csv', floats);
    place.put('y.csv', '0\n1\n0\n');
    const bad = async (line: string) =>
      (await place.failure(`eval crossEntropy --pred z.csv --target y.csv ${line}`)).message;
    expect(await bad('')).toBe(
      'z.csv: its first line, 0,1, may be names of columns, as pandas writes them, or numbers: say --header or --no-header, or write it with to_csv(…, header=False)',
    );
    const named = (await place.json('eval crossEntropy --pred z.csv --target y.csv --header')).value;
    expect(named).toBeCloseTo(
      crossEntropy(
        [
          [0.5, -1.5],
          [2, 0.25],
        ],
        [1, 0],
      ),
      12,
    );
    const data = (await place.json('eval crossEntropy --pred z.csv --target y.csv --no-header')).value;
    expect(data).toBeCloseTo(
      crossEntropy(
        [
          [0, 1],
          [0.5, -1.5],
          [2, 0.25],
        ],
        [0, 1, 0],
      ),
      12,
    );
    place.put('named.csv', floats.replace('0,1', 'a,b'));
    expect((await place.failure('eval crossEntropy --pred named.csv --target y.csv')).message).toMatch(
      /; its first line, 0, is taken for numbers: --header if it names columns$/,
    );
    expect((await place.json('eval crossEntropy --pred named.csv --target y.csv --header')).count).toBe(2);
  });

  it('of whole numbers is data, unless one says so', async () => {
    place.put('p.csv', '0,1\n1,0\n');
    place.put('q.csv', '0,1\n1,0\n');
    expect((await place.json('eval mse --pred p.csv --target q.csv')).count).toBe(4);
    expect((await place.json('eval mse --pred p.csv --target q.csv --header')).count).toBe(2);
  });

  it('is what one says, whatever stands in it', async () => {
    place.put('a.csv', '3,1\n1,0\n5,2\n');
    place.put('b.csv', '2,1\n1,0.5\n5,2\n');
    const line = 'eval mse --pred a.csv --target b.csv';
    expect((await place.json(line)).sum).toBe(1.25);
    expect((await place.json(`${line} --no-header`)).sum).toBe(1.25);
    expect((await place.json(`${line} --header`)).sum).toBe(0.25);
    place.put('named.csv', 'x,y\n1,0\n5,2\n');
    expect((await place.json('eval mse --pred named.csv --target b.csv --header')).sum).toBe(0.25);
    place.put('short.csv', '1,0\n5,2\n');
    expect((await place.failure('eval mse --pred named.csv --target short.csv --header')).message).toMatch(
      /; its first line, 1,0, is taken for names of columns: --no-header if it is not$/,
    );
    const { code, message } = await place.failure('eval mse --pred named.csv --target b.csv --no-header');
    expect([code, message]).toEqual([1, 'named.csv: line 1, column 1: "x" is no number']);
  });

  it('can be neither names alone nor an index without a heading', async () => {
    place.put('one.csv', '1,2\n');
    const only = await place.failure('eval mse --pred one.csv --target one.csv --header');
    expect([only.code, only.message]).toEqual([1, 'one.csv: its only line is data; leave --header out']);
    const index = await place.failure('eval mse --pred one.csv --target one.csv --drop-index --no-header');
    expect(index.code).toBe(2);
    expect(index.message).toMatch(/--drop-index tells an index by its heading: it contradicts --no-header/);
  });
});
