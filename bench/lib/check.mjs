/** No side is timed before its value and its gradients agree with losskit's. */

/** Of the largest gradient: float32 rivals that sum in another order differ by that much, wrong formulas by more. */
const TOLERANCE = 1e-4;

const largest = (array) => array.reduce((max, x) => Math.max(max, Math.abs(x)), 0);

/** Largest difference of two arrays over the largest element of the second. */
export function difference(got, want) {
  if (got.length !== want.length) return Infinity;
  let worst = 0;
  for (let i = 0; i < want.length; i++) {
    const d = Math.abs(got[i] - want[i]);
    if (!(d <= worst)) worst = Number.isNaN(d) ? Infinity : d;
  }
  return worst / (largest(want) || 1);
}

/** Why a result `{ value, grads: { name: array } }` isn't losskit's, or undefined when it is. */
export function disagreement(got, want, tolerance = TOLERANCE) {
  if (!(Math.abs(got.value - want.value) <= tolerance * (Math.abs(want.value) || 1))) {
    return `value ${got.value}, losskit ${want.value}`;
  }
  for (const [name, array] of Object.entries(want.grads)) {
    const d = difference(got.grads[name], array);
    if (!(d <= tolerance)) return `gradient ${name} differs by ${d.toExponential(1)} of its largest element`;
  }
  return undefined;
}

/** Throws unless the results agree. */
export function agree(who, got, want, tolerance) {
  const why = disagreement(got, want, tolerance);
  if (why) throw new Error(`${who} doesn't agree with losskit: ${why}`);
}
