/** The figures as bars, and as text to copy. */
import { el } from '../lib/dom.ts';
import type { Measured } from './messages.ts';

const sides = [
  ['wasm', 'WASM'],
  ['careful', 'careful JavaScript'],
  ['reference', 'reference'],
] as const;

const digits = (ns: number): string => (ns >= 100 ? ns.toFixed(0) : ns >= 10 ? ns.toFixed(1) : ns.toFixed(2));

/** How many times as long JavaScript written for speed takes; where there is none, the reference. */
export const ratio = ({ wasm, careful, reference }: Measured): number | null =>
  wasm === null ? null : (careful ?? reference) / wasm;

/** A row of the table: bars on a logarithmic scale, as the three are often far apart. */
export function row(one: Measured): HTMLTableRowElement {
  const times = sides.map(([side]) => one[side]).filter((ns) => ns !== null);
  const low = Math.min(...times) / 2;
  const span = Math.log(Math.max(...times) / low);
  const bars = sides.map(([side, label]) => {
    const ns = one[side];
    if (ns === null) return null;
    const width = `width: ${((Math.log(ns / low) / span) * 100).toFixed(1)}%`;
    return el(
      'div',
      { class: `bar ${side}` },
      el('span', { class: 'name' }, label),
      el('span', { class: 'track' }, el('span', { class: 'fill', style: width })),
      el('span', { class: 'figure' }, `${digits(ns)} ns`),
    );
  });
  const times1 = ratio(one);
  return el(
    'tr',
    {},
    el('th', { scope: 'row' }, one.name, el('small', {}, one.size)),
    el('td', {}, ...bars),
    el('td', { class: 'ratio' }, times1 === null ? '–' : `${times1.toFixed(1)} ×`),
  );
}

/** A Markdown table. */
export function markdown(all: readonly Measured[], machine: string): string {
  const cell = (ns: number | null): string => (ns === null ? '–' : digits(ns));
  return [
    `losskit, value and gradient, float32, ns per element. ${machine}`,
    '',
    '| loss | size | WASM | careful JavaScript | reference | ratio |',
    '|---|---|---:|---:|---:|---:|',
    ...all.map((one) => {
      const times = ratio(one);
      const figures = [one.wasm, one.careful, one.reference].map(cell).join(' | ');
      return `| ${one.name} | ${one.size} | ${figures} | ${times === null ? '–' : `${times.toFixed(1)} ×`} |`;
    }),
    '',
  ].join('\n');
}

/** The figures in a few characters, for an address. */
export const pack = (all: readonly Measured[]): string =>
  all.map((one) => [one.name, one.size, ...sides.map(([side]) => one[side]?.toPrecision(3) ?? '')].join('*')).join('!');

/** The figures from an address; what makes no sense is left out. */
export function unpack(text: string): Measured[] {
  return text
    .split('!')
    .map((part) => {
      const [name = '', size = '', wasm, careful, reference] = part.split('*');
      const number = (x: string | undefined): number | null => (Number(x) > 0 ? Number(x) : null);
      return { name, size, wasm: number(wasm), careful: number(careful), reference: number(reference) ?? Number.NaN };
    })
    .filter(({ name, reference }) => name !== '' && reference > 0);
}
