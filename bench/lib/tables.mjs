/** Tables for the terminal and for Markdown, from the same rows. */

/** Three significant digits, without an exponent: 1,234 · 12.3 · 0.123 */
export function figure(x) {
  if (x === undefined || !Number.isFinite(x)) return '–';
  if (x >= 100) return Math.round(x).toLocaleString('en-US');
  return x.toFixed(x >= 10 ? 1 : x >= 1 ? 2 : 3);
}

/** `12.3×` */
export const times = (x) => (x === undefined || !Number.isFinite(x) ? '–' : `${figure(x)}×`);

/** Columns under their headings, numbers to the right. */
export function plain(head, rows) {
  const all = [head, ...rows].map((row) => row.map(String));
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column].length)));
  const line = (row) =>
    row
      .map((cell, c) => (c < 2 ? cell.padEnd(widths[c]) : cell.padStart(widths[c])))
      .join('  ')
      .trimEnd();
  return [line(all[0]), widths.map((w) => '─'.repeat(w)).join('  '), ...all.slice(1).map(line)].join('\n');
}

/** A Markdown table. */
export function markdown(head, rows) {
  const line = (row) => `| ${row.join(' | ')} |`;
  return [line(head), line(head.map((_, c) => (c < 2 ? '---' : '--:'))), ...rows.map(line)].join('\n');
}
