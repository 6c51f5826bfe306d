/** The steps of a call that depend on the shape of its loss. Factories bring their own, so that a bundle has no others. */
import type { ClassAxis, Steps } from '../model/call.ts';
import { axisFix, axisNote } from '../read/axis.ts';
import { readInput, readTarget } from '../read/inputs.ts';
import { runBatch } from '../reference/batch.ts';
import { runElements } from '../reference/elements.ts';
import { runLists } from '../reference/lists.ts';
import { runRegions } from '../reference/regions.ts';
import { runRows } from '../reference/rows.ts';
import { runSequences } from '../reference/sequences.ts';
import { settleElements } from '../settle/elements.ts';
import { elementFault } from '../settle/faults/fault.ts';
import { rowFault } from '../settle/faults/rowFault.ts';
import { listFault, listTotal, settleLists } from '../settle/ragged/lists.ts';
import { sequenceFault, settleSequences } from '../settle/ragged/sequences.ts';
import { regionFault } from '../settle/regions/fault.ts';
import { concludeRegions, regionTotal, settleImageWeights, settleRegions } from '../settle/regions/regions.ts';
import { settleRows } from '../settle/rows.ts';
import { settleClasses } from '../settle/targets.ts';
import { labelTotal } from '../settle/totals/labelTotals.ts';
import { sampleTotal } from '../settle/totals/totals.ts';
import { elementLayout } from '../settle/weights/apart.ts';
import { binaryTotal, settleBinary, writeWeights } from '../settle/weights/binary.ts';
import { liftClasses } from '../settle/weights/liftClasses.ts';
import { settleBatch, wholeRefuses } from '../settle/whole/batch.ts';
import { groupTotal, settleGroups } from '../settle/whole/groups.ts';
import { queryLength, settleQueries } from '../settle/whole/queries.ts';
import { rowLayout } from '../wasm/layout/axis.ts';
import { runRegionsByBlocks } from '../wasm/regions/run.ts';
import { runWhole } from '../wasm/whole/batch.ts';
import { runListsByBlocks } from '../wasm/whole/lists.ts';
import { runSequencesByBlocks } from '../wasm/whole/sequences.ts';

/** Rows of classes. */
const rowAxis: ClassAxis = { rows: rowLayout, note: axisNote, fix: axisFix };

/** Losses of elements. */
export const elements: Steps = {
  settle: settleElements,
  total: sampleTotal,
  compute: runElements,
  fault: elementFault,
};

/** Losses of elements with binary targets, which options may leave out. */
export const binaryElements: Steps = {
  settle: settleBinary,
  total: binaryTotal,
  writeWeights,
  compute: runElements,
  fault: elementFault,
};

/** The same where elements may be classes, which options may weigh. */
export const classElements: Steps = {
  settle: settleBinary,
  total: binaryTotal,
  writeWeights,
  compute: runElements,
  fault: elementFault,
  axis: { elements: elementLayout, note: axisNote, fix: axisFix },
};

/** Penalties: sums without weights. */
export const penalty: Steps = {
  settle: (call, length) => {
    call.n = length;
  },
  total: (call) => call.n,
  compute: runElements,
  fault: elementFault,
};

/** Losses of rows with labels or dense targets. */
export const classRows: Steps = {
  settle: settleClasses,
  total: labelTotal,
  liftClasses,
  compute: runRows,
  fault: rowFault,
  readTarget,
  axis: rowAxis,
};

/** Losses of rows with one number as target, or none. */
export const rows: Steps = {
  settle: settleRows,
  total: sampleTotal,
  compute: runRows,
  fault: rowFault,
  readTarget: readInput,
};

/** Losses of distributions over classes. */
export const distributions: Steps = {
  settle: settleRows,
  total: sampleTotal,
  compute: runRows,
  fault: rowFault,
  readTarget: readInput,
  axis: rowAxis,
};

/** Losses of a batch as a whole. */
export const batch: Steps = {
  refused: wholeRefuses,
  settle: settleBatch,
  total: (call) => call.loss.views * call.n,
  compute: runBatch,
  whole: runWhole,
  fault: rowFault,
};

/** Losses of lists, which are rows or groups. */
export const lists: Steps = {
  settle: settleLists,
  total: listTotal,
  compute: runLists,
  whole: runListsByBlocks,
  fault: listFault,
};

/** Losses of sequences, each as long as it says. */
export const sequences: Steps = {
  settle: settleSequences,
  total: sampleTotal,
  compute: runSequences,
  whole: runSequencesByBlocks,
  fault: sequenceFault,
  readTarget,
};

/** Losses of the regions of images. */
export const regions: Steps = {
  settle: settleRegions,
  settleWeights: settleImageWeights,
  total: regionTotal,
  conclude: concludeRegions,
  compute: runRegions,
  whole: runRegionsByBlocks,
  fault: regionFault,
  readTarget,
  axis: { note: axisNote, fix: axisFix },
};

/** Of those, losses whose second input may have more rows. */
export const queries: Steps = {
  refused: wholeRefuses,
  lengths: queryLength,
  settle: settleQueries,
  total: (call) => call.n,
  compute: runBatch,
  whole: runWhole,
  fault: rowFault,
};

/** Of those, losses with labels. */
export const labelledBatch: Steps = {
  refused: wholeRefuses,
  settle: settleGroups,
  total: groupTotal,
  compute: runBatch,
  whole: runWhole,
  fault: rowFault,
  readTarget,
};
