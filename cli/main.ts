#!/usr/bin/env node
/** The program `losskit`: what a process needs around it. */
import { endOnClosedPipe } from './lib/output.ts';
import { main } from './program.ts';

// An interrupted program leaves no half-written files: they are removed at exit.
process.once('SIGINT', () => process.exit(130));
process.once('SIGTERM', () => process.exit(143));
endOnClosedPipe();
process.exitCode = await main(process.argv.slice(2));
