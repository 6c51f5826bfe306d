/** A loss over two inputs: a map of heights with its contours, arrows downhill, and a point to move about. */
import type { Grid, Surface } from '../catalogue/types.ts';
import { el, inFrame, shown } from '../lib/dom.ts';
import { type Field, field, type Height, heightsOf } from './compute.ts';
import type { Drawn } from './curves.ts';
import { frame, paint } from './paint.ts';
import { type Relief, relief } from './relief.ts';

/** Ranges of the two axes, and their names. */
export interface Plane {
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
  readonly names: readonly [string, string];
  /** There is nothing beyond the ranges. */
  readonly ends?: true;
}

/** Ranges and names of the two axes. */
export const planes: { readonly [axis in Surface['axis']]: Plane } = {
  logits: { x: [-5, 5], y: [-5, 5], names: ['z₀', 'z₁'] },
  probabilities: { x: [0, 1], y: [0, 1], names: ['p₀', 'p₁'], ends: true },
  logs: { x: [-5, 0], y: [-5, 0], names: ['ln p₀', 'ln p₁'], ends: true },
  plane: { x: [-2, 2], y: [-2, 2], names: ['x', 'y'] },
  latent: { x: [-3, 3], y: [-3, 3], names: ['μ', 'ln σ²'] },
};

/** Cells a side: what asks for the points one by one gets fewer. */
const sides = { rows: 121, single: 61 };

/** A square grid over the plane, upper rows first. */
export function gridOf({ x, y }: Plane, side: number): Grid {
  const xs = new Float64Array(side * side);
  const ys = new Float64Array(side * side);
  for (let i = 0; i < xs.length; i++) {
    xs[i] = x[0] + ((x[1] - x[0]) * (i % side)) / (side - 1);
    ys[i] = y[1] - ((y[1] - y[0]) * Math.floor(i / side)) / (side - 1);
  }
  return { xs, ys };
}

/** The field of a loss over the plane of another, which may go on where this one's ends. */
function drawnField({ entry, settings }: Drawn, grid: Grid): Field {
  const { x, y, ends } = planes[(entry.view as Surface).axis];
  if (!ends) return field(entry, grid, settings);
  const within = (values: Float64Array, [low, high]: readonly [number, number]) =>
    values.map((value) => Math.min(Math.max(value, low), high));
  const inside = { xs: within(grid.xs, x), ys: within(grid.ys, y) };
  const { value, gradient, hess } = field(entry, inside, settings);
  const isIn = (i: number): boolean => grid.xs[i] === inside.xs[i] && grid.ys[i] === inside.ys[i];
  return { value: value.map((height, i) => (isIn(i) ? height : Number.NaN)), gradient, hess };
}

/** What the lines mean. */
function hint(drawn: readonly Drawn[], step: number, heights: readonly Relief[]): string {
  const names = drawn.map(({ entry }) => entry.name);
  const [own, other] = drawn.map(({ entry }) => planes[(entry.view as Surface).axis]);
  return [
    step > 0 ? `A contour every ${shown(step)}.` : '',
    names.length > 1 ? `Solid lines: ${names[0]}; dashed: ${names[1]}.` : '',
    other === undefined || other === own ? '' : `For ${names[1]} the axes are ${other.names.join(' and ')}.`,
    heights.some(({ kinks }) => kinks.length > 0) ? 'Thick line: a kink, where the loss leaves 0.' : '',
    'Arrows point downhill, against the gradient. Click, or use the arrow keys, to read a point.',
  ].join(' ');
}

/** Draws into `place`; returns what removes it all again. */
export function drawSurface(place: HTMLElement, drawn: readonly Drawn[], height: Height): () => void {
  const view = drawn[0]!.entry.view as Surface;
  const plane = planes[view.axis];
  const single = drawn.some(({ entry }) => (entry.view as Surface).single);
  const side = single ? sides.single : sides.rows;
  const grid = gridOf(plane, side);
  const fields: Field[] = drawn.map((one) => drawnField(one, grid));
  const heights = fields.map((one, k) => {
    const view = drawn[k]!.entry.view as Surface;
    return relief(heightsOf(one, height), one.value, side, view.kinked?.(drawn[k]!.settings) ?? false);
  });
  const points = drawn.flatMap(({ entry, settings }) => (entry.view as Surface).points?.(settings) ?? []);
  const unique = points.filter((point, i) => points.findIndex(({ x, y }) => x === point.x && y === point.y) === i);

  const label = `${drawn.map(({ entry }) => entry.title).join(' and ')} over ${plane.names.join(' and ')}. Arrow keys move the point.`;
  const canvas = el('canvas', { tabindex: 0, role: 'img', 'aria-label': label, 'aria-describedby': 'probe' });
  const probe = el('p', { id: 'probe', class: 'probe', role: 'status' });
  const { low, high, step } = heights[0]!;
  const scale = el('div', { class: 'scale' }, shown(low), el('span', { class: 'ramp' }), shown(high));
  place.append(canvas, scale, probe, el('p', { class: 'hint' }, hint(drawn, step, heights)));

  const at = { column: Math.round(side * 0.35), row: Math.round(side * 0.6) };
  const draw = inFrame(() => {
    const size = Math.min(place.clientWidth, 520);
    if (size > 0) paint(canvas, size, { side, plane, fields, heights, points: unique, at });
    const i = at.row * side + at.column;
    const [x, y] = [grid.xs[i]!, grid.ys[i]!];
    const told = fields.map((one, k) => {
      if (Number.isNaN(one.value[i]!)) return `${drawn[k]!.entry.name} isn’t defined there`;
      const [gx, gy] = one.gradient(i);
      return `${drawn[k]!.entry.name} ${shown(one.value[i]!)}, gradient (${shown(gx)}, ${shown(gy)})`;
    });
    probe.textContent = `${plane.names[0]} = ${shown(x)}, ${plane.names[1]} = ${shown(y)}: ${told.join('; ')}`;
  });
  const move = (column: number, row: number) => {
    at.column = Math.min(side - 1, Math.max(0, column));
    at.row = Math.min(side - 1, Math.max(0, row));
    draw();
  };
  const steps: { readonly [key: string]: readonly [number, number] } = {
    ArrowLeft: [-1, 0],
    ArrowRight: [1, 0],
    ArrowUp: [0, -1],
    ArrowDown: [0, 1],
  };
  canvas.addEventListener('keydown', (event) => {
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const far = event.shiftKey ? 10 : 1;
    move(at.column + step[0] * far, at.row + step[1] * far);
  });
  const follow = (event: PointerEvent) => {
    const box = canvas.getBoundingClientRect();
    const cell = (share: number, from: number) => Math.round(((share - from) / frame.size) * (side - 1));
    move(
      cell((event.clientX - box.left) / box.width, frame.left),
      cell((event.clientY - box.top) / box.height, frame.top),
    );
  };
  canvas.addEventListener('pointerdown', follow);
  canvas.addEventListener('pointermove', (event) => event.buttons === 1 && follow(event));
  const resize = new ResizeObserver(draw);
  resize.observe(place);
  return () => {
    resize.disconnect();
    place.replaceChildren();
  };
}
