/** 'How fast here?' */
import { families } from '../catalogue/index.ts';
import { byId, copyButton, el, fill } from '../lib/dom.ts';
import { address, read, write } from '../lib/state.ts';
import type { Measured, Order, Report, Side } from './messages.ts';
import { markdown, pack, ratio, row, unpack } from './table.ts';

let worker: Worker | null = null;
let results: Measured[] = [];

/** What is waited for. */
const waitsFor: { readonly [side in Side]: string } = {
  wasm: 'WebAssembly',
  careful: 'careful JavaScript',
  reference: 'the reference, which takes longest',
};

const machine = (): string => `${navigator.userAgent}, ${navigator.hardwareConcurrency} threads`;
const say = (text: string): void => {
  byId('speed-status').textContent = text;
};

/** Shows figures that came with the address. */
export function openSpeed(): void {
  const given = read().settings.get('r');
  if (worker !== null || given === null) return;
  results = unpack(given);
  show('These figures came with the link; measure to see your own.');
}

/** All results, with the buttons that copy them. */
function show(text: string): void {
  byId('bars').replaceChildren(...results.map(row));
  byId('results').hidden = results.length === 0;
  finish(text);
}

function finish(text: string): void {
  worker?.terminate();
  worker = null;
  byId('progress').hidden = true;
  byId('measure').textContent = 'Measure';
  const ratios = results.map(ratio).filter((x) => x !== null);
  ratios.sort((a, b) => a - b);
  const median = ratios[ratios.length >> 1];
  say(median === undefined ? text : `${text} The median ratio is ${median.toFixed(1)} ×.`);
  const buttons = [
    copyButton('Copy the table', () => markdown(results, machine())),
    copyButton('Copy a link', () => location.href.replace(/#.*$/, '') + address('speed', [['r', pack(results)]])),
  ];
  byId('copy-results').replaceChildren(...(results.length === 0 ? [] : buttons));
}

function begin(): void {
  const family = families.find(([name]) => name === byId<HTMLSelectElement>('family').value);
  const order: Order = {
    sizes: byId<HTMLInputElement>('several').checked ? 'several' : 'one',
    losses: family === undefined ? null : family[1].map(({ name }) => name),
  };
  const progress = byId<HTMLProgressElement>('progress');
  results = [];
  write('speed', []);
  byId('bars').replaceChildren();
  byId('copy-results').replaceChildren();
  byId('results').hidden = true;
  byId('measure').textContent = 'Stop';
  progress.hidden = false;
  progress.removeAttribute('value');
  say('Starting …');
  let reason = '';
  worker = new Worker(new URL('./bench.js', import.meta.url), { type: 'module' });
  worker.addEventListener('error', ({ message }) =>
    finish(`The Worker failed: ${message || 'it could not be started'}.`),
  );
  worker.addEventListener('message', ({ data }: MessageEvent<Report>) => {
    if (data.kind === 'begin') {
      reason = data.backend === 'wasm' ? '' : ` WebAssembly can’t run here: ${data.reason}.`;
    } else if (data.kind === 'running') {
      progress.value = data.done / data.of;
      say(`${data.done + 1} of ${data.of}: ${data.name}, ${waitsFor[data.side]} …`);
    } else if (data.kind === 'measured') {
      results.push(data.one);
      byId('bars').append(row(data.one));
      byId('results').hidden = false;
      progress.value = data.done / data.of;
    } else if (data.kind === 'end') {
      write('speed', [['r', pack(results)]]);
      finish(`${results.length} cases.${reason}`);
    } else finish(data.message);
  });
  worker.postMessage(order);
}

/** Listens to the button. */
export function startSpeed(): void {
  fill(byId('family'), [['', [['', 'all losses'], ...families.map(([name]) => [name, name] as const)]]]);
  byId('measure').addEventListener('click', () => {
    if (worker === null) begin();
    else finish('Stopped.');
  });
  byId('results').prepend(
    el(
      'caption',
      {},
      'Value and gradient, float32: nanoseconds per element of the gradient, shorter is faster; bars are logarithmic.',
    ),
  );
}
