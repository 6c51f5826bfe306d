/** The loss and the share read rightly, over the steps, with a mark where the loss was switched. */
import uPlot from 'uplot';
import { shown } from '../lib/dom.ts';
import { writeLabels } from '../lib/labels.ts';
import { colour } from '../lib/theme.ts';

/** Where another loss took over. */
export interface Switch {
  readonly step: number;
  readonly text: string;
}

/** A chart that grows. */
export class Chart {
  readonly #place: HTMLElement;
  #plot: uPlot;
  #data: [number[], (number | null)[], (number | null)[]] = [[], [], []];
  #switches: Switch[] = [];

  constructor(place: HTMLElement) {
    this.#place = place;
    this.#plot = this.#make();
    this.#showLast();
    new ResizeObserver(() => {
      if (place.clientWidth > 0 && place.clientWidth !== this.#plot.width) this.#plot.setSize(this.#size());
    }).observe(place);
  }

  #size = () => ({ width: Math.max(this.#place.clientWidth, 200), height: this.#place.clientWidth < 500 ? 280 : 340 });

  #make(): uPlot {
    const grid = { stroke: () => colour('line'), width: 1 };
    const text = { stroke: () => colour('soft'), grid, ticks: grid, font: '12px system-ui, sans-serif' };
    const value = (_u: uPlot, x: number | null) => (x === null ? '' : shown(x));
    return new uPlot(
      {
        ...this.#size(),
        series: [
          { label: 'step', value },
          { label: 'loss', stroke: () => colour('value'), width: 2, pxAlign: 0, points: { show: false }, value },
          {
            label: 'held-out digits right',
            scale: '%',
            stroke: () => colour('grad'),
            width: 2,
            dash: [7, 5],
            points: { show: false },
            spanGaps: true,
            // Looked at now and then: the last look counts.
            value: (u, _x, k, at) => {
              let last = at ?? -1;
              while (last >= 0 && u.data[k]![last] == null) last -= 1;
              return last < 0 ? '' : `${(u.data[k]![last]! * 100).toFixed(1)} %`;
            },
          },
        ],
        scales: {
          x: { time: false, range: (_u, _low, high) => [0, Math.max(200, high ?? 0)] },
          y: { distr: 3, range: (_u, low, high) => uPlot.rangeLog(low ?? 0.1, high ?? 1, 10, false) },
          '%': { range: [0, 1.05] },
        },
        axes: [
          { ...text, label: 'step', labelFont: text.font, labelSize: 22 },
          { ...text, size: 44 },
          {
            ...text,
            side: 1,
            scale: '%',
            size: 58,
            grid: { show: false },
            values: (_u, list) => list.map((x) => `${Math.round(x * 100)} %`),
          },
        ],
        cursor: { drag: { x: false, y: false }, y: false },
        hooks: { draw: [(u) => this.#drawSwitches(u)] },
      },
      this.#data,
      this.#place,
    );
  }

  #drawSwitches(u: uPlot): void {
    const { ctx, bbox } = u;
    const scale = devicePixelRatio;
    ctx.save();
    ctx.setLineDash([3 * scale, 3 * scale]);
    ctx.strokeStyle = ctx.fillStyle = colour('mark');
    ctx.lineWidth = scale;
    ctx.font = `${12 * scale}px system-ui, sans-serif`;
    const labels = this.#switches.map(({ step, text }) => ({ at: u.valToPos(step, 'x', true), text }));
    for (const { at } of labels) {
      ctx.beginPath();
      ctx.moveTo(at, bbox.top);
      ctx.lineTo(at, bbox.top + bbox.height);
      ctx.stroke();
    }
    writeLabels(ctx, labels, bbox, { text: colour('mark'), edge: colour('paper') });
    ctx.restore();
  }

  /** A point more. */
  add(step: number, loss: number, accuracy: number | null): void {
    const [xs, losses, shares] = this.#data;
    xs.push(step);
    losses.push(loss);
    shares.push(accuracy);
  }

  mark(one: Switch): void {
    // What was switched away from before it took a step never counted.
    if (this.#switches.at(-1)?.step === one.step) this.#switches.pop();
    this.#switches.push(one);
  }

  clear(): void {
    this.#data = [[], [], []];
    this.#switches = [];
  }

  draw(): void {
    this.#plot.setData(this.#data);
    this.#showLast();
  }

  /** The legend tells of the last step, unless the mouse points at another. */
  #showLast(): void {
    const { cursor, root } = this.#plot;
    const last = this.#data[0].length - 1;
    root.classList.toggle('empty', last < 0);
    if (last >= 0 && cursor.idx == null) this.#plot.setLegend({ idx: last });
  }

  /** In the colours that hold now. */
  remake(): void {
    this.#plot.destroy();
    this.#plot = this.#make();
    this.#showLast();
  }
}
