/** A call of the library under test against the same call of an instance that has never done anything else. */
import { difference } from '../support/ulp.ts';
import { type Call, make, type Options, outsOf, refsOf } from './calls.ts';
import type { Library } from './instances.ts';
import type { Copies, Ref, World } from './world.ts';

/** What came of a call. */
type Outcome = { readonly result: unknown } | { readonly error: Error };

function outcome(run: () => unknown): Outcome {
  try {
    return { result: run() };
  } catch (error) {
    return { error: error as Error };
  }
}

/** Makes a call and fails unless values, derivatives, errors and all memory are as a fresh instance has them. */
export function compare(world: World, call: Call, fresh: Library): void {
  const refs = refsOf(call);
  const copies = world.copies();
  const here = (one: Call, options: Options, meanwhile: (() => void) | null) =>
    make(world.library, one, (ref) => ref.value, options, meanwhile);
  const got = outcome(() =>
    here(call, call.given, call.while === null ? null : () => outcome(() => here(call.while!, {}, null))),
  );
  const freed = refs.filter(({ region }) => region.isFreed);
  if (freed.length > 0) {
    // Whatever else is wrong with the call may be said first. An array that a buffer had may be taken, but nothing else be overwritten.
    if (!('error' in got) && freed.some(({ isHandle }) => isHandle))
      throw new Error(`${about(call)}: took a freed buffer`);
    for (const { region } of outsOf(call)) if (!region.isFreed) region.mirror = region.elements.slice();
    world.check();
    return;
  }
  const want = outcome(() => make(fresh, call, (ref) => ref.inCopy(copies), {}));
  const wrong =
    'error' in want || 'error' in got ? differentErrors(got, want, refs) : difference(got.result, want.result);
  if (wrong !== null) throw new Error(`${about(call)}: ${wrong}`);
  if ('error' in got && /\[\d+\]/.test(got.error.message)) forget(call, copies);
  world.settle(copies);
}

/** Where data was at fault, it isn't said how much of the derivatives was written before that was seen. */
function forget(call: Call, copies: Copies): void {
  for (const { region } of outsOf(call)) copies.set(region, region.elements.slice());
}

function differentErrors(got: Outcome, want: Outcome, refs: readonly Ref[]): string | null {
  const [a, b] = [got, want].map((x) => ('error' in x ? `${x.error.name}: ${x.error.message}` : 'a result'));
  if (a === b) return null;
  // Resident buffers are called that in messages.
  const isLikely = refs.some(({ isHandle }) => isHandle) && a!.split(':')[0] === b!.split(':')[0];
  return isLikely ? null : `${a}, where a fresh instance gives ${b}`;
}

const about = ({ info, order, options }: Call): string =>
  `${info.name}${['', '.valueAndGrad', '.valueGradHess'][order]} ${JSON.stringify(options)}`;
