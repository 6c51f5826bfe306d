/** The command line in a folder of its own: in this process, which is quick, or as the built program. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { vi } from 'vitest';
import { main } from '../../cli/program.ts';

/** The built program. */
export const program = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

/** What a run left behind. */
export interface Result {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** A folder with files, where the program runs. */
export class Place {
  readonly folder = mkdtempSync(join(tmpdir(), 'losskit-cli-'));

  put(name: string, content: Uint8Array | string): string {
    writeFileSync(join(this.folder, name), content);
    return name;
  }

  get(name: string): Buffer {
    return readFileSync(join(this.folder, name));
  }

  /** Runs `losskit` with a line of arguments, parted by spaces. */
  async run(line: string): Promise<Result> {
    const text = { out: '', err: '' };
    const capture = (stream: NodeJS.WriteStream, key: 'out' | 'err') =>
      vi.spyOn(stream, 'write').mockImplementation((chunk) => {
        text[key] += chunk;
        return true;
      });
    const spies = [capture(process.stdout, 'out'), capture(process.stderr, 'err')];
    const home = process.cwd();
    process.chdir(this.folder);
    try {
      return { code: await main(words(line)), ...text };
    } finally {
      process.chdir(home);
      for (const spy of spies) spy.mockRestore();
    }
  }

  /** Runs what has to fail: the exit code, and the one sentence on standard error. */
  async failure(line: string): Promise<{ code: number | null; message: string }> {
    const { code, out, err } = await this.run(line);
    if (out !== '' || !/^losskit: [^\n]+\n$/.test(err)) throw new Error(`losskit ${line} printed ${out}${err}`);
    return { code, message: err.slice('losskit: '.length).trim() };
  }

  /** Runs the built program. */
  spawn(line: string): Result {
    const options = { cwd: this.folder, encoding: 'utf8' } as const;
    const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...words(line)], options);
    return { code: status, out: stdout, err: stderr };
  }

  /** Runs it with --json; throws if it fails. */
  async json(line: string): Promise<{ [key: string]: unknown } & { value: number; weight: number; count: number }> {
    const { code, out, err } = await this.run(`${line} --json`);
    if (code !== 0) throw new Error(`losskit ${line} ended with ${code}: ${err}`);
    return JSON.parse(out);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

const words = (line: string): string[] => line.split(' ').filter((word) => word !== '');
