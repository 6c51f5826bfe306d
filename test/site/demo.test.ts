/** What the demo relies on: its data and its pictures. */
import { describe, expect, it } from 'vitest';
import { loadDigits } from '../../demo/data.ts';
import { curve, scatter } from '../../demo/terminal.ts';

describe('the digits', () => {
  it('are all there, a fifth of them held out', () => {
    const { train, test } = loadDigits(1);
    expect([train.count, test.count]).toEqual([1438, 359]);
    for (const { images, labels, count } of [train, test]) {
      expect(images.length).toBe(count * 64);
      expect(images.every((x) => x >= -1 && x <= 1)).toBe(true);
      expect(new Set(labels)).toEqual(new Set([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]));
    }
    expect(loadDigits(1).test.labels).toEqual(test.labels);
    expect(loadDigits(2).test.labels).not.toEqual(test.labels);
  });
});

describe('pictures', () => {
  it('draw what falls from left to right, and nothing for a terminal alone', () => {
    const text = curve([3, 2, 1], 'caption', 10, 2);
    expect(text.split('\n')).toHaveLength(4);
    expect(text).toMatch(/^ {4}3\.00/);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the one that must not be there
    expect(text).not.toMatch(/\u001b/);
    expect(scatter([0, 0, 1, 1], ['a', 'b'], 3, 2)).toEqual(['a  ', '  b']);
  });
});
