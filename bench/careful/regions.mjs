/**
 * Careful JavaScript for the losses of regions, of images whose classes come before their pixels: a pass for the sums, which keeps the
 * probabilities where the gradient goes, and one that makes the gradient of them. The label decides once a pixel, the planes are read in
 * rows, and the sums are kept in one array.
 */

let scratch = new Float64Array(0);
/** Room for the sums of the classes, and for what a pixel's softmax needs. */
function roomFor(length) {
  if (scratch.length < length) scratch = new Float64Array(length);
  return scratch;
}

/** Probabilities of an image's logits: sigmoids, or the softmax of each pixel. */
function activate(pred, p, from, classes, pixels) {
  if (classes === 1) {
    for (let i = from; i < from + pixels; i++) p[i] = 1 / (1 + Math.exp(-pred[i]));
    return;
  }
  const room = roomFor(2 * pixels + 3 * classes);
  room.fill(-Infinity, 0, pixels);
  room.fill(0, pixels, 2 * pixels);
  for (let k = 0, at = from; k < classes; k++, at += pixels) {
    for (let i = 0; i < pixels; i++) if (pred[at + i] > room[i]) room[i] = pred[at + i];
  }
  for (let k = 0, at = from; k < classes; k++, at += pixels) {
    for (let i = 0; i < pixels; i++) {
      const e = Math.exp(pred[at + i] - room[i]);
      p[at + i] = e;
      room[pixels + i] += e;
    }
  }
  for (let i = 0; i < pixels; i++) room[i] = 1 / room[pixels + i];
  for (let k = 0, at = from; k < classes; k++, at += pixels) {
    for (let i = 0; i < pixels; i++) p[at + i] *= room[i];
  }
}

/** The mean of a loss over classes and images, by labels; `overlap` says a region's loss and derivatives, of its sums. */
function regions(overlap, { pred, target: labels, grad, rows: images, width: classes, steps: pixels }) {
  const scale = 1 / (images * classes);
  const first = classes === 1 ? 1 : 0;
  let value = 0;
  for (let n = 0; n < images; n++) {
    const from = n * classes * pixels;
    const place = n * pixels;
    activate(pred, grad, from, classes, pixels);
    const room = roomFor(2 * pixels + 3 * classes);
    for (let k = 0, at = from; k < classes; k++, at += pixels) {
      let [all, size, both] = [0, 0, 0];
      for (let i = 0; i < pixels; i++) {
        const p = grad[at + i];
        all += p;
        if (labels[place + i] === k + first) {
          size++;
          both += p;
        }
      }
      const [loss, outside, inside] = overlap(all, size, both);
      value += loss;
      room[2 * pixels + 2 * k] = scale * outside;
      room[2 * pixels + 2 * k + 1] = scale * inside;
    }
    if (classes === 1) {
      const [outside, inside] = [room[2 * pixels], room[2 * pixels + 1]];
      for (let i = 0; i < pixels; i++) {
        const p = grad[from + i];
        grad[from + i] = (labels[place + i] === 1 ? inside : outside) * p * (1 - p);
      }
      continue;
    }
    // Σ_j g_j p_j of each pixel, and then p_k (g_k − that).
    room.fill(0, 0, pixels);
    for (let k = 0, at = from; k < classes; k++, at += pixels) {
      const [outside, inside] = [room[2 * pixels + 2 * k], room[2 * pixels + 2 * k + 1]];
      for (let i = 0; i < pixels; i++) room[i] += (labels[place + i] === k ? inside : outside) * grad[at + i];
    }
    for (let k = 0, at = from; k < classes; k++, at += pixels) {
      const [outside, inside] = [room[2 * pixels + 2 * k], room[2 * pixels + 2 * k + 1]];
      for (let i = 0; i < pixels; i++) grad[at + i] *= (labels[place + i] === k ? inside : outside) - room[i];
    }
  }
  return value * scale;
}

/** Added to what is divided. */
const smooth = 1e-5;

/** Dice's loss of a region of sums Σ p, Σ y and Σ p y, and its derivatives where y is 0 and 1. */
function diceOf(all, size, both) {
  const whole = all + size + smooth;
  const shared = 2 * both + smooth;
  return [1 - shared / whole, shared / (whole * whole), shared / (whole * whole) - 2 / whole];
}

function jaccardOf(all, size, both) {
  const whole = all + size - both + smooth;
  const shared = both + smooth;
  return [1 - shared / whole, shared / (whole * whole), -1 / whole];
}

function tverskyOf(all, size, both) {
  const shared = both + smooth;
  const errors = 0.5 * (all - both) + 0.5 * (size - both);
  const whole = shared + errors;
  return [errors / whole, (0.5 * shared) / (whole * whole), -(0.5 * shared + errors) / (whole * whole)];
}

export const dice = (call) => regions(diceOf, call);
export const jaccard = (call) => regions(jaccardOf, call);
export const tversky = (call) => regions(tverskyOf, call);
