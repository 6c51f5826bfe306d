/** Sliders, choices and switches for a loss's settings. */
import type { Knob, Setting, Settings } from '../catalogue/types.ts';
import { el, shown } from '../lib/dom.ts';

/** Settings from the address; what is missing or makes no sense is the default. */
export function settingsFrom(knobs: readonly Knob[], text: (name: string) => string | null): Settings {
  const value = (knob: Knob): Setting => {
    const given = text(knob.name);
    if (given === null) return knob.value;
    if (knob.kind === 'flag') return given === 'true';
    if (knob.kind === 'choice') return knob.choices!.some(([choice]) => choice === given) ? given : knob.value;
    const number = Number(given);
    return given !== '' && number >= knob.min! && number <= knob.max! ? number : knob.value;
  };
  return Object.fromEntries(knobs.map((knob) => [knob.name, value(knob)]));
}

/** The controls, in a fieldset; `change` is told of each new value. */
export function controls(
  legend: string,
  prefix: string,
  knobs: readonly Knob[],
  settings: Settings,
  change: (name: string, value: Setting) => void,
): HTMLFieldSetElement | null {
  if (knobs.length === 0) return null;
  const one = (knob: Knob): HTMLElement => {
    const id = `${prefix}-${knob.name}`;
    const value = settings[knob.name] ?? knob.value;
    const told = (read: () => Setting) => () => change(knob.name, read());
    if (knob.kind === 'choice') {
      const options = knob.choices!.map(([name, text]) =>
        el('option', { value: name, selected: name === value }, text),
      );
      const select: HTMLSelectElement = el(
        'select',
        { id, onchange: () => change(knob.name, select.value) },
        ...options,
      );
      return el('div', { class: 'knob' }, el('label', { for: id }, knob.label), select);
    }
    if (knob.kind === 'flag') {
      const box: HTMLInputElement = el('input', { id, type: 'checkbox', checked: value === true });
      box.addEventListener(
        'change',
        told(() => box.checked),
      );
      return el('div', { class: 'check' }, box, el('label', { for: id }, knob.label));
    }
    const { min, max, step } = knob as Required<Knob>;
    const slider: HTMLInputElement = el('input', { id, type: 'range', min, max, step, value: String(value) });
    const output = el('output', { for: id }, shown(Number(value)));
    slider.addEventListener('input', () => {
      output.textContent = shown(slider.valueAsNumber);
      change(knob.name, slider.valueAsNumber);
    });
    return el('div', { class: 'knob' }, el('label', { for: id }, knob.label), slider, output);
  };
  return el('fieldset', {}, el('legend', {}, legend), ...knobs.map(one));
}
