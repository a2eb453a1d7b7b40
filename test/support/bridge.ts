/** The built bridge as a client has it: a child process with three pipes. */

import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished } from 'vitest';

/** The file that the package's bin names. */
export const BIN: string = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

export interface BridgeOptions {
  readonly args?: readonly string[];
  /** The whole environment of the child, beside PATH and an empty HOME. */
  readonly env?: Readonly<Record<string, string>>;
  /** Arguments for node itself. */
  readonly nodeArgs?: readonly string[];
  /** Working directory; by default our own. */
  readonly cwd?: string;
  /** Another copy of the built bin. */
  readonly bin?: string;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A JSON-RPC message as a test looks at it. */
export interface Received {
  readonly id?: string | number | null;
  readonly method?: string;
  // biome-ignore lint/suspicious/noExplicitAny: what a result holds is for each test to know
  readonly result?: any;
  readonly error?: {
    readonly code: number;
    readonly message: string;
    readonly data?: Readonly<Record<string, unknown>>;
  };
}

/** The environment in which nothing of this machine's Databricks set-up is seen. */
export function bareEnv(more: Readonly<Record<string, string>> = {}): Record<string, string> {
  return { PATH: process.env['PATH'] ?? '', HOME: '/nonexistent', ...more };
}

/** Arguments and environment that lead a bridge to a workspace. */
export function toWorkspace(workspace: { host: string; token: string; connection: string }): {
  args: string[];
  env: Record<string, string>;
} {
  return {
    args: ['--connection', workspace.connection],
    env: { DATABRICKS_HOST: workspace.host, DATABRICKS_TOKEN: workspace.token },
  };
}

export class BridgeProcess {
  readonly child: ChildProcessWithoutNullStreams;
  readonly exit: Promise<Exit>;
  /** Every complete line of stdout so far, as it came. */
  readonly lines: string[] = [];
  /** Pieces of a line that has no end yet: a long one comes in hundreds of them. */
  #rest: string[] = [];
  #stderr = '';
  #wake: (() => void)[] = [];
  #ended = false;

  constructor({ args = [], bin = BIN, cwd, env = {}, nodeArgs = [] }: BridgeOptions) {
    this.child = spawn(process.execPath, [...nodeArgs, bin, ...args], { cwd, env: bareEnv(env) });
    this.child.stdout.setEncoding('utf8').on('data', (text: string) => this.#read(text));
    this.child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr += text;
      this.#awaken();
    });
    // A bridge that has gone does not read what a test still writes; the test sees it by the exit.
    this.child.stdin.on('error', () => {});
    this.exit = once(this.child, 'close').then(([code, signal]) => {
      this.#ended = true;
      this.#awaken();
      return { code, signal };
    });
  }

  get stderr(): string {
    return this.#stderr;
  }

  /** Every line of stdout, parsed. */
  get messages(): Received[] {
    return this.lines.map((line) => JSON.parse(line));
  }

  /** Writes one line: text as it is, or a message as JSON. */
  send(line: string | object): void {
    this.child.stdin.write(`${typeof line === 'string' ? line : JSON.stringify(line)}\n`);
  }

  /** Resolves with the first line of stdout that fits, whether it has come already or not. */
  async line(fits: (message: Received, text: string) => boolean): Promise<string> {
    for (let seen = 0; ; ) {
      for (; seen < this.lines.length; seen++) {
        const text = this.lines[seen] ?? '';
        if (fits(JSON.parse(text), text)) return text;
      }
      if (this.#ended) throw new Error(`the bridge ended without that line; it said:\n${this.#stderr}`);
      await this.#somethingNew();
    }
  }

  /** The answer to a request. */
  async answer(id: string | number): Promise<Received> {
    return JSON.parse(await this.line((message) => message.id === id && message.method === undefined));
  }

  /** Resolves when a pattern stands on stderr. */
  async says(pattern: RegExp): Promise<void> {
    while (!pattern.test(this.#stderr)) {
      if (this.#ended) throw new Error(`the bridge ended without saying ${pattern}; it said:\n${this.#stderr}`);
      await this.#somethingNew();
    }
  }

  /** Sends a request and waits for its answer. */
  async call(id: string | number, method: string, params?: object): Promise<Received> {
    this.send({ jsonrpc: '2.0', id, method, params });
    return this.answer(id);
  }

  /** The handshake of a client of 2025-11-25. */
  async initialize(): Promise<Received> {
    const answer = await this.call('init', 'initialize', {
      protocolVersion: '2025-11-25',
      capabilities: {},
      clientInfo: { name: 'test', version: '1' },
    });
    this.send({ jsonrpc: '2.0', method: 'notifications/initialized' });
    return answer;
  }

  /** Closes stdin, as a client does that is done, and waits for the end. */
  async finish(): Promise<Exit> {
    this.child.stdin.end();
    return this.exit;
  }

  /** What must hold of stdout after every test: JSON-RPC objects, one on each line, and nothing else. */
  checkStdout(): void {
    for (const line of this.lines) expect(JSON.parse(line)).toMatchObject({ jsonrpc: '2.0' });
    expect(this.#rest.join('')).toBe('');
  }

  #read(text: string): void {
    const [first = '', ...more] = text.split('\n');
    this.#rest.push(first);
    for (const part of more) {
      this.lines.push(this.#rest.join(''));
      this.#rest = [part];
    }
    if (more.length > 0) this.#awaken();
  }

  #somethingNew(): Promise<void> {
    return new Promise((resolve) => this.#wake.push(resolve));
  }

  #awaken(): void {
    const waiting = this.#wake;
    this.#wake = [];
    for (const wake of waiting) wake();
  }
}

/** Starts the bridge for the length of a test, and looks at its stdout in the end. */
export function startBridge(options: BridgeOptions): BridgeProcess {
  const bridge = new BridgeProcess(options);
  onTestFinished(async () => {
    bridge.child.kill('SIGKILL');
    await bridge.exit;
    bridge.checkStdout();
  });
  return bridge;
}
