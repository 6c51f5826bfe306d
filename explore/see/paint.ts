/** The picture of a surface. The map fills the canvas but for a tenth at the left and below, where the axes are. */
import { shown } from '../lib/dom.ts';
import { channels, colour } from '../lib/theme.ts';
import { arrows } from './arrows.ts';
import type { Field } from './compute.ts';
import type { Relief } from './relief.ts';

/** What is in the picture. */
export interface Picture {
  readonly side: number;
  readonly plane: {
    readonly x: readonly [number, number];
    readonly y: readonly [number, number];
    readonly names: readonly [string, string];
  };
  readonly fields: readonly Field[];
  readonly heights: readonly Relief[];
  readonly points: readonly { readonly x: number; readonly y: number; readonly text: string }[];
  readonly at: { readonly column: number; readonly row: number };
}

/** The map's place on a canvas of size 1. */
export const frame = { left: 0.1, top: 0.02, size: 0.88 };

/** Draws on a canvas of so many CSS pixels a side. */
export function paint(canvas: HTMLCanvasElement, size: number, picture: Picture): void {
  const scale = devicePixelRatio;
  canvas.style.width = `${size}px`;
  canvas.style.height = `${size}px`;
  canvas.width = canvas.height = Math.round(size * scale);
  const ctx = canvas.getContext('2d')!;
  ctx.scale(scale, scale);
  const { side, plane, points, at } = picture;
  const [left, top, span] = [frame.left * size, frame.top * size, frame.size * size];
  const x = (column: number) => left + (column / (side - 1)) * span;
  const y = (row: number) => top + (row / (side - 1)) * span;

  ctx.imageSmoothingEnabled = true;
  ctx.drawImage(heatMap(picture.heights[0]!, side), left, top, span, span);

  const trace = (lines: Relief['lines'], stroke: string, width: number, dash: number[]) => {
    ctx.strokeStyle = stroke;
    ctx.lineWidth = width;
    ctx.setLineDash(dash);
    ctx.beginPath();
    for (const [first, ...rest] of lines) {
      ctx.moveTo(x(first![0]), y(first![1]));
      for (const [i, j] of rest) ctx.lineTo(x(i), y(j));
    }
    ctx.stroke();
    ctx.setLineDash([]);
  };
  picture.heights.forEach(({ lines, kinks }, which) => {
    if (which === 0) trace(lines, colour('contour'), 1, []);
    else trace(lines, colour('contour2'), 1.75, [6, 5]);
    trace(kinks, colour('mark'), 3, which === 0 ? [] : [6, 5]);
  });
  arrows(ctx, picture, x, y, span);

  ctx.font = '12px system-ui, sans-serif';
  for (const { x: px, y: py, text } of points) {
    const column = ((px - plane.x[0]) / (plane.x[1] - plane.x[0])) * (side - 1);
    const row = ((plane.y[1] - py) / (plane.y[1] - plane.y[0])) * (side - 1);
    dot(ctx, x(column), y(row), 5, colour('point'));
    outlined(ctx, text, x(column) + 8, y(row) + 4);
  }
  ctx.strokeStyle = colour('paper');
  ctx.lineWidth = 5;
  for (const pass of [0, 1]) {
    ctx.beginPath();
    ctx.arc(x(at.column), y(at.row), 7, 0, 7);
    ctx.stroke();
    if (pass === 0) [ctx.strokeStyle, ctx.lineWidth] = [colour('ink'), 2];
  }

  ctx.fillStyle = colour('soft');
  ctx.textAlign = 'center';
  for (const t of [0, 0.25, 0.5, 0.75, 1]) {
    ctx.textAlign = t === 1 ? 'right' : 'center';
    ctx.fillText(shown(plane.x[0] + t * (plane.x[1] - plane.x[0])), left + t * span, top + span + 16);
    ctx.textAlign = 'right';
    ctx.fillText(
      shown(plane.y[0] + t * (plane.y[1] - plane.y[0])),
      left - 6,
      top + (1 - t) * span + (t === 1 ? 10 : 4),
    );
  }
  ctx.fillStyle = colour('ink');
  ctx.fillText(plane.names[1], left - 6, top + 0.13 * span);
  ctx.fillText(plane.names[0], left + 0.9 * span, top + span + 16);
}

/** The heights in colours, one pixel each. */
export function heatMap(
  { values, low, high }: Pick<Relief, 'values' | 'low' | 'high'>,
  side: number,
): HTMLCanvasElement {
  const small = document.createElement('canvas');
  small.width = small.height = side;
  const ctx = small.getContext('2d')!;
  const image = ctx.createImageData(side, side);
  const stops = ['heat0', 'heat1', 'heat2'].map(channels);
  values.forEach((height, i) => {
    // What is infinite is as high as it gets; NaN stays clear.
    const t = 2 * Math.min(1, Math.max(0, (height - low) / (high - low || 1)));
    const from = stops[t < 1 ? 0 : 1]!;
    const to = stops[t < 1 ? 1 : 2]!;
    for (let c = 0; c < 3; c++) image.data[4 * i + c] = from[c]! + (to[c]! - from[c]!) * (t < 1 ? t : t - 1);
    image.data[4 * i + 3] = Number.isNaN(height) ? 0 : 255;
  });
  ctx.putImageData(image, 0, 0);
  return small;
}

function dot(ctx: CanvasRenderingContext2D, x: number, y: number, radius: number, fill: string): void {
  ctx.beginPath();
  ctx.arc(x, y, radius, 0, 7);
  ctx.fillStyle = fill;
  ctx.fill();
  ctx.strokeStyle = colour('paper');
  ctx.lineWidth = 1.5;
  ctx.stroke();
}

function outlined(ctx: CanvasRenderingContext2D, text: string, x: number, y: number): void {
  ctx.textAlign = 'left';
  ctx.strokeStyle = colour('paper');
  ctx.lineWidth = 4;
  ctx.lineJoin = 'round';
  ctx.strokeText(text, x, y);
  ctx.fillStyle = colour('ink');
  ctx.fillText(text, x, y);
}
