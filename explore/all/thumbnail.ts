/** A loss as a small picture: its curve with its gradient, or its heights. */
import type { Curve, Entry, Surface } from '../catalogue/types.ts';
import { colour } from '../lib/theme.ts';
import { field, line } from '../see/compute.ts';
import { axes } from '../see/curves.ts';
import { settingsFrom } from '../see/knobs.ts';
import { heatMap } from '../see/paint.ts';
import { relief } from '../see/relief.ts';
import { gridOf, planes } from '../see/surface.ts';

const [width, height] = [160, 100];

/** An empty canvas for one. */
export function thumbnail(): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  const scale = devicePixelRatio;
  [canvas.width, canvas.height] = [Math.round(width * scale), Math.round(height * scale)];
  canvas.setAttribute('aria-hidden', 'true');
  return canvas;
}

/** Draws a loss with its default settings. */
export function drawThumbnail(canvas: HTMLCanvasElement, entry: Entry): void {
  const ctx = canvas.getContext('2d')!;
  ctx.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
  ctx.clearRect(0, 0, width, height);
  if (entry.view.kind === 'curve') curves(ctx, entry, entry.view);
  else heights(ctx, entry, entry.view);
}

function curves(ctx: CanvasRenderingContext2D, entry: Entry, { axis }: Curve): void {
  const [from, to] = axes[axis].range;
  const xs = Float64Array.from({ length: 161 }, (_, i) => from + ((to - from) * i) / 160);
  const { value, grad } = line(
    entry,
    xs,
    settingsFrom(entry.knobs, () => null),
  );
  const seen = [...value, ...grad].filter(Number.isFinite).sort((a, b) => a - b);
  const at = (share: number): number => seen[Math.floor(share * (seen.length - 1))] ?? 0;
  const [low, high] = [Math.min(0, Math.max(at(0.03), -8)), Math.max(0.1, Math.min(at(0.97), 10))];
  const y = (x: number): number => height - 8 - ((x - low) / (high - low)) * (height - 16);
  ctx.lineWidth = 1;
  ctx.strokeStyle = colour('line');
  ctx.strokeRect(0, y(0), width, 0);
  for (const [values, name, thick] of [
    [grad, 'grad', 1.5],
    [value, 'value', 2.25],
  ] as const) {
    ctx.strokeStyle = colour(name);
    ctx.lineWidth = thick;
    ctx.beginPath();
    let isDown = false;
    values.forEach((x, i) => {
      if (Number.isFinite(x)) ctx[isDown ? 'lineTo' : 'moveTo']((i / 160) * width, y(x));
      isDown = Number.isFinite(x);
    });
    ctx.stroke();
  }
}

function heights(ctx: CanvasRenderingContext2D, entry: Entry, view: Surface): void {
  // What asks for the points one by one gets fewer.
  const side = view.single ? 21 : 61;
  const grid = gridOf(planes[view.axis], side);
  const { value } = field(
    entry,
    grid,
    settingsFrom(entry.knobs, () => null),
  );
  const { lines, ...map } = relief(value, value, side, false);
  ctx.imageSmoothingEnabled = true;
  ctx.drawImage(heatMap(map, side), 0, 0, width, height);
  ctx.strokeStyle = colour('contour');
  ctx.lineWidth = 0.75;
  ctx.globalAlpha = 0.6;
  ctx.beginPath();
  for (const [first, ...rest] of lines) {
    const to = ([i, j]: readonly [number, number]): [number, number] => [
      (i / (side - 1)) * width,
      (j / (side - 1)) * height,
    ];
    ctx.moveTo(...to(first!));
    for (const point of rest) ctx.lineTo(...to(point));
  }
  ctx.stroke();
  ctx.globalAlpha = 1;
}
