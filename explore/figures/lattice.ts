/** The lattice of CTC: every way to spell a word in ten steps, and how much of the probability each takes. */
import { lossOf } from '../catalogue/index.ts';
import { el, inFrame, shown } from '../lib/dom.ts';
import { colour } from '../lib/theme.ts';
import { contextOf, type Figure, moves } from './figure.ts';
import { type Shares, sharesOf, softmax, statesOf } from './paths.ts';

const words = ['cat', 'zoo', 'a'];
const steps = 10;
const [left, cell] = [34, 34];

/** Draws into `place`. */
export const lattice: Figure = (place) => {
  let word = words[0]!;
  let letters: string[] = [];
  let scores: number[][] = [];
  const at = { t: 0, s: 1 };
  const even = () => {
    letters = [...new Set(word)];
    scores = Array.from({ length: steps }, () => [0, ...letters.map(() => 0)]);
  };
  even();
  const labels = () => [...word].map((letter) => letters.indexOf(letter) + 1);
  const name = (label: number): string => (label === 0 ? '–' : letters[label - 1]!);

  const canvas = el('canvas', {
    tabindex: 0,
    role: 'img',
    'aria-label': 'The lattice of CTC. Arrow keys move, + and − change the score of the state’s label in that step.',
    'aria-describedby': 'lattice-now',
  });
  const now = el('p', { id: 'lattice-now', class: 'probe', role: 'status' });
  const draw = inFrame(() => {
    const shares = sharesOf(scores, labels());
    paint(
      contextOf(canvas, place, left + steps * cell, statesOf(labels()).length * cell + 24),
      shares,
      labels().map(name),
      at,
    );
    const label = statesOf(labels())[at.s]!;
    const { value, grad } = lossOf('ctc').valueAndGrad([scores], [labels()]);
    const slope = (grad as Float64Array)[at.t * (letters.length + 1) + label]!;
    const share = (shares.states[at.t]![at.s]! * 100).toFixed(0);
    now.textContent =
      `Step ${at.t + 1}, ${label === 0 ? 'blank' : `“${name(label)}”`}: score ${shown(scores[at.t]![label]!)}, ` +
      `p ${shown(softmax(scores[at.t]!)[label]!)}, on ${share} % of the paths by weight, gradient ${shown(slope)}. The loss is ${shown(value as number)}.`;
  });
  const change = (by: number) => {
    const label = statesOf(labels())[at.s]!;
    scores[at.t]![label] = Math.min(9, Math.max(-9, scores[at.t]![label]! + by));
    draw();
  };
  canvas.addEventListener('keydown', (event) => {
    const move = moves[event.key];
    const by = { '+': 1, '=': 1, Enter: 1, '-': -1, '−': -1 }[event.key];
    if (move === undefined && by === undefined) return;
    event.preventDefault();
    if (by !== undefined) return change(by);
    at.t = Math.min(steps - 1, Math.max(0, at.t + move![0]));
    at.s = Math.min(2 * word.length, Math.max(0, at.s + move![1]));
    draw();
  });
  canvas.addEventListener('pointerdown', ({ offsetX, offsetY, shiftKey }) => {
    const scale = (left + steps * cell) / canvas.clientWidth;
    const [t, s] = [Math.floor((offsetX * scale - left) / cell), Math.floor((offsetY * scale) / cell)];
    if (t < 0 || t >= steps || s < 0 || s > 2 * word.length) return;
    Object.assign(at, { t, s });
    change(shiftKey ? -1 : 1);
  });
  const choice = el('select', { id: 'word' }, ...words.map((one) => el('option', { value: one }, one)));
  choice.addEventListener('change', () => {
    word = choice.value;
    Object.assign(at, { t: 0, s: 1 });
    even();
    draw();
  });
  const button = (text: string, act: () => void) => el('button', { type: 'button', onclick: act }, text);
  place.append(
    el('h2', {}, 'Its lattice'),
    el(
      'div',
      { class: 'row' },
      el('span', { class: 'field' }, el('label', { for: 'word' }, 'Spell'), choice),
      button('Likelier', () => change(1)),
      button('Less likely', () => change(-1)),
      button('All even', () => {
        even();
        draw();
      }),
    ),
    canvas,
    now,
    el(
      'p',
      { class: 'hint' },
      'A path goes from the left to the right, and is read without its blanks (–) and repetitions. Discs and lines are as large as the share of the paths that come there, which the gradient takes from p. Click a place, or move there by the arrow keys, to make its label likelier in that step; with shift, or −, less.',
    ),
  );
  return draw;
};

/** The picture: states from top to bottom, steps from left to right. */
function paint(
  ctx: CanvasRenderingContext2D,
  { states, steps: ways }: Shares,
  word: readonly string[],
  at: { t: number; s: number },
): void {
  const x = (t: number) => left + (t + 0.5) * cell;
  const y = (s: number) => (s + 0.5) * cell;
  for (const { t, from, to, share } of ways) {
    ctx.globalAlpha = 0.12 + 0.88 * Math.sqrt(share);
    ctx.strokeStyle = colour(share > 0.005 ? 'value' : 'line');
    ctx.lineWidth = 1 + 5 * share;
    ctx.beginPath();
    ctx.moveTo(x(t), y(from));
    ctx.lineTo(x(t + 1), y(to));
    ctx.stroke();
  }
  ctx.globalAlpha = 1;
  states.forEach((row, t) => {
    row.forEach((share, s) => {
      disc(
        ctx,
        x(t),
        y(s),
        11,
        colour('paper'),
        colour(t === at.t && s === at.s ? 'ink' : 'edge'),
        t === at.t && s === at.s ? 2.5 : 1,
      );
      if (share > 0) disc(ctx, x(t), y(s), 11 * Math.sqrt(share), colour(s % 2 === 0 ? 'edge' : 'value'), null, 0);
    });
  });
  ctx.font = '14px system-ui, sans-serif';
  ctx.textAlign = 'center';
  ctx.fillStyle = colour('ink');
  for (let s = 0; s < states[0]!.length; s++) ctx.fillText(s % 2 === 0 ? '–' : word[(s - 1) / 2]!, left / 2, y(s) + 5);
  ctx.fillStyle = colour('soft');
  for (let t = 0; t < states.length; t++) ctx.fillText(String(t + 1), x(t), y(states[0]!.length) + 2);
}

function disc(
  ctx: CanvasRenderingContext2D,
  x: number,
  y: number,
  radius: number,
  fill: string,
  stroke: string | null,
  width: number,
): void {
  ctx.beginPath();
  ctx.arc(x, y, radius, 0, 7);
  ctx.fillStyle = fill;
  ctx.fill();
  if (stroke === null) return;
  ctx.strokeStyle = stroke;
  ctx.lineWidth = width;
  ctx.stroke();
}
