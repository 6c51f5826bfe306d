/** A progress line on standard error, on a terminal only. */

/** Shows how far something is. */
export interface Progress {
  /** `done` of `total`, in any unit. */
  show(done: number, total: number, label: string): void;
  /** Wipes the line. */
  end(): void;
}

const CELLS = 24;
const PERIOD_MS = 80;

/** A bar that is drawn at most every 80 ms; nothing where standard error is no terminal, or lines come out on the same one. */
export function progress(isPrinting = false): Progress {
  if (!process.stderr.isTTY || (isPrinting && process.stdout.isTTY)) return { show: () => {}, end: () => {} };
  const began = performance.now();
  let last = 0;
  return {
    show(done, total, label) {
      const now = performance.now();
      if (now - last < PERIOD_MS) return;
      last = now;
      const share = total > 0 ? Math.min(1, done / total) : 1;
      const filled = Math.round(share * CELLS);
      const left = share > 0 ? ((now - began) / 1000) * (1 / share - 1) : 0;
      const bar = `${'█'.repeat(filled)}${'░'.repeat(CELLS - filled)}`;
      const text = `${bar} ${(100 * share).toFixed(0).padStart(3)} %  ${left.toFixed(0)} s left  ${label}`;
      process.stderr.write(`\r\u001b[2K${text.slice(0, (process.stderr.columns ?? 80) - 1)}`);
    },
    end() {
      if (last > 0) process.stderr.write('\r\u001b[2K');
    },
  };
}
