/** The loss's call on some rows: its arguments cut out, whose scores are in memory now. */

import { bare } from '../../base/keys.ts';
import { part as piece, roomLike, type TypedArray } from '../../base/typed.ts';
import { Call, type Compiled, hasDenseTarget } from '../../model/call.ts';
import { absent, type Out, Slot } from '../../model/slot.ts';
import { freshArray } from '../../settle/outputs/outputs.ts';
import type { Head } from './head.ts';
import { eachRun } from './rows.ts';

/** Some rows that count, by their places among those. */
export interface Chunk {
  readonly start: number;
  readonly count: number;
}

/** The scores of a chunk, and where their derivatives go; null for the value alone. */
export interface Scores {
  readonly slot: Slot;
  readonly out: Out | null;
}

/** The loss's call on a chunk. */
class PartCall extends Call {
  readonly head: Head;
  readonly chunk: Chunk;
  readonly scores: Scores;

  constructor(head: Head, chunk: Chunk, scores: Scores) {
    super(head.parts.part, scores.out === null ? 0 : 1, head.whole.backend);
    this.head = head;
    this.chunk = chunk;
    this.scores = scores;
  }
}

/** The loss as it runs on chunks, whose errors name places in the arguments. */
export function onParts(loss: Compiled): Compiled {
  const fault = (call: Call, i: number): RangeError => {
    const { head, chunk, scores } = call as PartCall;
    return placedFault(head, chunk, scores, i);
  };
  return { ...loss, steps: bare({ ...loss.steps, fault, beginsAnew: true }) };
}

/** Runs the loss on a chunk: Σ w·L in two parts; losses of samples go to their places. */
export function runPart(
  head: Head,
  chunk: Chunk,
  scores: Scores,
  run: (call: Call) => void,
): readonly [number, number] {
  const { whole, layer } = head;
  const call = callOf(head, chunk, scores);
  run(call);
  if (call.values !== null) {
    const each = whole.n / layer.rows;
    eachRun(head.rows, chunk.start, chunk.count, (row, place, length) => {
      whole.values!.set(call.values!.subarray(place * each, (place + length) * each), row * each);
    });
  }
  return [call.sum, call.excess];
}

/** The call on a chunk. */
function callOf(head: Head, chunk: Chunk, scores: Scores): Call {
  const { whole, layer } = head;
  const { loss, parameters, weights } = whole;
  const { slot, out } = scores;
  const isRows = loss.shape === 'rowwise';
  const call = new PartCall(head, chunk, scores);
  call.single = whole.single;
  call.parameters = parameters;
  call.numbers = whole.numbers;
  call.vector = whole.vector;
  call.width = whole.width;
  call.n = isRows ? chunk.count : chunk.count * layer.classes;
  call.labelled = whole.labelled;
  call.weightSpan = whole.weightSpan;
  call.total = whole.total;
  call.denominator = whole.denominator;
  call.scale = whole.scale;
  call.lift = whole.lift;
  const perRow = (per: number, of: Slot): Slot => (of.data === null ? absent : cut(head, chunk, of, per));
  call.inputs = [slot, ...whole.inputs.slice(1).map((input) => perRow(layer.classes, input))];
  call.target = perRow(hasDenseTarget(whole) ? layer.classes : 1, whole.target);
  call.weights = perRow(isRows || whole.weightSpan > 1 ? 1 : layer.classes, weights);
  if (out !== null) call.grads = [out];
  if (whole.masked !== null) call.masked = call.inputs[whole.inputs.indexOf(whole.masked)]!;
  if (whole.values !== null) call.values = freshArray(call, call.n);
  call.classWeight = whole.classWeight;
  call.factorAt = whole.factorAt && ((i) => whole.factorAt!(placeOf(head, chunk, i)));
  return call;
}

/** An argument's rows, of so many elements each: a view of them where they are neighbours, or a copy. */
function cut({ rows }: Head, { start, count }: Chunk, { data, plain }: Slot, per: number): Slot {
  const runs: (readonly [row: number, place: number, length: number])[] = [];
  eachRun(rows, start, count, (...run) => runs.push(run));
  const [first] = runs;
  const own = runs.length === 1 ? piece(data!, first![0] * per, count * per) : gathered(data!, runs, count, per);
  return new Slot(own, count * per, null, null, plain);
}

function gathered(data: TypedArray, runs: readonly (readonly [number, number, number])[], count: number, per: number) {
  const room = roomLike(data, count * per) as TypedArray;
  for (const [row, place, length] of runs) {
    room.set(piece(data, row * per, length * per) as never, place * per);
  }
  return room;
}

/** The call on everything with a chunk's scores in their places: what there is to say of them is said by the places in the arguments. */
export function placed({ parts, whole, layer, rows }: Head, { start, count }: Chunk, { slot }: Scores): Call {
  const { classes } = layer;
  const data: { [place: number]: number } = {};
  eachRun(rows, start, count, (row, place, length) => {
    for (let i = 0; i < length * classes; i++) data[row * classes + i] = slot.data![place * classes + i] as number;
  });
  const { length, shape } = whole.inputs[0]!;
  const scores = Object.assign(new Slot(null, length, shape, null, false), { data });
  const call: Call = Object.assign(Object.create(Call.prototype), whole);
  return Object.assign(call, { loss: parts.loss, inputs: [scores, ...whole.inputs.slice(1)], values: null });
}

/** Where one of a chunk's samples is among those of the arguments. */
function placeOf({ whole, layer, rows }: Head, { start }: Chunk, i: number): number {
  const each = whole.n / layer.rows;
  const row = start + Math.floor(i / each);
  return (rows === null ? row : rows[row]!) * each + (i % each);
}

/** The error for a sample of a chunk that a kernel found to be out of domain. */
function placedFault(head: Head, chunk: Chunk, scores: Scores, i: number): RangeError {
  const { whole, layer, parts } = head;
  const row = Math.floor(i / (whole.n / layer.rows));
  const one = { start: chunk.start + row, count: 1 };
  const slot = new Slot(piece(scores.slot.data!, row * layer.classes, layer.classes), layer.classes, null, null, false);
  const error = parts.loss.steps.fault(placed(head, one, { slot, out: null }), placeOf(head, chunk, i));
  return ofScores(head, error);
}

/** Says what the scores are that an error speaks of. */
export function ofScores({ parts }: Head, error: RangeError): RangeError {
  const { name, inputs } = parts.loss;
  if (!error.message.startsWith(`${name}: ${inputs[0]}[`)) return error;
  return new RangeError(`${error.message}; ${inputs[0]} is hidden·weightᵀ + bias`);
}
