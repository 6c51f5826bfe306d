import * as arrow from 'apache-arrow';
import { crossEntropy, mse } from 'losskit';
import { equal, f32, f64, holds, labelsHold, refuses } from './expect.mjs';

const { vectorFromArray, Vector } = arrow;
const chunks = (...parts) => new Vector(parts.flatMap((part) => vectorFromArray(part).data));
const lists = (rows, type) =>
  vectorFromArray(rows, type ?? new arrow.List(new arrow.Field('item', new arrow.Float32())));
const two = new arrow.FixedSizeList(2, new arrow.Field('item', new arrow.Float32()));

const x = vectorFromArray(f32(1, 2, 3));
holds(x, f32(1, 2, 3));
holds(x.slice(1), f32(2, 3));
holds(vectorFromArray([1, 2.5]), f64(1, 2.5));
holds(chunks(f32(1, 2), f32(3), f32(4, 5)), f32(1, 2, 3, 4, 5));
holds(chunks(f32(1, 2), f32(3), f32(4, 5)).slice(1, 4), f32(2, 3, 4));
holds(vectorFromArray([1, -2], new arrow.Int32()), f64(1, -2));
holds(vectorFromArray([1, -2.5], new arrow.Float16()), f32(1, -2.5));
holds(vectorFromArray([1.5, 2, 1.5], new arrow.Dictionary(new arrow.Float64(), new arrow.Int32())), f64(1.5, 2, 1.5));
holds(vectorFromArray(f32()), f32());
holds(
  lists([
    [1, 2],
    [3, 4],
  ]),
  f32(1, 2, 3, 4),
);
holds(
  lists(
    [
      [1, 2],
      [3, 4],
      [5, 6],
    ],
    two,
  ).slice(1),
  f32(3, 4, 5, 6),
);

const table = arrow.tableFromArrays({ p: f32(0.5, 2), y: Int32Array.of(1, 0) });
holds(table.getChild('p'), f32(0.5, 2));
// As a file or a server sends it, in two batches.
const sent = arrow.tableFromIPC(arrow.tableToIPC(new arrow.Table([...table.batches, ...table.batches])));
equal(sent.batches.length, 2);
holds(sent.getChild('p'), f32(0.5, 2, 0.5, 2));
equal(mse(sent.getChild('p'), sent.getChild('y')), (0.25 + 4) / 2);

const logits = lists(
  [
    [1, 2],
    [3, 4],
    [0, 6],
  ],
  two,
);
labelsHold(logits, vectorFromArray(Int32Array.of(1, 0, 1)));
labelsHold(logits, vectorFromArray([1n, 0n, 1n]));
labelsHold(logits, chunks(Uint8Array.of(1, 0), Uint8Array.of(1)));

// Arrow gives 0 for each null; a loss would learn it.
const holed = vectorFromArray([null, 2, 3]);
refuses(() => mse(holed, [0, 0, 0]), RangeError, /^mse: pred must be a column without nulls, got 1 null; fill or drop/);
refuses(() => mse([0, 0, 0], holed), RangeError, /^mse: target must be a column without nulls, got 1 null/);
refuses(() => mse(chunks(f64(1), [null, null]), [0, 0, 0]), RangeError, /got 2 nulls/);
refuses(
  () => crossEntropy(logits, vectorFromArray([1, null, 0], new arrow.Int32())),
  RangeError,
  /target .* got 1 null/,
);
refuses(
  () =>
    mse(
      lists([
        [1, null],
        [3, 4],
      ]),
      [
        [0, 0],
        [0, 0],
      ],
    ),
  RangeError,
  /pred\[0\] must be .* got 1 null/,
);
refuses(
  () =>
    mse(lists([[1, 2], null]), [
      [0, 0],
      [0, 0],
    ]),
  RangeError,
  /pred must be .* got 1 null/,
);
// A view that leaves the null out has none.
holds(holed.slice(1), f64(2, 3));

refuses(
  () =>
    mse(lists([[1, 2], [3]]), [
      [0, 0],
      [0, 0],
    ]),
  RangeError,
  /pred\[1\] must be a row of length 2/,
);
refuses(() => mse(table, [0, 0]), TypeError, /pred\[0\] must be a number .*table\.getChild/);
refuses(() => mse(vectorFromArray(['a']), [0]), TypeError, /pred\[0\] must be a number, got "a"/);
refuses(() => mse(vectorFromArray([true]), [0]), TypeError, /pred\[0\] must be a number, got true; map true to 1/);
refuses(() => mse(vectorFromArray([new Date(0)]), [0]), TypeError, /got BigInt64Array\(1\)/);
