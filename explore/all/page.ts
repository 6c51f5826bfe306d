/** All losses at a glance, by family, each a link to its own picture. */
import { entries, families } from '../catalogue/index.ts';
import type { Entry } from '../catalogue/types.ts';
import { byId, el } from '../lib/dom.ts';
import { address } from '../lib/state.ts';
import { onTheme } from '../lib/theme.ts';
import { matches } from '../see/search.ts';
import { drawThumbnail, thumbnail } from './thumbnail.ts';

const canvases = new Map<Element, Entry>();

/** Pictures are drawn as they come into view, so that the page is there at once. */
const watch = new IntersectionObserver((seen) => {
  for (const { isIntersecting, target } of seen) {
    const entry = canvases.get(target);
    if (!isIntersecting || entry === undefined) continue;
    watch.unobserve(target);
    drawThumbnail(target as HTMLCanvasElement, entry);
  }
});

function card(entry: Entry): HTMLElement {
  const canvas = thumbnail();
  canvases.set(canvas, entry);
  watch.observe(canvas);
  const link = el('a', { href: address('see', [['loss', entry.name]]) }, canvas, el('span', {}, entry.title));
  return el('li', {}, link);
}

/** Draws what the search finds. */
function layOut(): void {
  const search = byId<HTMLInputElement>('find-all').value;
  for (const canvas of canvases.keys()) watch.unobserve(canvas);
  canvases.clear();
  const groups = families.map(([family, list]) => [family, list.filter((one) => matches(one, search))] as const);
  const shown = groups.filter(([, list]) => list.length > 0);
  byId('found-all').textContent = `${shown.reduce((n, [, list]) => n + list.length, 0)} of ${entries.length}`;
  byId('cards').replaceChildren(
    ...shown.map(([family, list]) =>
      el('section', {}, el('h2', {}, family), el('ul', { class: 'cards' }, ...list.map(card))),
    ),
  );
}

/** Shows them, if they aren't there yet. */
export function openAll(): void {
  if (canvases.size === 0) layOut();
}

/** Listens to the search. */
export function startAll(): void {
  byId('find-all').addEventListener('input', layOut);
  onTheme(() => {
    if (canvases.size > 0) layOut();
  });
}
