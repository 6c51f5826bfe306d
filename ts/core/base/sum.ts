/** A sum in double precision that doesn't lose what its terms lose to each other. */
export class Sum {
  #total = 0;
  #lost = 0;

  /** Adds a term; what the larger of the two swallows of the smaller is kept apart (Neumaier). */
  add(x: number): void {
    const next = this.#total + x;
    this.#lost += Math.abs(this.#total) >= Math.abs(x) ? this.#total - next + x : x - next + this.#total;
    this.#total = next;
  }

  /** The sum so far. */
  value(): number {
    // An infinite sum has no rest, only a NaN in its place.
    return Number.isFinite(this.#total) ? this.#total + this.#lost : this.#total;
  }

  /** The rounded sum and its rest. */
  parts(): [total: number, rest: number] {
    return [this.#total, Number.isFinite(this.#total) ? this.#lost : 0];
  }
}
