/** Runs in a page of isolation.test.ts, beside the built package. */

/** What a page finds out: with a number, with 'auto', and whether results are those of one thread. */
export async function ask(threads) {
  const L = await import('/dist/index.js');
  const calls = () => {
    const n = 400_000;
    const [x, y, out] = Array.from({ length: 3 }, () => L.allocate('float32', n));
    for (let i = 0; i < n; i++) x.array[i] = Math.sin(i);
    const results = [];
    for (let k = 0; k < 20; k++) {
      const { value, grad } = L.huber.valueAndGrad(x, y, { out });
      results.push(value, grad[12_345], grad[n - 1]);
    }
    for (const buffer of [x, y, out]) buffer.free();
    return results.join();
  };
  const one = calls();
  const asked = await L.init({ threads }).catch((error) => error.message);
  const got = calls();
  // After a pause workers sleep.
  await new Promise((resolve) => setTimeout(resolve, 50));
  const later = calls();
  const auto = await L.init({ threads: 'auto' });
  await L.init({ threads: 1 });
  return { asked, same: got === one && later === one && calls() === one, auto, isolated: crossOriginIsolated };
}
