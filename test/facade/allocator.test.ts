/** The allocator of WebAssembly's memory, against a plain map of who has what. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Allocator, wholeLines } from '../../ts/core/memory/allocator.ts';

const gigabyte = 2 ** 30;

it.each([128, 2 * gigabyte - 640, 4 * gigabyte - 64 * 300])(
  'gives blocks that overlap nothing, from %i on',
  (start) => {
    const steps = fc.array(fc.tuple(fc.nat(3), fc.nat(1000), fc.nat()), { maxLength: 200 });
    fc.assert(
      fc.property(steps, (list) => {
        let end = start + 6400;
        const limit = start + 64 * 300 - 64;
        const allocator = new Allocator(start, end);
        const held: { at: number; bytes: number }[] = [];
        for (const [kind, bytes, choice] of list) {
          if (kind === 0 && held.length > 0) {
            const [{ at, bytes: size }] = held.splice(choice % held.length, 1) as [(typeof held)[0]];
            allocator.give(at, wholeLines(size));
          } else if (kind === 1 && end < limit) {
            end = Math.min(limit, end + wholeLines(bytes));
            allocator.extend(end);
          } else {
            const size = wholeLines(bytes);
            const at = allocator.take(size);
            if (at === 0) continue;
            expect(at % 64).toBe(0);
            expect(at).toBeGreaterThanOrEqual(start);
            expect(at + size).toBeLessThanOrEqual(end);
            expect(at + size).toBeLessThanOrEqual(allocator.touched);
            const overlaps = held.some((other) => at < other.at + wholeLines(other.bytes) && other.at < at + size);
            expect(overlaps).toBe(false);
            held.push({ at, bytes });
          }
        }
        for (const { at, bytes } of held) allocator.give(at, wholeLines(bytes));
        // All of it is one block again.
        expect(allocator.needed(64)).toBe(start + 64);
        expect(allocator.take(end - start)).toBe(start);
        expect(allocator.take(64)).toBe(0);
      }),
    );
  },
);

it('takes the smallest block that is large enough', () => {
  const allocator = new Allocator(64, 64 * 101);
  const [a, , c, d] = [10, 1, 5, 1].map((lines) => allocator.take(64 * lines)) as [number, number, number, number];
  allocator.give(a, 640);
  allocator.give(c, 320);
  expect(allocator.take(320)).toBe(c);
  expect(allocator.take(640)).toBe(a);
  expect(allocator.take(64)).toBe(d + 64);
});

it('uses what is free at the end together with what memory can grow by', () => {
  const allocator = new Allocator(65_536, 65_536 + 2.5 * gigabyte);
  const [kept, freed] = [allocator.take(gigabyte), allocator.take(1.5 * gigabyte)];
  expect(allocator.needed(64)).toBe(65_536 + 2.5 * gigabyte + 64);
  allocator.give(freed, 1.5 * gigabyte);
  const size = wholeLines(1.9 * gigabyte);
  expect(allocator.take(size)).toBe(0);
  expect(allocator.needed(size)).toBe(freed + size);
  allocator.extend(freed + size);
  expect(allocator.take(size)).toBe(freed);
  expect(kept).toBe(65_536);
});
