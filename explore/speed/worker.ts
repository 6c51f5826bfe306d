/** Measures every loss, and a linear layer before one: WebAssembly on resident buffers, careful JavaScript, and the readable reference. */
import * as losskit from 'losskit';
import { carefulCall, makeData, residentCall } from '../../bench/lib/bind.mjs';
import { type Case, cases, gradientElements } from '../../bench/lib/cases.mjs';
import { carefulLayer, layerElements, residentLayer, tableLayer } from '../../bench/lib/layer.mjs';
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

/** What a line is of. */
interface Line {
  readonly name: string;
  readonly size: string;
  /** Elements of the gradient. */
  readonly elements: number;
  readonly resident: () => { call(): number; free(): void };
  readonly careful: (() => number) | null;
}

/** The line of a loss. */
function lineOf(one: Case): Line {
  const data = makeData(one, one.rows);
  return {
    name: one.variant,
    size: one.size,
    elements: gradientElements(one),
    resident: () => residentCall(one, losskit, data),
    careful: one.careful === undefined ? null : carefulCall(one, data),
  };
}

/** That of a linear layer before one. */
const layerLine = (): Line => ({
  name: tableLayer.variant,
  size: tableLayer.size,
  elements: layerElements(tableLayer),
  resident: () => residentLayer(tableLayer, losskit),
  careful: carefulLayer(tableLayer).call,
});

async function compare(one: Line, withWasm: boolean, tell: (side: Side) => void): Promise<Measured> {
  const each = 1e6 / one.elements;
  const on = async (backend: 'wasm' | 'reference') => {
    tell(backend);
    await losskit.init({ backend });
    const { call, free } = one.resident();
    const time = measure(call) * each;
    free();
    return time;
  };
  const careful = () => {
    tell('careful');
    return measure(one.careful!) * each;
  };
  return {
    name: one.name,
    size: one.size,
    wasm: withWasm ? await on('wasm') : null,
    careful: one.careful === null ? null : careful(),
    reference: await on('reference'),
  };
}

async function run(order: Order): Promise<void> {
  await losskit.init();
  const { name, reason } = losskit.backend();
  say({ kind: 'begin', backend: name, reason });
  const list = [...chosen(order).map((one) => () => lineOf(one)), ...(order.losses === null ? [layerLine] : [])];
  for (const [i, make] of list.entries()) {
    const one = make();
    const title = `${one.name}, ${one.size}`;
    const tell = (side: Side) => say({ kind: 'running', done: i, of: list.length, name: title, side });
    say({ kind: 'measured', done: i + 1, of: list.length, one: await compare(one, name === 'wasm', tell) });
  }
  say({ kind: 'end' });
}

self.addEventListener('message', ({ data }: MessageEvent<Order>) => {
  run(data).catch((error: unknown) => say({ kind: 'failed', message: String(error) }));
});
