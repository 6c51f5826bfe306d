/** A loss and its derivatives as curves. */
import uPlot from 'uplot';
import type { Curve, Entry, Mark, Settings } from '../catalogue/types.ts';
import { el, shown } from '../lib/dom.ts';
import { colour } from '../lib/theme.ts';
import { bound, type Line, line } from './compute.ts';
import { drawMarks } from './marks.ts';

/** A loss with the settings it is drawn with. */
export interface Drawn {
  readonly entry: Entry;
  readonly settings: Settings;
}

/** Ranges and names of the horizontal axes. */
export const axes: { readonly [axis in Curve['axis']]: Axis } = {
  residual: { range: [-4, 4], name: 'prediction' },
  amount: { range: [-0.9, 8], name: 'prediction', within: [-0.9, Infinity] },
  log: { range: [-3, 4], name: 'logarithm of the mean' },
  logit: { range: [-5, 5], name: 'logit or score' },
  probability: { range: [0, 1], name: 'probability of the positive class', within: [0, 1] },
  theta: { range: [-2, 2], name: 'parameter θ' },
};

interface Axis {
  readonly range: readonly [number, number];
  readonly name: string;
  /** Where such an input may be, if not everywhere. */
  readonly within?: readonly [number, number];
}

const parts = [
  ['value', 'loss'],
  ['grad', 'gradient'],
  ['hess', 'second derivative'],
] as const;

/** Points along the axis, with every kink among them and its two sides, so that jumps are drawn upright. */
function points([from, to]: readonly [number, number], marks: readonly Mark[]): Float64Array {
  const even = Array.from({ length: 401 }, (_, i) => from + ((to - from) * i) / 400);
  const around = marks.flatMap(({ x }) => [x - 1e-9, x, x + 1e-9]).filter((x) => x >= from && x <= to);
  return Float64Array.from([...new Set([...even, ...around])]).sort();
}

/** What can't be drawn is left out. */
const finite = (values: ArrayLike<number>): (number | null)[] =>
  Array.from(values, (x) => (Number.isFinite(x) ? x : null));

/** What lies far outside the picture is brought nearer: along paths without end, browsers give up their dashes. */
const near = (values: readonly (number | null)[], [low, high]: readonly [number, number]): (number | null)[] =>
  values.map((x) => (x === null ? null : Math.min(Math.max(x, 3 * low - 2 * high), 3 * high - 2 * low)));

/** The line of a loss over the axis of another, which may go on where this one's ends. */
function drawnLine(entry: Entry, xs: Float64Array, settings: Settings): Line {
  const { within } = axes[(entry.view as Curve).axis];
  if (within === undefined) return line(entry, xs, settings);
  const [low, high] = within;
  const inside = (x: number): boolean => x >= low && x <= high;
  const { value, grad, hess } = line(
    entry,
    xs.map((x) => Math.min(Math.max(x, low), high)),
    settings,
  );
  const cut = (values: Float64Array) => values.map((y, i) => (inside(xs[i]!) ? y : Number.NaN));
  return { value: cut(value), grad: cut(grad), hess: hess && cut(hess) };
}

/** The axis of the first loss, with what it is for each of them. */
function axisOf(drawn: readonly Drawn[]): Axis & { readonly long: string } {
  const all = drawn.map(({ entry }) => axes[(entry.view as Curve).axis]);
  const first = all[0]!;
  if (new Set(all).size === 1) return { ...first, long: first.name };
  return {
    ...first,
    name: 'x',
    long: `x: ${all.map(({ name }, k) => `${name} (${drawn[k]!.entry.name})`).join(', ')}`,
  };
}

const marksOf = ({ entry, settings }: Drawn): Mark[] => (entry.view.kind === 'curve' ? entry.view.marks(settings) : []);

/** The vertical range: all of the first two derivatives, but no more of a pole than is needed to see it. */
function range(lists: readonly (readonly (number | null)[])[]): [number, number] {
  const all = lists
    .flat()
    .filter((x) => x !== null)
    .sort((a, b) => a - b);
  const low = Math.max(all[Math.floor(all.length * 0.02)] ?? -1, -8);
  const high = Math.min(all[Math.ceil(all.length * 0.98) - 1] ?? 1, 10);
  const room = 0.08 * (high - low || 1);
  return [Math.min(low, 0) - room, Math.max(high, 1) + room];
}

/** Draws into `place`; returns what removes the plot again. */
export function drawCurves(place: HTMLElement, drawn: readonly Drawn[], visible: string): () => void {
  const axis = axisOf(drawn);
  const marks = drawn.flatMap(marksOf);
  const xs = points(axis.range, marks);
  const data: (number | null)[][] = [];
  const series: uPlot.Series[] = [{ label: axis.name, value: (_u, x) => (x === null ? '' : shown(x)) }];
  drawn.forEach(({ entry, settings }, which) => {
    const computed = drawnLine(entry, xs, settings);
    for (const [part, label] of parts) {
      const values = computed[part];
      if (values === null || !visible.includes(part[0]!)) continue;
      data.push(finite(values));
      series.push({
        label: drawn.length > 1 ? `${entry.name}: ${label}` : label,
        stroke: () => colour(part),
        width: which === 0 ? 2.25 : 2,
        ...(which === 0 ? {} : { dash: [7, 5] }),
        points: { show: false },
        pxAlign: 0,
        value: (_u, x) => (x === null ? '–' : shown(x)),
      });
    }
  });
  const grid = { stroke: () => colour('line'), width: 1 };
  const text = { stroke: () => colour('soft'), grid, ticks: grid, font: '12px system-ui, sans-serif' };
  const limits = range(data);
  const lipschitz = visible.includes('g') ? bound(drawn[0]!.entry, drawn[0]!.settings) : null;
  const plot = new uPlot(
    {
      width: place.clientWidth,
      height: place.clientWidth < 500 ? 300 : 400,
      series,
      scales: { x: { time: false, range: () => [...axis.range] }, y: { range: () => limits } },
      axes: [
        { ...text, label: axis.long, labelFont: text.font, labelSize: 22 },
        { ...text, size: 44 },
      ],
      cursor: { drag: { x: false, y: false }, y: false },
      legend: { markers: { width: 2, dash: (u, i) => (u.series[i]?.dash ? 'dashed' : 'solid') } },
      hooks: { draw: [(u) => drawMarks(u, marks, lipschitz)] },
    },
    [Array.from(xs), ...data.map((values) => near(values, limits))] as uPlot.AlignedData,
    place,
  );
  const name = drawn.map(({ entry }) => entry.title).join(' and ');
  plot.ctx.canvas.setAttribute('role', 'img');
  plot.ctx.canvas.setAttribute('aria-label', `${name}: curves over the ${axis.long}`);
  place.append(reader(plot, axis, drawn));
  const resize = new ResizeObserver(() => {
    if (place.clientWidth !== plot.width)
      plot.setSize({ width: place.clientWidth, height: place.clientWidth < 500 ? 300 : 400 });
  });
  resize.observe(place);
  return () => {
    resize.disconnect();
    plot.destroy();
    place.replaceChildren();
  };
}

/** A slider that reads the curves, for the keyboard as for fingers. */
function reader(plot: uPlot, { range, name }: Axis, drawn: readonly Drawn[]): HTMLElement {
  const [min, max] = range;
  const slider = el('input', {
    id: 'read',
    type: 'range',
    min,
    max,
    step: (max - min) / 100,
    value: min + (max - min) * 0.65,
  });
  const output = el('p', { class: 'probe', role: 'status' });
  const point = () => plot.setCursor({ left: plot.valToPos(slider.valueAsNumber, 'x'), top: 0 });
  const tell = () => {
    const x = slider.valueAsNumber;
    const told = drawn.map(({ entry, settings }) => {
      const { value, grad, hess } = drawnLine(entry, Float64Array.of(x), settings);
      if (Number.isNaN(value[0]!)) return `${entry.name} isn’t defined there`;
      const second = hess === null ? '' : `, second derivative ${shown(hess[0]!)}`;
      return `${entry.name} ${shown(value[0]!)}, gradient ${shown(grad[0]!)}${second}`;
    });
    output.textContent = `At ${shown(x)}: ${told.join('; ')}`;
  };
  slider.addEventListener('input', () => {
    tell();
    point();
  });
  // Where the mouse isn't, the legend tells what the slider reads.
  plot.over.addEventListener('mouseleave', () => setTimeout(point));
  plot.hooks.ready = [point];
  tell();
  return el('div', { class: 'knob' }, el('label', { for: 'read' }, `Read at ${name}`), slider, el('span'), output);
}
