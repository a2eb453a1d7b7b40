/** The built bridge from start to end, for runs in which nothing is said between. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { BIN, bareEnv, type Exit } from './bridge.ts';

export interface Run extends Exit {
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly nodeArgs?: readonly string[];
  /**
   * Where it runs.
   *
   * @defaultValue where the tests do
   */
  readonly cwd?: string;
  /**
   * Text that is piped in, the descriptor of what is stdin, or `closed` for none at all, as a shell's `<&-`.
   *
   * @defaultValue the null device
   */
  readonly stdin?: { readonly text: string } | { readonly fd: number } | 'closed';
  /**
   * After which it is killed, in milliseconds.
   *
   * @defaultValue 10 s
   */
  readonly timeoutMs?: number;
}

/** Runs it, and kills it if it has not ended in time. */
export async function runBin({
  args = [],
  cwd,
  env = {},
  nodeArgs = [],
  stdin,
  timeoutMs = 10_000,
}: RunOptions): Promise<Run> {
  const node = [process.execPath, ...nodeArgs, BIN, ...args];
  // Node cannot start a child without stdin; a shell can.
  const [file = '', ...rest] = stdin === 'closed' ? ['sh', '-c', 'exec "$@" <&-', 'sh', ...node] : node;
  const first = typeof stdin === 'object' ? ('fd' in stdin ? stdin.fd : 'pipe') : 'ignore';
  const child = spawn(file, rest, {
    env: bareEnv(env),
    stdio: [first, 'pipe', 'pipe'],
    timeout: timeoutMs,
    ...(cwd === undefined ? {} : { cwd }),
  });
  if (typeof stdin === 'object' && 'text' in stdin) child.stdin?.on('error', () => {}).end(stdin.text);
  const closed = once(child, 'close');
  const [stdout, stderr] = await Promise.all([streamed(child.stdout), streamed(child.stderr)]);
  const [code, signal] = await closed;
  return { code, signal, stdout, stderr };
}

function streamed(stream: NodeJS.ReadableStream | null): Promise<string> {
  return stream === null ? Promise.resolve('') : text(stream);
}
