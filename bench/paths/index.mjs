/**
 * Ways of calling that have a table of their own, each in a file of its name. A table has rows, the functions that are timed for a row
 * (`sides`, of losskit, and `rivals`), and `ratios` of their times: the name of a ratio, and the two sides that it divides; `better` says
 * which way a ratio should go, `targets` of a row how far, `rival` what a ratio compares with where that isn't careful JavaScript.
 */
export const names = [
  'doubles',
  'hess',
  'boost',
  'fresh',
  'numbers',
  'labels',
  'inputs',
  'reference',
  'elbo',
  'linear',
];

/** A table by its name; loaded when it is needed, as its cases follow from dist/. */
export const load = async (name) => (await import(`./${name}.mjs`))[name];
