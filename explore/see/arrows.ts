/** Arrows downhill. */
import { colour } from '../lib/theme.ts';
import type { Picture } from './paint.ts';

/** Draws them over the map, the longest where it is steepest. */
export function arrows(
  ctx: CanvasRenderingContext2D,
  { side, plane, fields }: Picture,
  x: (column: number) => number,
  y: (row: number) => number,
  span: number,
): void {
  const count = 11;
  const places = Array.from({ length: count * count }, (_, k) => {
    const column = Math.round(((k % count) + 0.5) * ((side - 1) / count));
    const row = Math.round((Math.floor(k / count) + 0.5) * ((side - 1) / count));
    const [gx, gy] = fields[0]!.gradient(row * side + column);
    // In pixels a unit may differ between the axes.
    return { column, row, dx: -gx / (plane.x[1] - plane.x[0]), dy: gy / (plane.y[1] - plane.y[0]) };
  }).filter(({ dx, dy }) => Number.isFinite(dx) && Number.isFinite(dy));
  const lengths = places.map(({ dx, dy }) => Math.hypot(dx, dy)).sort((a, b) => a - b);
  const longest = lengths[Math.floor(lengths.length * 0.95)] || 1;
  ctx.lineCap = 'round';
  for (const { column, row, dx, dy } of places) {
    const size = Math.hypot(dx, dy);
    const length = Math.min(1, size / longest) * (span / count) * 0.8;
    if (length < 1.5) continue;
    const [ux, uy] = [dx / size, dy / size];
    const [fromX, fromY] = [x(column) - (ux * length) / 2, y(row) - (uy * length) / 2];
    const [toX, toY] = [fromX + ux * length, fromY + uy * length];
    const head = Math.min(5, length * 0.45);
    ctx.beginPath();
    ctx.moveTo(fromX, fromY);
    ctx.lineTo(toX, toY);
    for (const turn of [1, -1]) {
      ctx.moveTo(toX, toY);
      ctx.lineTo(toX - head * (ux + turn * 0.6 * uy), toY - head * (uy - turn * 0.6 * ux));
    }
    // With a pale edge, to be seen on any height.
    ctx.strokeStyle = colour('halo');
    ctx.lineWidth = 4;
    ctx.stroke();
    ctx.strokeStyle = colour('arrow');
    ctx.lineWidth = 1.5;
    ctx.stroke();
  }
  ctx.lineCap = 'butt';
}
