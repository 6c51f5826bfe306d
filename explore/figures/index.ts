/** Losses that have a figure of their own beside their curve or map. */
import type { Entry, Settings } from '../catalogue/types.ts';
import type { Figure } from './figure.ts';
import { lattice } from './lattice.ts';
import { mask } from './mask.ts';

const figures: { readonly [name: string]: Figure } = { ctc: lattice, dice: mask, jaccard: mask, tversky: mask };

let shown: Entry | null = null;
let draw = (): void => {};

/** Shows the figure of a loss, if it has one; what was painted stays as long as the loss does. */
export function drawFigure(place: HTMLElement, entry: Entry, settings: () => Settings): void {
  if (entry !== shown) {
    place.replaceChildren();
    const figure = figures[entry.name];
    place.hidden = figure === undefined;
    draw = figure === undefined ? () => {} : figure(place, entry, settings);
    shown = entry;
  }
  draw();
}
