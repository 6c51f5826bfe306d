/** 'Which loss?': two questions, and the answer of `chooseLoss`. */
import { type ChooseLossOptions, chooseLoss, type LossChoice } from 'losskit';
import { byId, copyButton, el } from '../lib/dom.ts';
import { address, read, write } from '../lib/state.ts';
import { snippet } from './snippet.ts';

export const tasks = [
  ['binary', 'One of two classes'],
  ['multiclass', 'One of several classes'],
  ['multilabel', 'Several labels at once'],
  ['segmentation', 'A class for each pixel of an image'],
  ['regression', 'A number'],
  ['counts', 'A count, or an amount that is never negative'],
  ['quantiles', 'A bound that a share of the targets keeps below'],
  ['density', 'A distribution: a mean and how sure the model is'],
  ['vae', 'The data again, through latent variables (VAE)'],
  ['sequences', 'Labels in order, of which nobody says where each stands'],
  ['ranking', 'The order of a list of candidates'],
  ['retrieval', 'Which of many answers belongs to a query'],
  ['metric', 'An embedding, in which like things are near'],
] as const;

export const flags = [
  ['imbalanced', 'Some classes are rare'],
  ['overconfident', 'The model is too sure of itself'],
  ['outliers', 'Some targets are far off'],
  ['pairs', 'There are two views of each sample, and no labels'],
] as const;

/** The answer, or null where the flag says nothing about the task: `chooseLoss` knows which do. */
export function ask(task: string, flag: string): LossChoice | null {
  try {
    return chooseLoss({ task, ...(flag === '' ? {} : { [flag]: true }) } as ChooseLossOptions) as LossChoice;
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

let task = '';
let flag = '';

/** Takes over what the address says. */
export function openChoose(): void {
  const { settings } = read();
  task = tasks.find(([name]) => name === settings.get('task'))?.[0] ?? '';
  flag = flags.find(([name]) => name === settings.get('with'))?.[0] ?? '';
  if (task === '' || ask(task, flag) === null) flag = '';
  layOut();
}

/** One question with its answers; the focus stays where it is as only what follows is drawn anew. */
function question(
  text: string,
  name: string,
  answers: readonly (readonly [string, string])[],
  chosen: string,
  choose: (value: string) => void,
) {
  const one = ([value, label]: readonly [string, string]) =>
    el(
      'label',
      { class: 'answer' },
      el('input', { type: 'radio', name, value, checked: value === chosen, onchange: () => choose(value) }),
      el('span', {}, label),
    );
  return el('fieldset', { class: 'question' }, el('legend', {}, text), ...answers.map(one));
}

function layOut(): void {
  const first = question('What does your model predict?', 'task', tasks, task, (value) => {
    task = value;
    flag = '';
    follow();
  });
  byId('dialogue').replaceChildren(
    first,
    el('div', { id: 'second' }),
    el('div', { id: 'answer', 'aria-live': 'polite' }),
  );
  follow();
}

/** The second question, where the task has one. */
function follow(): void {
  const fitting = task === '' ? [] : flags.filter(([name]) => ask(task, name) !== null);
  const second =
    fitting.length === 0
      ? []
      : [
          question(
            'Is anything special about it?',
            'flag',
            [['', 'No, or I don’t know yet'], ...fitting],
            flag,
            (value) => {
              flag = value;
              answer();
            },
          ),
        ];
  byId('second').replaceChildren(...second);
  answer();
}

const linkTo = (name: string): HTMLAnchorElement =>
  el('a', { href: address('see', [['loss', name]]) }, el('code', {}, name));

function answer(): void {
  write('choose', [
    ...(task === '' ? [] : [['task', task] as const]),
    ...(flag === '' ? [] : [['with', flag] as const]),
  ]);
  const place = byId('answer');
  const choice = task === '' ? null : ask(task, flag);
  if (choice === null) {
    place.replaceChildren();
    return;
  }
  const { name, options, why, alternatives } = choice;
  const code = snippet(name, options);
  place.replaceChildren(
    el('h2', {}, 'Take ', linkTo(name)),
    el('p', {}, why),
    el(
      'div',
      { class: 'code' },
      el('pre', { tabindex: 0, 'aria-label': 'Code' }, el('code', {}, code)),
      copyButton('Copy', () => `${code}\n`),
    ),
    el('h3', {}, 'Or'),
    el(
      'ul',
      {},
      ...alternatives.map((other) => el('li', {}, linkTo(other.name), ` where ${other.when.replace(/`/g, '')}.`)),
    ),
  );
}
