/** What the figures of single losses have in common. */
import type { Entry, Settings } from '../catalogue/types.ts';

/** Builds a figure in its place; what draws it again, with the settings as they are. */
export type Figure = (place: HTMLElement, entry: Entry, settings: () => Settings) => () => void;

/** Clears a canvas of so many units, as wide as its place allows and as sharp as the screen; returns what draws on it. */
export function contextOf(
  canvas: HTMLCanvasElement,
  place: HTMLElement,
  width: number,
  height: number,
): CanvasRenderingContext2D {
  const shown = Math.min(place.clientWidth || width, 1.6 * width);
  const scale = (shown / width) * devicePixelRatio;
  canvas.style.width = `${shown}px`;
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  const ctx = canvas.getContext('2d')!;
  ctx.scale(scale, scale);
  return ctx;
}

/** How arrow keys move. */
export const moves: { readonly [key: string]: readonly [number, number] | undefined } = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};
