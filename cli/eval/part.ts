/** A part of the data: the files of one call. */
import { agreed } from './agree.ts';
import type { Request } from './request.ts';
import { type Runs, shifted } from './shift.ts';
import { openSource, type Source } from './source.ts';

/** An input of a part. */
export interface Slot {
  readonly name: string;
  readonly source: Source;
  /** Elements for each sample. */
  readonly per: number;
  /** 'labels' are read as int32. */
  readonly role: 'numbers' | 'labels';
  /** Which samples of the file count, if not all. */
  readonly runs?: Runs;
}

/** What one call would take. */
export interface Part {
  readonly slots: readonly Slot[];
  readonly weights: Slot | null;
  /** Rows; elements of a pointwise loss whose rows don't matter. */
  readonly samples: number;
  /** The row width of the first input; 0 where rows don't matter. */
  readonly width: number;
  /** Places from one class to the next: 1 where the classes are the last axis. */
  readonly inner: number;
  /** Blocks are multiples of this many samples. */
  readonly unit: number;
}

/** Opens the files of part `i` and checks that their shapes agree. */
export async function openPart(request: Request, i: number): Promise<Part> {
  const { loss, inputs, csv, weights } = request;
  const sources: Source[] = [];
  const opened = async (name: string): Promise<Source> => {
    const source = await openSource(inputs, name, csv);
    sources.push(source);
    return source;
  };
  try {
    for (const name of request.parts[i]!) await opened(name);
    const own = [...sources];
    const weight = weights[i] === undefined ? null : await opened(weights[i]!);
    const part = agreed(request, own, weight);
    return request.shift ? shifted(part, loss.info.differentiable) : part;
  } catch (error) {
    for (const source of sources) source.close();
    throw error;
  }
}

/** Closes a part's files. */
export function closePart({ slots, weights }: Part): void {
  for (const { source } of slots) source.close();
  weights?.source.close();
}
