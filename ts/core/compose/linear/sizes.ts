/** How much of a linear layer is in memory at a time. Everything hangs on the shape of the weight alone, and so do the bits of the results. */

/**
 * Bytes that a call takes at most beyond what is resident, what the loss itself takes for a row and one thread for its work included; and those
 * that are left for the work of other threads, eight in all.
 */
const budget = 15 * 2 ** 20;
const othersBudget = 2 ** 20;
const mostThreads = 8;

/** Bytes of hidden in a chunk that are quick to come back to. */
const quickBytes = 2 ** 20;

/** Bytes of a block of the weight at most, and classes in it. */
const blockBytes = 2 ** 21;
const [fewestClasses, mostClasses] = [16, 256];

/** Bytes of rows of hidden that are copied at a time, at least. */
const stageBytes = 2 ** 17;

/** Bytes of quads that are laid out together, so that they stay in a cache: of the weight, and of slopes. */
const weightQuads = 2 ** 17;
const slopeQuads = 2 ** 14;
const mostTogether = 16;

/** Rows whose slopes are laid out together for hidden's gradient, and panels of the weight: `crate/kernels/src/loops/linear` says so. */
const hiddenRows = 128;
const hiddenPanels = 4;

/** Classes that kernels take at once at most, of a weight that is resident: as many numbers of the bias are copied at a time. */
const mostAtOnce = 2 ** 16;

/** Bytes of the sums of the weight's gradient and of the bias's, which have two parts, at most; larger ones grow in the gradient itself. */
const sumBytes = 7 * 2 ** 20;
const biasSumBytes = 2 * 2 ** 20;

/** Products, and additions, that threads do at a time at least. */
const fewestProducts = 2 ** 20;
const fewestAdditions = 2 ** 18;

/** How a call is cut, and the bytes that each thing takes. */
export interface Sizes {
  /** Rows of hidden that are a chunk, whose gradients of the weight are added up by themselves; no more than there are. */
  readonly rows: number;
  /** Classes that are a block, whose gradients of hidden are added up by themselves. */
  readonly block: number;
  /** Classes that kernels take at once, of a weight that is resident: whole blocks. */
  readonly span: number;
  /** Elements of a row filled up to whole panels. */
  readonly wide: number;
  /** Quads that are laid out together, of the weight and of slopes. */
  readonly together: { readonly weight: number; readonly slopes: number };
  /** What threads take at a time: classes for scores and for the gradients of weight and bias, columns for that of hidden. */
  readonly parts: { readonly classes: number; readonly bias: number; readonly columns: number };
  /** Whether there is room for threads to work in: not for the longest rows. */
  readonly isShared: boolean;
  readonly bytes: {
    readonly scores: number;
    readonly byRows: number;
    readonly byColumns: number;
    /** Sums of hidden's gradient over blocks, of the weight's and of the bias's over chunks; 0 where there are none, or too many. */
    readonly hiddenSums: number;
    readonly weightSums: number;
    readonly biasSums: number;
    /** The bias of a span. */
    readonly bias: number;
    /** What the loss itself copies of a row: a dense target, and one number a class. */
    readonly row: number;
    /** What of an ordinary array is copied at a time. */
    readonly stage: number;
    /** What the kernels of a thread work in. */
    readonly work: number;
  };
}

const up = (n: number, to: number): number => Math.ceil(n / to) * to;
const clamp = (n: number, least: number, most: number): number => Math.max(least, Math.min(most, n));

/** The sizes for so many rows of `dim`, classes, and bytes of an element. */
export function sizesOf(dim: number, classes: number, size: number, rows: number): Sizes {
  const block = clamp(2 ** Math.floor(Math.log2(blockBytes / (dim * size))), fewestClasses, mostClasses);
  const quick = Math.max(64, Math.floor(quickBytes / (dim * size)));
  const sizesFor = (some: number, isAll: boolean) => sizesWith(some, isAll, block, dim, classes, size);
  const fits = (some: number, isShared: boolean): boolean => {
    const { bytes } = sizesFor(some, false);
    const others = isShared ? Math.max(0, (mostThreads - 1) * bytes.work - othersBudget) : 0;
    return some <= quick && total(bytes) + others <= budget;
  };
  const shared = candidates.find((some) => fits(some, true));
  const chunk = shared ?? [...candidates, ...fewer].find((some) => fits(some, false)) ?? 1;
  return { ...sizesFor(Math.min(chunk, rows), rows <= chunk), isShared: shared !== undefined };
}

/** Numbers of rows from the largest: whole panels, and what is fewer than one. */
const candidates: readonly number[] = [512, 448, 384, 320, 256, 192, 128, 64, 56, 48, 40, 32, 24, 16, 8];
const fewer: readonly number[] = [4, 2];

function sizesWith(
  rows: number,
  isAll: boolean,
  block: number,
  dim: number,
  classes: number,
  size: number,
): Omit<Sizes, 'isShared'> {
  // Registers have 16 bytes, and a pair of them is the width of a panel.
  const pair = 32 / size;
  const wide = up(dim, pair);
  const span = Math.min(mostAtOnce, up(classes, block));
  const weightSums = 2 * up(classes, 4) * wide * size;
  const biasSums = 2 * classes * size;
  const together = {
    weight: clamp(Math.floor(weightQuads / (4 * dim * size)), 1, mostTogether),
    slopes: clamp(Math.floor(slopeQuads / (4 * rows * size)), 1, mostTogether),
  };
  const quads = [
    4 * together.weight * dim,
    (up(Math.min(rows, hiddenRows), 4) + hiddenPanels * pair) * Math.min(block, classes),
    4 * together.slopes * rows,
  ];
  return {
    rows,
    block,
    span,
    wide,
    together,
    parts: {
      classes: up(fewestProducts / (rows * dim), 64),
      bias: up(fewestAdditions / rows, 64),
      // The slopes are laid out once for each of the parts.
      columns: up(Math.max(dim / 4, fewestProducts / (rows * classes), 32), pair),
    },
    bytes: {
      scores: rows * classes * size,
      byRows: up(rows, pair) * dim * size,
      byColumns: rows * wide * size,
      hiddenSums: classes > block ? 2 * up(rows, 4) * wide * size : 0,
      weightSums: isAll || weightSums > sumBytes ? 0 : weightSums,
      biasSums: isAll || biasSums > biasSumBytes ? 0 : biasSums,
      bias: Math.min(span, classes) * size,
      row: 2 * classes * size,
      stage: Math.max(Math.min(block, up(classes, 16)) * dim * size, Math.min(up(rows, 8) * dim * size, stageBytes)),
      work: up(Math.max(...quads) * size, 64),
    },
  };
}

/** All of it, and what is lost between the parts. */
const total = (bytes: Sizes['bytes']): number => Object.values(bytes).reduce((sum, part) => sum + part, 1024);
