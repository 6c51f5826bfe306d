/** Measures every loss: WebAssembly on resident buffers, careful JavaScript, and the readable reference. */
import * as losskit from 'losskit';
import { carefulCall, makeData, residentCall } from '../../bench/lib/bind.mjs';
import { type Case, cases, gradientElements } from '../../bench/lib/cases.mjs';
import type { Measured, Order, Report, Side } from './messages.ts';

/** More than this takes too long, or too much memory, for a page. */
const mostElements = 300_000;
const shortest = 8;
const rounds = 3;

const say = (report: Report): void => self.postMessage(report);

/** The cases of an order: of each loss its largest size that fits, or all sizes that do. */
function chosen({ sizes, losses }: Order): Case[] {
  const wanted = cases.filter(({ loss }) => losses === null || losses.includes(loss));
  const fitting = wanted.filter(
    (one) => one.rows * one.width <= mostElements && one.rows > 128 - Number(one.width > 1),
  );
  if (sizes === 'several') return fitting;
  return fitting.filter((one, i) => fitting[i + 1]?.variant !== one.variant);
}

/** Milliseconds of a call, over as many calls as a coarse clock needs. */
function timeOf(call: () => unknown): number {
  const began = performance.now();
  let calls = 0;
  let spent = 0;
  while (spent < shortest) {
    call();
    calls++;
    spent = performance.now() - began;
  }
  return spent / calls;
}

/** The least of a few: whatever else the machine does only ever adds. */
function measure(call: () => unknown): number {
  call();
  return Math.min(...Array.from({ length: rounds }, () => timeOf(call)));
}

async function compare(one: Case, withWasm: boolean, tell: (side: Side) => void): Promise<Measured> {
  const data = makeData(one, one.rows);
  const each = 1e6 / gradientElements(one);
  const on = async (backend: 'wasm' | 'reference') => {
    tell(backend);
    await losskit.init({ backend });
    const { call, free } = residentCall(one, losskit, data);
    const time = measure(call) * each;
    free();
    return time;
  };
  const careful = () => {
    tell('careful');
    return measure(carefulCall(one, data)) * each;
  };
  return {
    name: one.variant,
    size: one.size,
    wasm: withWasm ? await on('wasm') : null,
    careful: one.careful === undefined ? null : careful(),
    reference: await on('reference'),
  };
}

async function run(order: Order): Promise<void> {
  await losskit.init();
  const { name, reason } = losskit.backend();
  say({ kind: 'begin', backend: name, reason });
  const list = chosen(order);
  for (const [i, one] of list.entries()) {
    const title = `${one.variant}, ${one.size}`;
    const tell = (side: Side) => say({ kind: 'running', done: i, of: list.length, name: title, side });
    say({ kind: 'measured', done: i + 1, of: list.length, one: await compare(one, name === 'wasm', tell) });
  }
  say({ kind: 'end' });
}

self.addEventListener('message', ({ data }: MessageEvent<Order>) => {
  run(data).catch((error: unknown) => say({ kind: 'failed', message: String(error) }));
});
