/** Words beside upright lines, none over another. */

/** A line, and how wide its words are. */
export interface Label {
  readonly at: number;
  readonly width: number;
}

/** Where words start, and in which row from the top. */
export interface Place {
  readonly x: number;
  readonly row: number;
}

/** Each to the right of its line, or to the left where there is more room, within the box; in the first row that is free there. */
export function placed(labels: readonly Label[], left: number, right: number, gap: number): Place[] {
  const rows: [number, number][][] = [];
  return labels.map(({ at, width }) => {
    const isRight = at + gap + width <= right || right - at > at - left;
    const x = Math.max(left, Math.min(isRight ? at + gap : at - gap - width, right - width));
    const isFree = (row: readonly (readonly [number, number])[]): boolean =>
      row.every(([from, to]) => x + width + gap <= from || to <= x - gap);
    const free = rows.findIndex(isFree);
    const row = free < 0 ? rows.length : free;
    if (free < 0) rows.push([]);
    rows[row]!.push([x, x + width]);
    return { x, row };
  });
}

/** Writes words at upright lines, on a pale edge so that they are read over curves; rows that have no room are left out. */
export function writeLabels(
  ctx: CanvasRenderingContext2D,
  labels: readonly { readonly at: number; readonly text: string }[],
  box: { readonly left: number; readonly top: number; readonly width: number; readonly height: number },
  colours: { readonly text: string; readonly edge: string },
): void {
  const scale = devicePixelRatio;
  const [gap, line] = [5 * scale, 15 * scale];
  const sizes = labels.map(({ at, text }) => ({ at, width: ctx.measureText(text).width }));
  ctx.textAlign = 'left';
  placed(sizes, box.left, box.left + box.width, gap).forEach(({ x, row }, i) => {
    const y = box.top + 14 * scale + row * line;
    if (y <= box.top + box.height) edged(ctx, labels[i]!.text, x, y, colours);
  });
}

/** Words on a pale edge. */
export function edged(
  ctx: CanvasRenderingContext2D,
  text: string,
  x: number,
  y: number,
  colours: { readonly text: string; readonly edge: string },
): void {
  ctx.save();
  ctx.setLineDash([]);
  ctx.lineJoin = 'round';
  ctx.lineWidth = 4 * devicePixelRatio;
  ctx.strokeStyle = colours.edge;
  ctx.strokeText(text, x, y);
  ctx.fillStyle = colours.text;
  ctx.fillText(text, x, y);
  ctx.restore();
}
