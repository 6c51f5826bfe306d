/** A mask that the pointer paints: what overlap is worth, and where the gradient pulls. */
import { lossOf, optionsOf } from '../catalogue/index.ts';
import { el, inFrame, shown } from '../lib/dom.ts';
import { colour } from '../lib/theme.ts';
import { contextOf, type Figure, moves } from './figure.ts';

const [columns, rows, cell] = [30, 18, 16];

/** Probabilities of what is painted, and of what isn't. */
const [high, low] = [0.95, 0.02];

const tools = [
  ['paint', 'adds to the prediction'],
  ['erase', 'takes from it'],
  ['object', 'adds to the object'],
  ['background', 'takes from it'],
] as const;

const disc = (x: number, y: number, radius: number, inside: number, outside: number): Float64Array =>
  Float64Array.from({ length: columns * rows }, (_, i) =>
    Math.hypot((i % columns) - x, Math.floor(i / columns) - y) < radius ? inside : outside,
  );

/** Draws into `place`. */
export const mask: Figure = (place, entry, settings) => {
  const target = disc(16, 9, 6.5, 1, 0);
  const pred = disc(12, 7, 5.5, high, low);
  const at = { x: 12, y: 7 };
  let tool: string = tools[0][0];
  const canvas = el('canvas', {
    class: 'painted',
    tabindex: 0,
    role: 'img',
    'aria-label': 'A predicted mask over an object. Arrow keys move, the space bar paints.',
    'aria-describedby': 'mask-now',
  });
  const now = el('p', { id: 'mask-now', class: 'probe', role: 'status' });
  const gradients = el('input', { type: 'checkbox', id: 'mask-gradient' });

  const draw = inFrame(() => {
    const labels = Int32Array.from(target);
    const options = { ...optionsOf(entry.knobs, settings()), batch: 1, classes: 1 };
    const { value, grad } = lossOf(entry.name).valueAndGrad(pred, labels, options);
    const ctx = contextOf(canvas, place, columns * cell, rows * cell);
    if (gradients.checked) paintGradient(ctx, grad as Float64Array);
    else paintMask(ctx, pred);
    outline(ctx, target);
    ctx.strokeStyle = colour('ink');
    ctx.lineWidth = 2;
    ctx.strokeRect(at.x * cell + 1, at.y * cell + 1, cell - 2, cell - 2);
    const count = (holds: (i: number) => boolean): number => labels.filter((_, i) => holds(i)).length;
    const [hits, beyond] = [
      count((i) => pred[i]! > 0.5 && target[i] === 1),
      count((i) => pred[i]! > 0.5 && target[i] === 0),
    ];
    const cross = lossOf('binaryCrossEntropy').valueAndGrad(pred, labels, {}).value as number;
    now.textContent =
      `${entry.title} ${shown(value as number)}; cross-entropy of the same ${shown(cross)}. ${hits} of ${count((i) => target[i] === 1)} pixels ` +
      `of the object are found, and ${beyond} beyond it.`;
  });
  const touch = () => {
    for (let y = at.y - 1; y <= at.y + 1; y++) {
      for (let x = at.x - 1; x <= at.x + 1; x++) {
        if (x < 0 || y < 0 || x >= columns || y >= rows) continue;
        if (tool === 'paint' || tool === 'erase') pred[y * columns + x] = tool === 'paint' ? high : low;
        else target[y * columns + x] = Number(tool === 'object');
      }
    }
    draw();
  };
  const move = (x: number, y: number) => {
    at.x = Math.min(columns - 1, Math.max(0, x));
    at.y = Math.min(rows - 1, Math.max(0, y));
  };
  const follow = ({ offsetX, offsetY, buttons }: PointerEvent) => {
    if (buttons !== 1) return;
    const scale = (columns * cell) / canvas.clientWidth;
    move(Math.floor((offsetX * scale) / cell), Math.floor((offsetY * scale) / cell));
    touch();
  };
  canvas.addEventListener('pointerdown', follow);
  canvas.addEventListener('pointermove', follow);
  canvas.addEventListener('keydown', (event) => {
    const step = moves[event.key];
    if (step === undefined && event.key !== ' ') return;
    event.preventDefault();
    if (step === undefined) return touch();
    move(at.x + step[0], at.y + step[1]);
    draw();
  });
  const menu = el('select', { id: 'mask-tool' }, ...tools.map(([value, text]) => el('option', { value }, text)));
  menu.addEventListener('change', () => {
    tool = menu.value;
  });
  gradients.addEventListener('change', draw);
  place.append(
    el('h2', {}, 'A mask to paint'),
    el(
      'div',
      { class: 'row' },
      el('span', { class: 'field' }, el('label', { for: 'mask-tool' }, 'The pointer'), menu),
      el('span', { class: 'check' }, gradients, el('label', { for: 'mask-gradient' }, 'show the gradient')),
    ),
    canvas,
    now,
    el(
      'p',
      { class: 'hint' },
      'The line is the object, the colour what is predicted: 0.95 where it is painted, 0.02 elsewhere. Of the gradient, blue pixels are to become likelier, orange ones less likely.',
    ),
  );
  return draw;
};

function paintMask(ctx: CanvasRenderingContext2D, pred: Float64Array): void {
  ctx.fillStyle = colour('value');
  pred.forEach((p, i) => {
    ctx.globalAlpha = 0.06 + 0.6 * p;
    ctx.fillRect((i % columns) * cell, Math.floor(i / columns) * cell, cell, cell);
  });
  ctx.globalAlpha = 1;
}

/** Each pixel as strongly as it is pulled, beside the one that is pulled most. */
function paintGradient(ctx: CanvasRenderingContext2D, grad: Float64Array): void {
  const most = grad.reduce((a, g) => Math.max(a, Math.abs(g)), 0) || 1;
  grad.forEach((g, i) => {
    ctx.fillStyle = colour(g < 0 ? 'value' : 'grad');
    ctx.globalAlpha = Math.abs(g) / most;
    ctx.fillRect((i % columns) * cell, Math.floor(i / columns) * cell, cell, cell);
  });
  ctx.globalAlpha = 1;
}

/** The edge of the object. */
function outline(ctx: CanvasRenderingContext2D, target: Float64Array): void {
  const is = (x: number, y: number): boolean =>
    x >= 0 && y >= 0 && x < columns && y < rows && target[y * columns + x] === 1;
  ctx.strokeStyle = colour('contour');
  ctx.lineWidth = 2.5;
  ctx.beginPath();
  for (let y = 0; y <= rows; y++) {
    for (let x = 0; x <= columns; x++) {
      if (is(x, y) !== is(x - 1, y)) {
        ctx.moveTo(x * cell, y * cell);
        ctx.lineTo(x * cell, (y + 1) * cell);
      }
      if (is(x, y) !== is(x, y - 1)) {
        ctx.moveTo(x * cell, y * cell);
        ctx.lineTo((x + 1) * cell, y * cell);
      }
    }
  }
  ctx.stroke();
}
