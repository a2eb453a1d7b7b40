/** The log: pino's JSON lines on stderr, and into a file where one is named. Never on stdout, which is the protocol's. */

import { closeSync, constants, fchmodSync, fstatSync, openSync, writeSync } from 'node:fs';
import type { pino } from 'pino';
import type { Log } from '../ports.ts';
import { bounded } from './log-line.ts';
import { openStderr, type Write } from './stderr.ts';

export interface OpenLog extends Log {
  /** The client has its first answer: what is held may be written, as soon as nothing else is to be done. */
  release(): void;
  /** Resolves when stderr has taken the last line, which is never where it is not read. */
  close(): Promise<void>;
}

/** The client waits for its first answer; who reads the log can wait for so long, in milliseconds. */
const LOAD_AFTER_MS = 1_000;
/** What the client says to the first answer comes before the log too. */
const RELEASE_AFTER_MS = 20;

/** Of pino. */
const WARN = 40;

type Level = 'debug' | 'info' | 'warn' | 'error';

interface Said {
  readonly level: Level;
  readonly fields: object;
  readonly what: string;
  readonly atMs: number;
}

/**
 * Opens the log. pino is loaded a moment later, since that takes as long as a whole exchange with the workspace; what is
 * said before is held, and bears the time at which it was said. Where something is wrong nothing is held back.
 *
 * @param file - absolute path; created for its owner alone, never opened through a link
 * @param scrub - takes secrets out of a line
 * @throws the system's error when the file cannot be opened
 */
export function openLog(level: string, file: string | undefined, scrub: (line: string) => string): OpenLog {
  const fd = file === undefined ? undefined : openPrivately(file);
  const stderr = openStderr();
  const outputs = [counted(stderr.write)];
  if (fd !== undefined) outputs.push(counted(toFile(fd)));
  const destination = {
    write(line: string): void {
      const clean = bounded(scrub(line));
      for (const { write } of outputs) write(clean);
    },
  };
  let held: Said[] = [];
  let heldAtMs: number | undefined;
  let logger: ReturnType<typeof openPino> | undefined;
  let timer = setTimeout(load, LOAD_AFTER_MS);

  function load(): void {
    clearTimeout(timer);
    const timestamp = () => `,"time":${heldAtMs ?? Date.now()}`;
    logger ??= openPino(timestamp);
    for (const { atMs, fields, level: of, what } of held) {
      heldAtMs = atMs;
      logger[of](fields, what);
    }
    held = [];
    heldAtMs = undefined;
  }

  /** A log that cannot be opened must not end the bridge. Before Node 22, pino needs intrinsics that are not frozen. */
  function openPino(timestamp: () => string): Record<Level, (fields: object, what: string) => void> {
    try {
      return loadPino()({ level, base: { pid: process.pid }, timestamp }, destination);
    } catch (error) {
      const lost = () => {};
      stderr.write(`uc-mcp-bridge has no log in this process: ${error}\n`);
      return { debug: lost, info: lost, warn: lost, error: lost };
    }
  }

  const at = (of: Level) => (fields: object, what: string) => {
    if (logger) {
      logger[of](fields, what);
      return;
    }
    held.push({ level: of, fields, what, atMs: Date.now() });
    if (of === 'warn' || of === 'error') load();
  };
  return {
    debugs: level === 'debug' || level === 'trace',
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    release() {
      if (logger) return;
      clearTimeout(timer);
      timer = setTimeout(load, RELEASE_AFTER_MS);
    },
    async close() {
      load();
      for (const output of outputs) output.report();
      if (fd !== undefined) closeSync(fd);
      await stderr.flush();
      // There is room now for the count that was dropped itself.
      outputs[0]?.report();
      await stderr.flush();
    },
  };
}

/** Files are written at once: the disk does not wait for a reader. */
function toFile(fd: number): Write {
  return (line, done) => {
    try {
      writeSync(fd, line as string);
      done?.();
    } catch (error) {
      done?.(error);
    }
  };
}

/** Counts the lines that could not be written. The next line that can be written says before it how many there were. */
function counted(put: Write): { write(line: string): void; report(): void } {
  let dropped = 0;
  const write = (line: string, lines: number) => {
    const before = dropped;
    dropped = 0;
    put(before === 0 ? line : `${droppedLine(before)}${line}`, (error) => {
      if (error) dropped += before + lines;
    });
  };
  return {
    write: (line) => write(line, 1),
    report() {
      if (dropped > 0) write('', 0);
    },
  };
}

function droppedLine(dropped: number): string {
  const msg = 'dropped lines of the log that could not be written';
  return `${JSON.stringify({ level: WARN, time: Date.now(), pid: process.pid, dropped, msg })}\n`;
}

/** Windows has no numbers for users. */
function ownUser(otherwise: number): number {
  return process.getuid?.() ?? otherwise;
}

/** At once, not by `import()`: an answer must not overtake the line that explains it. */
function loadPino(): typeof pino {
  return require('pino').pino;
}

function openPrivately(file: string): number {
  // Both are missing on Windows, which has no such files. A pipe would keep the opener waiting for a reader.
  const { O_APPEND, O_CREAT, O_WRONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;
  const fd = openSync(file, O_APPEND | O_CREAT | O_WRONLY | O_NOFOLLOW | O_NONBLOCK, 0o600);
  const found = fstatSync(fd);
  const wrong = !found.isFile()
    ? 'it is no regular file'
    : found.uid !== ownUser(found.uid)
      ? 'it is another user’s'
      : '';
  if (wrong !== '') {
    closeSync(fd);
    throw Object.assign(new Error(wrong), { code: wrong });
  }
  fchmodSync(fd, 0o600);
  return fd;
}
