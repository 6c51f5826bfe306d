/** Waiting for another thread: at once at first, then in naps where the engine lets this thread sleep. */

/** Turns of asking before the clock is looked at, and milliseconds before the first nap. */
const turnsAtFirst = 2000;
const wakeful = 0.2;

/** How long a nap is, and the most that one look at the clock counts: what stops all threads, such as a laptop that sleeps, is nobody's fault. */
const nap = 0.1;
const most = 5;

/** One wait. */
export class Patience {
  readonly #words: Int32Array;
  readonly #place: number;
  #turns = 0;
  #last = 0;
  /** Milliseconds that this thread has really waited. */
  waited = 0;

  /** A place that nobody writes is what this thread sleeps on. */
  constructor(words: Int32Array, place: number) {
    this.#words = words;
    this.#place = place;
  }

  /** Waits a little. */
  pause(): void {
    if (++this.#turns < turnsAtFirst) return;
    const now = performance.now();
    if (this.#turns > turnsAtFirst) this.waited += Math.min(most, now - this.#last);
    this.#last = now;
    if (this.waited > wakeful && canSleep()) Atomics.wait(this.#words, this.#place, 0, nap);
  }
}

let sleeps: boolean | null = null;

/** Whether this thread may sleep: a page's main thread never may. */
function canSleep(): boolean {
  if (sleeps !== null) return sleeps;
  try {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 1, 0);
    sleeps = true;
  } catch {
    sleeps = false;
  }
  return sleeps;
}
