/** The steps of a call that depend on the shape of its loss. Factories bring their own, so that a bundle has no others. */
import type { Call } from './call.ts';
import { labelTotal } from './labelTotals.ts';
import type { KernelExports, Memory } from './memory.ts';
import { runBatch } from './referenceBatch.ts';
import { runElements } from './referenceElements.ts';
import { runRows } from './referenceRows.ts';
import { settleElements } from './settleElements.ts';
import { settleRows } from './settleRows.ts';
import { settleClasses } from './targets.ts';
import { sampleTotal } from './totals.ts';
import { runWhole } from './wasmBatch.ts';

/** What each shape does its own way. */
export interface Steps {
  /** Settles samples and row width, given the length of the inputs. */
  readonly settle: (call: Call, length: number) => void;
  /** Σ w, the denominator of the mean; checks the weights. */
  readonly total: (call: Call) => number;
  /** The reference: fills the outputs and returns Σ w·L. */
  readonly compute: (call: Call) => number;
  /** The same with kernels, where these need everything at once, not block by block. */
  readonly whole?: (call: Call, exports: KernelExports, memory: Memory) => number;
}

/** Losses of elements. */
export const elements: Steps = { settle: settleElements, total: sampleTotal, compute: runElements };

/** Penalties: sums without weights. */
export const penalty: Steps = {
  settle: (call, length) => {
    call.n = length;
  },
  total: () => 1,
  compute: runElements,
};

/** Losses of rows with labels or dense targets. */
export const classRows: Steps = { settle: settleClasses, total: labelTotal, compute: runRows };

/** Losses of rows with one number as target, or none. */
export const rows: Steps = { settle: settleRows, total: sampleTotal, compute: runRows };

/** Losses of a batch as a whole, which have a value for each of two rows. */
export const batch: Steps = { settle: settleRows, total: (call) => 2 * call.n, compute: runBatch, whole: runWhole };
