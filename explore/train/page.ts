/** The live training. */
import { byId, el, fill, inFrame } from '../lib/dom.ts';
import { read, write } from '../lib/state.ts';
import { calm, onTheme } from '../lib/theme.ts';
import { Chart } from './chart.ts';
import { choices, isChoice } from './losses.ts';
import type { Order, Report, Seen } from './messages.ts';

let worker: Worker | null = null;
let running = false;
let chart: Chart | null = null;
let step = 0;
let accuracy: number | null = null;
let drawnAt = 0;

const menu = () => byId<HTMLSelectElement>('train-loss');
const speed = () => byId<HTMLInputElement>('train-speed');
const tell = (order: Order): void => worker?.postMessage(order);
const say = (text: string): void => {
  byId('train-status').textContent = text;
};
const title = (name: string): string => choices.find(([choice]) => choice === name)![1];

const draw = inFrame(() => chart?.draw());

/** Takes over what the address says. */
export function openTrain(): void {
  const given = read().settings.get('loss');
  if (worker === null && isChoice(given)) menu().value = given;
  chart ??= new Chart(byId('training'));
}

/** Pictures of held-out digits, the wrong ones first. */
function show(seen: readonly Seen[]): void {
  const one = ({ image, label, guess }: Seen): HTMLElement => {
    const canvas = el('canvas', { width: 8, height: 8, 'aria-hidden': 'true' });
    const ctx = canvas.getContext('2d')!;
    const pixels = ctx.createImageData(8, 8);
    image.forEach((ink, i) => {
      pixels.data.set([127.5 * (1 - ink), 127.5 * (1 - ink), 127.5 * (1 - ink), 255], 4 * i);
    });
    ctx.putImageData(pixels, 0, 0);
    const words = label === guess ? `${label} ✓` : `${guess}, not ${label}`;
    return el('li', { class: label === guess ? 'right' : 'wrong' }, canvas, words);
  };
  byId('seen').replaceChildren(...seen.map(one));
}

function heard(report: Report): void {
  if (report.kind === 'progress') {
    step = report.step;
    accuracy = report.accuracy ?? accuracy;
    chart?.add(report.step, report.loss, report.accuracy);
    // Where less motion is wanted, the picture changes once a second.
    if (calm() && performance.now() - drawnAt < 1000) return;
    drawnAt = performance.now();
    draw();
    if (report.seen !== null) show(report.seen);
    const share = accuracy === null ? '' : `, ${(accuracy * 100).toFixed(1)} % of the held-out digits right`;
    byId('train-now').textContent = `Step ${step}: loss ${report.loss.toFixed(4)}${share}`;
  } else if (report.kind === 'end') {
    draw();
    stop(
      `Done after ${step} steps, on ${report.backend}. ${((accuracy ?? 0) * 100).toFixed(1)} % of the held-out digits are right.`,
    );
  } else stop(report.message);
}

function stop(text: string): void {
  worker?.terminate();
  worker = null;
  running = false;
  byId('train-start').textContent = 'Train';
  say(text);
}

async function start(): Promise<void> {
  running = true;
  byId('train-start').textContent = 'Pause';
  say('Training …');
  const response = await fetch(new URL('./digits.csv', import.meta.url));
  if (!response.ok) return stop('The digits could not be loaded.');
  const digits = await response.text();
  chart?.clear();
  chart?.mark({ step: 0, text: title(menu().value) });
  worker = new Worker(new URL('./train.js', import.meta.url), { type: 'module' });
  worker.addEventListener('error', ({ message }) =>
    stop(`The Worker failed: ${message || 'it could not be started'}.`),
  );
  worker.addEventListener('message', ({ data }: MessageEvent<Report>) => heard(data));
  tell({ kind: 'start', loss: menu().value, speed: speed().valueAsNumber, digits });
}

/** Listens to the controls. */
export function startTrain(): void {
  fill(menu(), [['', choices]]);
  byId('train-start').addEventListener('click', () => {
    if (worker === null) {
      if (!running) start().catch((error: unknown) => stop(String(error)));
      return;
    }
    running = !running;
    tell({ kind: running ? 'resume' : 'pause' });
    byId('train-start').textContent = running ? 'Pause' : 'Go on';
    say(running ? 'Training …' : 'Paused.');
  });
  byId('train-reset').addEventListener('click', () => {
    stop('');
    chart?.clear();
    draw();
    byId('seen').replaceChildren();
    byId('train-now').textContent = '';
  });
  menu().addEventListener('change', () => {
    write('train', [['loss', menu().value]]);
    if (worker === null) return;
    tell({ kind: 'loss', loss: menu().value });
    chart?.mark({ step, text: title(menu().value) });
    draw();
  });
  speed().addEventListener('input', () => tell({ kind: 'speed', speed: speed().valueAsNumber }));
  onTheme(() => chart?.remake());
}
