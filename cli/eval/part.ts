/** A part of the data: the files of one call. */
import { agreed } from './agree.ts';
import { groupsAgreed } from './groups.ts';
import { NumbersSource } from './numbersSource.ts';
import { regionsAgreed } from './regions.ts';
import type { Request } from './request.ts';
import { sequencesAgreed } from './sequences.ts';
import { type Runs, shifted } from './shift.ts';
import { openSource, type Source } from './source.ts';

/** An input of a part. */
export interface Slot {
  readonly name: string;
  readonly source: Source;
  /** Elements for each sample. */
  readonly per: number;
  /** 'labels' and 'lengths' are read as int32. */
  readonly role: 'numbers' | 'labels' | 'lengths';
  /** Which samples of the file count, if not all. */
  readonly runs?: Runs;
  /** Where each sample begins, and the last one ends, if they are of different lengths. */
  readonly starts?: Float64Array;
}

/** The options that say how samples lie. */
export interface Layout {
  readonly batch?: number;
  readonly shape?: readonly number[];
  readonly axis?: number;
}

/** The sources of a part. */
export interface Sources {
  readonly files: readonly Source[];
  readonly weight: Source | null;
  /** Of options with one number a sample, by their names. */
  readonly lengths: { readonly [name: string]: Source };
}

/** What one call would take. */
export interface Part {
  readonly slots: readonly Slot[];
  readonly weights: Slot | null;
  /** Options with one number a sample. */
  readonly lengths: readonly Slot[];
  /** Rows; elements of a pointwise loss whose rows don't matter. */
  readonly samples: number;
  /** The row width of the first input; 0 where rows don't matter. */
  readonly width: number;
  /** Places from one class to the next: 1 where the classes are the last axis. */
  readonly inner: number;
  /** Blocks are multiples of this many samples. */
  readonly unit: number;
  /** How so many samples lie. */
  readonly layout: (count: number) => Layout;
  /** The shape of the losses, if it isn't that of the samples. */
  readonly losses?: readonly number[];
}

/** Opens the files of part `i` and checks that their shapes agree. */
export async function openPart(request: Request, i: number): Promise<Part> {
  const { loss, inputs, csv, weights } = request;
  const opened: Source[] = [];
  const open = async (name: string): Promise<Source> => {
    const source = await openSource(inputs, name, csv);
    opened.push(source);
    return source;
  };
  try {
    const files: Source[] = [];
    for (const name of request.parts[i]!) files.push(await open(name));
    const weight = weights[i] === undefined ? null : await open(weights[i]!);
    const lengths: { [name: string]: Source } = {};
    for (const [name, given] of Object.entries(request.lengths)) {
      const one = given[i]!;
      lengths[name] = typeof one === 'string' ? await open(one) : new NumbersSource(name, one);
    }
    const part = partOf(request, { files, weight, lengths });
    return request.shift ? shifted(part, loss.info.differentiable) : part;
  } catch (error) {
    for (const source of opened) source.close();
    throw error;
  }
}

function partOf(request: Request, sources: Sources): Part {
  const { shape } = request.loss.info;
  if (shape === 'sequence') return sequencesAgreed(request, sources);
  if (shape === 'region') return regionsAgreed(request, sources);
  return sources.lengths.groups === undefined ? agreed(request, sources) : groupsAgreed(request, sources);
}

/** Closes a part's files. */
export function closePart({ slots, weights, lengths }: Part): void {
  for (const { source } of [...slots, ...lengths]) source.close();
  weights?.source.close();
}
