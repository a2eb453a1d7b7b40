/** A client that keeps so many requests under way, and remembers what it was told. */

import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Dice } from './dice.ts';

/** Paths of the built bridge, and of the script that looks into it. */
export interface Program {
  readonly bin: string;
  readonly probe: string;
}

/** What a look into the bridge's process shows. Sizes in bytes. */
export interface Probe {
  /** Live AbortControllers: each request under way has some. */
  readonly controllers: number;
  readonly heapUsed: number;
  readonly external: number;
  readonly rss: number;
  readonly resources: readonly string[];
  readonly cpuMs: number;
}

interface Asked {
  readonly key: string;
  readonly method: string;
  isCancelled: boolean;
  answer?: Answer;
}

interface Answer {
  readonly id?: string;
  readonly result?: { readonly key?: string; readonly method?: string };
  readonly error?: { readonly data?: { readonly kind?: string; readonly outcome?: string } };
}

const METHODS = ['tools/call', 'tools/call', 'tools/call', 'tools/list', 'ping'] as const;

export class SoakClient {
  readonly asked: Map<string, Asked> = new Map();
  /** Answers beyond the first, or to what was never asked. */
  readonly surplus: string[] = [];
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #dice: Dice;
  readonly #waiting: Set<string> = new Set();
  readonly #exit: Promise<unknown[]>;
  #target = 0;
  #stderr: string[] = [];
  #probed: (probe: Probe) => void = () => {};
  #wake: () => void = () => {};
  #number = 0;

  /** @param home - directory whose Databricks configuration is the bridge's only one */
  constructor(dice: Dice, { bin, probe }: Program, home: string) {
    this.#dice = dice;
    const args = [
      '--disable-warning=ExperimentalWarning',
      '--require',
      probe,
      bin,
      '--connection',
      'github',
      '--log-level',
      'error',
    ];
    this.#child = spawn(process.execPath, args, { env: { PATH: process.env['PATH'] ?? '', HOME: home } });
    this.#exit = once(this.#child, 'close');
    this.#child.stdin.on('error', () => {});
    createInterface(this.#child.stdout).on('line', (line) => this.#hear(line));
    createInterface(this.#child.stderr).on('line', (line) => {
      if (line.startsWith('{"probe":')) this.#probed(JSON.parse(line).probe);
      else this.#stderr.push(line);
    });
  }

  /** What the bridge said on stderr. */
  get log(): readonly string[] {
    return this.#stderr;
  }

  async open(): Promise<void> {
    const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'soak', version: '1' } };
    this.#ask('initialize', params);
    await this.idle();
    this.#say({ jsonrpc: '2.0', method: 'notifications/initialized' });
  }

  /** Keeps so many requests under way from now on. */
  keep(target: number): void {
    this.#target = target;
    this.#fill();
  }

  /** Sends so many requests in one write. */
  burst(count: number): void {
    const lines = Array.from({ length: count }, () => this.#next());
    this.#child.stdin.write(lines.join(''));
  }

  /** Sends requests and cancels all of them in the same write. */
  storm(count: number): void {
    const lines: string[] = [];
    for (let left = count; left > 0; left--) {
      lines.push(this.#next());
      const id = `s${this.#number}`;
      const asked = this.asked.get(id);
      if (asked) asked.isCancelled = true;
      this.#waiting.delete(id);
      lines.push(
        `${JSON.stringify({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: id } })}\n`,
      );
    }
    this.#child.stdin.write(lines.join(''));
  }

  pauseReading(): void {
    this.#child.stdout.pause();
  }

  resumeReading(): void {
    this.#child.stdout.resume();
  }

  /** Resolves when nothing is waited for. */
  async idle(): Promise<void> {
    this.#target = 0;
    while (this.#waiting.size > 0) {
      const ended = await Promise.race([
        this.#exit,
        new Promise<undefined>((resolve) => (this.#wake = () => resolve(undefined))),
      ]);
      if (ended)
        throw new Error(`the bridge ended with ${this.#waiting.size} requests unanswered: ${this.#stderr.slice(-3)}`);
    }
  }

  /** Looks into the bridge. */
  probe(): Promise<Probe> {
    return new Promise((resolve) => {
      this.#probed = resolve;
      this.#child.kill('SIGUSR2');
    });
  }

  /** Open file descriptors of the bridge; undefined where the system does not show them. */
  descriptors(): number | undefined {
    try {
      return readdirSync(`/proc/${this.#child.pid}/fd`).length;
    } catch {
      return undefined;
    }
  }

  /** Closes stdin and waits for the end. @returns the exit code */
  async finish(): Promise<unknown> {
    this.#child.stdin.end();
    const [code] = await this.#exit;
    return code;
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  #fill(): void {
    const lines: string[] = [];
    while (this.#waiting.size < this.#target) lines.push(this.#next());
    if (lines.length > 0) this.#child.stdin.write(lines.join(''));
  }

  #next(): string {
    const method = this.#dice.of(METHODS);
    const key = `k${this.#number + 1}`;
    return this.#line(method, { name: 'issue_write', arguments: { key } }, key);
  }

  #ask(method: string, params: object): void {
    this.#child.stdin.write(this.#line(method, params, ''));
  }

  #line(method: string, params: object, key: string): string {
    const id = `s${++this.#number}`;
    this.asked.set(id, { key, method, isCancelled: false });
    this.#waiting.add(id);
    return `${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`;
  }

  #say(message: object): void {
    this.#child.stdin.write(`${JSON.stringify(message)}\n`);
  }

  #hear(line: string): void {
    const answer: Answer = JSON.parse(line);
    const asked = answer.id === undefined ? undefined : this.asked.get(answer.id);
    if (asked === undefined || asked.answer !== undefined) this.surplus.push(line);
    else asked.answer = answer;
    if (answer.id !== undefined) this.#waiting.delete(answer.id);
    if (this.#waiting.size === 0) this.#wake();
    if (this.#waiting.size < this.#target) this.#fill();
  }
}
