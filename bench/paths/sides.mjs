/** Sides that several tables have: a call to time, and the gradients it leaves. */
import { carefulCall, lossCall, makeData, residentCall } from '../lib/bind.mjs';

/** losskit on resident buffers. */
export const residentSide = (one, library, Type) =>
  residentCall(one, library, makeData(one, one.rows, one.width, Type));

/** losskit on ordinary arrays, the same ones in every call. */
export function ordinarySide(one, library, Type) {
  const data = makeData(one, one.rows, one.width, Type);
  return { call: lossCall(one, library, data), grads: data.grads };
}

/** Careful JavaScript on ordinary arrays. */
export function carefulSide(one, Type) {
  const data = makeData(one, one.rows, one.width, Type);
  return { call: carefulCall(one, data), grads: data.grads };
}
