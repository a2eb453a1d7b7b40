/** A target that is a program with MCP on its stdio. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Died, type Talk } from './talk.ts';

export interface Program {
  readonly command: string;
  readonly args: readonly string[];
  /** The whole environment. */
  readonly env: Readonly<Record<string, string>>;
}

/** Longest silence while something is expected, in milliseconds. */
const PATIENCE_MS = 30_000;
/** Between the end of its stdin and a kill. */
const CLOSING_MS = 3_000;

interface Waiting {
  readonly resolve: () => void;
  readonly reject: (died: Died) => void;
}

/** Starts a program. Nothing is said to it yet. */
export function spawnTalk({ command, args, env }: Program): Talk {
  const child = spawn(command, args, { env, stdio: ['pipe', 'pipe', 'ignore'] });
  const closed = once(child, 'close');
  const waiting = new Map<number, Waiting>();
  let isOver = false;
  let heard = 0;

  const die = (because: string) => {
    isOver = true;
    for (const { reject } of waiting.values()) reject(new Died(because));
    waiting.clear();
  };
  void closed.then(() => die('the process ended'));
  const watch = setInterval(() => {
    if (waiting.size > 0 && performance.now() - heard > PATIENCE_MS) die('it fell silent');
  }, 1_000);

  child.stdin.on('error', () => {});
  const take = lineEnds((ends) => {
    const id = Number(/"id":(\d+)/.exec(ends)?.[1]);
    const asked = waiting.get(id);
    waiting.delete(id);
    if (ends.includes('"error":{')) asked?.reject(new Died(ends));
    else asked?.resolve();
  });
  child.stdout.on('data', (chunk: Buffer) => {
    heard = performance.now();
    take(chunk);
  });

  return {
    pid: child.pid,
    async exchange({ id, line }) {
      if (isOver) throw new Died('the process has ended');
      if (waiting.size === 0) heard = performance.now();
      await new Promise<void>((resolve, reject) => {
        waiting.set(id, { resolve, reject });
        child.stdin.write(line);
      });
    },
    notify: (line) => void child.stdin.write(line),
    async close() {
      clearInterval(watch);
      child.stdin.end();
      const stop = setTimeout(() => child.kill('SIGKILL'), CLOSING_MS);
      await closed;
      clearTimeout(stop);
    },
  };
}

/** Bytes at either end of an answer in which its id stands, whoever wrote it. */
const END = 120;
const LINE_FEED = 10;

/** Takes chunks; gives the beginning and the end of each line. */
function lineEnds(onLine: (ends: string) => void): (chunk: Buffer) => void {
  let head = '';
  let tail = '';
  const add = (piece: Buffer) => {
    if (head.length < END) head += piece.toString('latin1', 0, END);
    tail = (tail + piece.toString('latin1', Math.max(0, piece.length - END))).slice(-END);
  };
  return (chunk) => {
    let from = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, from)) {
      add(chunk.subarray(from, end));
      onLine(head + tail);
      head = tail = '';
      from = end + 1;
    }
    if (from < chunk.length) add(chunk.subarray(from));
  };
}
