/** The careful JavaScript, one function a case; each gets one record of arrays and sizes and returns the value. */
import * as binary from './binary.mjs';
import * as classes from './classes.mjs';
import * as divergence from './divergence.mjs';
import * as margin from './margin.mjs';
import { ntXent } from './ntXent.mjs';
import * as pairs from './pairs.mjs';
import * as penalty from './penalty.mjs';
import * as regression from './regression.mjs';

export const careful = {
  ...regression,
  ...margin,
  ...binary,
  ...classes,
  ...divergence,
  ...pairs,
  ...penalty,
  ntXent,
};
