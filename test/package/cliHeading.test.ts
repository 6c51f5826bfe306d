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
});
