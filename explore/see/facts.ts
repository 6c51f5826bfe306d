/** What there is to say about a loss: formula, likelihood, when to choose it, and facts of its own. */
import { lossOf } from '../catalogue/index.ts';
import type { Entry, Settings } from '../catalogue/types.ts';
import { el, shown } from '../lib/dom.ts';
import { formula } from '../lib/math.ts';
import { bound } from './compute.ts';

/** The panel of a loss. */
export function facts(entry: Entry, settings: Settings): HTMLElement {
  const { info } = lossOf(entry.name);
  const inputs = info.inputs.map(({ name }) => name).join(', ');
  const [words, typeset] = entry.likelihood;
  const lipschitz = bound(entry, settings);
  const list: (readonly [string, string])[] = [
    ['Call', `${entry.name}(${info.byName ? `{ ${inputs} }` : inputs})`],
    ['Gradient in', info.differentiable.join(', ')],
    ['Convex', info.convex ? 'yes' : 'no'],
    ['Steepest', lipschitz === null ? 'without bound' : `slope at most ${shown(lipschitz)}`],
    ['Kinks', info.kinks || 'none'],
    ['In PyTorch', info.torch ?? 'no counterpart'],
    ['From', info.reference],
  ];
  return el(
    'article',
    { class: 'facts' },
    el('h2', {}, entry.title),
    el(
      'div',
      { class: 'formula', tabindex: 0, role: 'group', 'aria-label': 'Formula' },
      mathOf(entry.formula),
      mathOf(entry.gradient),
    ),
    el('h3', {}, 'Where it comes from'),
    el('p', {}, words.endsWith('?') ? words : `${words}.`),
    typeset === undefined
      ? null
      : el('div', { class: 'formula', tabindex: 0, role: 'group', 'aria-label': 'Likelihood' }, mathOf(typeset)),
    el('h3', {}, 'Choose it when'),
    el('p', {}, entry.when),
    el('h3', {}, 'Choose another when'),
    el('p', {}, entry.not),
    el('dl', {}, ...list.flatMap(([term, text]) => [el('dt', {}, term), el('dd', {}, text)])),
  );
}

const mathOf = (text: string): HTMLElement => el('div', {}, formula(text));
