/**
 * The careful JavaScript: a function a loss, and for some a variant or two, each under the loss's name. It gets one record of arrays and
 * sizes, the inputs under their names in the loss (labels as `labels`), and returns the value.
 */
export * from './binary.mjs';
export * from './classes.mjs';
export * from './contrast.mjs';
export * from './counts.mjs';
export * from './divergence.mjs';
export * from './labels.mjs';
export * from './lists.mjs';
export * from './margin.mjs';
export * from './ntXent.mjs';
export * from './pairs.mjs';
export * from './penalty.mjs';
export * from './regions.mjs';
export * from './regression.mjs';
export * from './robust.mjs';
export * from './sequences.mjs';
