/** Every way to consume losskit, each a small program under consumers/; the fast ones are part of `npm test`. */
import { bundles } from './bundles.mjs';
import { contents } from './contents.mjs';
import { edge } from './edge.mjs';
import { node } from './node.mjs';
import { pages } from './pages.mjs';
import { recipeCases } from './recipes.mjs';
import { tensors } from './tensors.mjs';

export const cases = [...contents, ...node, ...bundles, ...edge, ...tensors, ...pages, ...recipeCases];

export const fastCases = cases.filter(({ fast }) => fast);
