/** The page that shows a loss, alone or with another laid over it. */
import { entries, entryOf, families } from '../catalogue/index.ts';
import type { Entry, Setting, Settings } from '../catalogue/types.ts';
import { drawFigure } from '../figures/index.ts';
import { byId, el, fill, inFrame } from '../lib/dom.ts';
import { read, write } from '../lib/state.ts';
import { onTheme } from '../lib/theme.ts';
import type { Height } from './compute.ts';
import { type Drawn, drawCurves } from './curves.ts';
import { facts } from './facts.ts';
import { controls, settingsFrom } from './knobs.ts';
import { matches } from './search.ts';
import { drawSurface } from './surface.ts';

let entry: Entry = entryOf('huber');
let other: Entry | null = null;
let settings: Settings = {};
let otherSettings: Settings = {};
let visible = 'vg';
let height: Height = 'loss';
let remove = (): void => {};

const toggles = [
  ['v', 'loss', 'value'],
  ['g', 'gradient', 'grad'],
  ['h', 'second derivative', 'hess'],
] as const;

const heights = [
  ['loss', 'the loss'],
  ['slope', 'the length of its gradient'],
  ['curvature', 'the sum of its second derivatives'],
] as const;

/** Losses that are drawn in the same way, if not of the same input. */
const comparable = (a: Entry, b: Entry): boolean => a !== b && a.view.kind === b.view.kind;

/** Over the same input, the knobs that both losses have for it are the first one's: the same target, the same class. */
const shared = (name: string): boolean =>
  other?.view.axis === entry.view.axis && entry.knobs.some((knob) => knob.input && knob.name === name);
const otherKnobs = () => other?.knobs.filter((knob) => !(knob.input && shared(knob.name))) ?? [];

/** Takes over what the address says. */
export function openSee(): void {
  const { settings: given } = read();
  entry = entryOf(given.get('loss'));
  other = entries.find(({ name }) => name === given.get('with')) ?? null;
  if (other !== null && !comparable(entry, other)) other = null;
  settings = settingsFrom(entry.knobs, (name) => given.get(name));
  otherSettings = settingsFrom(otherKnobs(), (name) => given.get(`with.${name}`));
  visible = given.get('show') ?? 'vg';
  height = heights.find(([name]) => name === given.get('map'))?.[0] ?? 'loss';
  layOut();
}

/** What differs from the defaults goes into the address. */
function remember(): void {
  const changed = (knobs: Entry['knobs'], values: Settings, prefix: string) =>
    knobs
      .filter(({ name, value }) => values[name] !== value)
      .map(({ name }) => [prefix + name, String(values[name])] as const);
  write('see', [
    ['loss', entry.name],
    ...(other === null ? [] : [['with', other.name] as const]),
    ...(visible === 'vg' ? [] : [['show', visible] as const]),
    ...(height === 'loss' ? [] : [['map', height] as const]),
    ...changed(entry.knobs, settings, ''),
    ...changed(otherKnobs(), otherSettings, 'with.'),
  ]);
}

/** The losses that a search finds, by family; the one that is shown among them. */
function menuOf(search: string): [string, [string, string][]][] {
  const found = (one: Entry): boolean => one === entry || matches(one, search);
  return families.map(([family, list]) => [family, list.filter(found).map(({ name, title }) => [name, title])]);
}

/** Menus, controls and words; then the picture. */
function layOut(): void {
  const loss = byId<HTMLSelectElement>('loss');
  fill(loss, menuOf(byId<HTMLInputElement>('find').value));
  loss.value = entry.name;
  const compare = byId<HTMLSelectElement>('with');
  const others = entries.filter((one) => comparable(entry, one));
  const list = (isSame: boolean) =>
    others
      .filter(({ view }) => (view.axis === entry.view.axis) === isSame)
      .map(({ name, title }) => [name, title] as const);
  fill(compare, [
    ['', [['', 'nothing']]],
    ['Of the same input', list(true)],
    ['Of another input', list(false)],
  ]);
  compare.value = other?.name ?? '';
  compare.disabled = others.length === 0;

  const set = (name: string, value: Setting) => {
    settings = { ...settings, [name]: value };
    redraw();
  };
  const setOther = (name: string, value: Setting) => {
    otherSettings = { ...otherSettings, [name]: value };
    redraw();
  };
  const own = controls(other === null ? 'Settings' : entry.name, 'knob', entry.knobs, settings, set);
  const second = other && controls(other.name, 'with', otherKnobs(), otherSettings, setOther);
  byId('knobs').replaceChildren(...[show(), own, second].filter((part) => part !== null));
  draw();
}

/** Which curves are drawn. */
function show(): HTMLElement | null {
  if (entry.view.kind !== 'curve') {
    // Losses of embeddings have no second derivative.
    const fitting = heights.filter(([name]) => name !== 'curvature' || entry.view.axis !== 'plane');
    if (!fitting.some(([name]) => name === height)) height = 'loss';
    const select = el(
      'select',
      { id: 'map' },
      ...fitting.map(([value, text]) => el('option', { value, selected: value === height }, text)),
    );
    select.addEventListener('change', () => {
      height = select.value as Height;
      redraw();
    });
    return el('div', { class: 'knob' }, el('label', { for: 'map' }, 'Colours show'), select);
  }
  const box = ([key, label, colour]: (typeof toggles)[number]) => {
    const input: HTMLInputElement = el('input', {
      type: 'checkbox',
      id: `show-${key}`,
      checked: visible.includes(key),
    });
    input.addEventListener('change', () => {
      visible = toggles
        .map(([k]) => k)
        .filter((k) => byId<HTMLInputElement>(`show-${k}`).checked)
        .join('');
      redraw();
    });
    return el('div', { class: `check ${colour}` }, input, el('label', { for: `show-${key}` }, label));
  };
  return el('fieldset', {}, el('legend', {}, 'Draw'), ...toggles.map(box));
}

/** The picture alone. */
function draw(): void {
  remember();
  byId('facts').replaceChildren(facts(entry, settings), ...(other === null ? [] : [facts(other, otherSettings)]));
  remove();
  const place = byId('picture');
  place.replaceChildren();
  const drawn: Drawn[] = [{ entry, settings }];
  if (other !== null) drawn.push({ entry: other, settings: { ...settings, ...otherSettings } });
  remove = entry.view.kind === 'curve' ? drawCurves(place, drawn, visible) : drawSurface(place, drawn, height);
  drawFigure(byId('figure'), entry, () => settings);
}

const redraw = inFrame(draw);

/** Listens to the menus. */
export function startSee(): void {
  const loss = byId<HTMLSelectElement>('loss');
  const compare = byId<HTMLSelectElement>('with');
  const choose = (next: Entry) => {
    entry = next;
    if (other !== null && !comparable(entry, other)) other = null;
    settings = settingsFrom(entry.knobs, (name) => (name in settings ? String(settings[name]) : null));
    otherSettings = settingsFrom(otherKnobs(), (name) => (name in otherSettings ? String(otherSettings[name]) : null));
    layOut();
  };
  loss.addEventListener('change', () => choose(entryOf(loss.value)));
  const find = byId<HTMLInputElement>('find');
  find.addEventListener('input', () => {
    const found = entries.filter((one) => matches(one, find.value));
    byId('found').textContent = find.value === '' ? '' : `${found.length} of ${entries.length}`;
    choose(found.length === 0 || found.includes(entry) ? entry : found[0]!);
  });
  compare.addEventListener('change', () => {
    other = entries.find(({ name }) => name === compare.value) ?? null;
    otherSettings = settingsFrom(otherKnobs(), () => null);
    layOut();
  });
  onTheme(() => {
    if (!byId('see').hidden) draw();
  });
}
