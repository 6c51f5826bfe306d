/**
 * Ways of calling that have a table of their own. Each has rows, the functions that are timed for a row (`sides`, of losskit, and
 * `rivals`), and `ratios` of their times: the name of a ratio, and the two sides that it divides.
 */
import { boost } from './boost.mjs';
import { doubles } from './doubles.mjs';
import { elbo } from './elbo.mjs';
import { fresh } from './fresh.mjs';
import { hess } from './hess.mjs';
import { labels } from './labels.mjs';
import { numbers } from './numbers.mjs';
import { reference } from './reference.mjs';

export const paths = { doubles, hess, boost, fresh, numbers, labels, reference, elbo };
