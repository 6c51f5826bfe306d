/** Second derivatives as files. */
import { afterAll, describe, expect, it } from 'vitest';
import { binaryCrossEntropyWithLogits, gaussianNll } from '../../ts/index.ts';
import { Place } from '../support/cli.ts';
import { nearAll } from '../support/cliNear.ts';
import { npy, readNpy } from '../support/npy.ts';
import { random } from '../support/random.ts';

const { normal, below } = random('second derivatives');
const place = new Place();
afterAll(() => place.remove());

describe('--hess', () => {
  it('is the second derivative of the value, of which a floor may hold', async () => {
    const z = Float32Array.from({ length: 12 }, normal);
    const y = Float32Array.from(z, () => below(2));
    place.put('z.npy', npy('<f4', [12], z));
    place.put('y.npy', npy('<f4', [12], y));
    for (const [floor, block] of [
      [undefined, 100],
      [0.2, 5],
      [0.2, 100],
    ] as const) {
      const more = floor === undefined ? '' : `--hessian-floor ${floor}`;
      const line = `eval binaryCrossEntropyWithLogits --pred z.npy --target y.npy --grad g.npy --hess h.npy ${more} --block ${block}`;
      const report = await place.json(line);
      expect([report.grad, report.hess]).toEqual([['g.npy'], ['h.npy']]);
      const expected = binaryCrossEntropyWithLogits.valueGradHess(z, y, { hessianFloor: floor });
      nearAll(readNpy(place.get('h.npy')).data, expected.hess);
      nearAll(readNpy(place.get('g.npy')).data, expected.grad);
    }
    await place.run('eval gaussianNll --mean z.npy --target y.npy --log-var z.npy --hess h.npy');
    nearAll(readNpy(place.get('h.logVar.npy')).data, gaussianNll.valueGradHess(z, y, z).hess.logVar);
  });

  it('says what is wrong', async () => {
    const bad = async (line: string) => (await place.failure(`eval ${line}`)).message;
    expect(await bad('rankNet --pred z.npy --target y.npy --hess h.npy')).toMatch(/has no second derivative/);
    expect(await bad('mse --pred z.npy --target y.npy --hessian-floor 1')).toMatch(/--hessian-floor is for --hess/);
    expect(await bad('mse --pred z.npy --target y.npy --hess h.npy --hessian-floor -1')).toMatch(
      /must be a number >= 0/,
    );
    expect(await bad('mse --pred z.npy --target y.npy --hess h.npy --grad h.npy')).toMatch(/name the same file/);
  });
});
