/** A peer's process, seen from here: commands out, answers in, one at a time. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { env, root } from '../../scripts/lib/run.mjs';

/** Starts a peer; resolves to `{ name, version, ask, stop }`, or to `{ name, missing }` when it doesn't come up. */
export async function start({ name, command, args, extraEnv }) {
  const child = spawn(command, args, { cwd: root, env: { ...env, ...extraEnv }, stdio: ['pipe', 'pipe', 'pipe'] });
  let complaint = '';
  child.stderr.on('data', (data) => {
    complaint = (complaint + data).slice(-2000);
  });
  child.on('error', (error) => {
    complaint += error.message;
  });
  // A peer that has died is noticed by its missing answer.
  child.stdin.on('error', () => {});
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  /** The next line that is JSON: some peers greet on standard output. */
  const answer = async () => {
    for (;;) {
      const { value, done } = await lines.next();
      if (done) return { missing: complaint.match(/^\w*Error.*$/m)?.[0] ?? 'ended without an answer', ended: true };
      if (value.startsWith('{')) return JSON.parse(value);
    }
  };
  const ask = (message) => {
    child.stdin.write(`${JSON.stringify(message)}\n`);
    return answer();
  };
  const { version, isa, missing } = await answer();
  if (missing) return { name, missing };
  return { name, version: isa ? `${version} (${isa})` : version, ask, stop: () => child.stdin.end() };
}
