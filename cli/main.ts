#!/usr/bin/env node
/** The program `losskit`: what a process needs around it. */
import { constants } from 'node:os';
import { endOnFailedOutput } from './lib/output.ts';
import { main } from './program.ts';

// An interrupted program leaves no half-written files: they are removed at exit.
for (const signal of ['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGTERM'] as const) {
  process.once(signal, () => process.exit(128 + (constants.signals[signal] ?? 0)));
}
endOnFailedOutput();
process.exitCode = await main(process.argv.slice(2));
