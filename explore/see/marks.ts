/** Lines over the curves. */
import type uPlot from 'uplot';
import type { Mark } from '../catalogue/types.ts';
import { shown } from '../lib/dom.ts';
import { edged, writeLabels } from '../lib/labels.ts';
import { colour } from '../lib/theme.ts';

/** Upright lines at kinks, level ones at the bounds of the gradient. */
export function drawMarks(u: uPlot, marks: readonly Mark[], lipschitz: number | null): void {
  const { ctx, bbox } = u;
  const scale = devicePixelRatio;
  ctx.save();
  ctx.lineWidth = scale;
  ctx.setLineDash([3 * scale, 3 * scale]);
  ctx.strokeStyle = colour('mark');
  ctx.fillStyle = colour('mark');
  ctx.font = `${12 * scale}px system-ui, sans-serif`;
  const stroke = (x0: number, y0: number, x1: number, y1: number) => {
    ctx.beginPath();
    ctx.moveTo(x0, y0);
    ctx.lineTo(x1, y1);
    ctx.stroke();
  };
  const labels: { at: number; text: string }[] = [];
  for (const { x, text } of marks) {
    const at = Math.min(Math.max(u.valToPos(x, 'x', true), bbox.left + scale), bbox.left + bbox.width - scale);
    if (x < u.scales.x!.min! - 1e-9 || x > u.scales.x!.max! + 1e-9) continue;
    stroke(at, bbox.top, at, bbox.top + bbox.height);
    labels.push({ at, text });
  }
  const colours = { text: colour('mark'), edge: colour('paper') };
  writeLabels(ctx, labels, bbox, colours);
  for (const y of lipschitz === null ? [] : [lipschitz, -lipschitz]) {
    if (y < u.scales.y!.min! || y > u.scales.y!.max!) continue;
    const at = u.valToPos(y, 'y', true);
    stroke(bbox.left, at, bbox.left + bbox.width, at);
    ctx.textAlign = 'right';
    const bounds = `gradient ${y > 0 ? '≤' : '≥'} ${shown(y)}`;
    edged(ctx, bounds, bbox.left + bbox.width - 5 * scale, at + (y > 0 ? -5 : 14) * scale, colours);
  }
  ctx.restore();
}
