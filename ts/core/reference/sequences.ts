/** The reference for losses of sequences. */

import { Sum } from '../base/sum.ts';
import { clear } from '../base/typed.ts';
import { numberAt } from '../base/widen.ts';
import type { Call } from '../model/call.ts';
import type { Sequencewise } from '../model/definition.ts';
import { labelAt } from '../read/labels.ts';
import { badLabel, sequenceFault, sequenceSizes, usedOf } from '../settle/ragged/sequences.ts';
import { ownWeight } from '../settle/weights/weightOf.ts';

/** Evaluates sequence after sequence, as far as each is used: what lies beyond has gradient 0. */
export function runSequences(call: Call): Sum {
  const { loss, n, width, values, order } = call;
  const definition = loss.definition as Sequencewise;
  const sizes = sequenceSizes(call);
  const room = sizes.steps * width;
  const logits = call.inputs[0]!.data!;
  const out = order > 0 ? call.grads[0]!.data : null;
  const sum = new Sum();
  for (let i = 0; i < n; i++) {
    const w = ownWeight(call, i);
    if (out !== null && w === 0) clear(out, i * room, (i + 1) * room);
    if (w === 0) continue;
    if (badLabel(call, sizes, i) >= 0) throw sequenceFault(call, i);
    const { steps, count } = usedOf(call, sizes, i);
    const sequence = {
      logits: Float64Array.from({ length: steps * width }, (_, k) => numberAt(logits, i * room + k)),
      steps,
      classes: width,
      labels: Int32Array.from({ length: count }, (_, j) => labelAt(call.target.data!, i * sizes.count + j)),
    };
    const grad = out === null ? null : new Float64Array(steps * width);
    const value = definition.value(sequence, call.parameters as never, grad);
    sum.add(value, w);
    if (values !== null) values[i] = w * value;
    if (out !== null) clear(out, i * room, (i + 1) * room);
    grad?.forEach((g, k) => {
      out![i * room + k] = w * call.scale * g;
    });
  }
  return sum;
}
