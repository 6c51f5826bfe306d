/** Measurements in processes of their own. */
import { spawn } from 'node:child_process';
import { env, root } from '../../scripts/lib/run.mjs';

/** Runs a program of bench/ that prints one line of JSON; rejects with the end of what it complained. */
export function measure(script, args, flags = []) {
  return new Promise((resolve, reject) => {
    const argv = [...flags, `bench/${script}`, ...args.map(String)];
    const child = spawn(process.execPath, argv, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let [out, complaint] = ['', ''];
    child.stdout.on('data', (data) => {
      out += data;
    });
    child.stderr.on('data', (data) => {
      complaint += data;
    });
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(JSON.parse(out.trim().split('\n').at(-1)));
      else reject(new Error(`${argv.join(' ')}: ${complaint.match(/^\w*Error.*$/m)?.[0] ?? complaint.slice(-500)}`));
    });
  });
}
