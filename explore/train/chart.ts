/** The loss and the share read rightly, over the steps, with a mark where the loss was switched. */
import uPlot from 'uplot';
import { shown } from '../lib/dom.ts';
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
            value: (_u, x) => (x === null ? '' : `${(x * 100).toFixed(1)} %`),
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
    this.#switches.forEach(({ step, text }, i) => {
      const x = u.valToPos(step, 'x', true);
      ctx.beginPath();
      ctx.moveTo(x, bbox.top);
      ctx.lineTo(x, bbox.top + bbox.height);
      ctx.stroke();
      const right = x > bbox.left + bbox.width * 0.6;
      ctx.textAlign = right ? 'right' : 'left';
      ctx.fillText(text, x + (right ? -5 : 5) * scale, bbox.top + (14 + 15 * (i % 4)) * scale);
    });
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
    this.#switches.push(one);
  }

  clear(): void {
    this.#data = [[], [], []];
    this.#switches = [];
  }

  draw(): void {
    this.#plot.setData(this.#data);
  }

  /** In the colours that hold now. */
  remake(): void {
    this.#plot.destroy();
    this.#plot = this.#make();
  }
}
