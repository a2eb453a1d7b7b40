/** The log: pino's JSON lines on stderr, and into a file where one is named. Never on stdout, which is the protocol's. */

import { closeSync, constants, fchmodSync, fstatSync, openSync } from 'node:fs';
import { type Logger, pino } from 'pino';
import type { Log } from '../ports.ts';
import { bounded } from './log-line.ts';
import { STDERR, writeQuietly } from './stderr.ts';

export interface OpenLog extends Log {
  close(): void;
}

/**
 * @param file - absolute path; created for its owner alone, never opened through a link
 * @param scrub - takes secrets out of a line
 * @throws the system's error when the file cannot be opened
 */
export function openLog(level: string, file: string | undefined, scrub: (line: string) => string): OpenLog {
  const fd = file === undefined ? undefined : openPrivately(file);
  const destination = {
    write(line: string): void {
      const clean = bounded(scrub(line));
      writeQuietly(STDERR, clean);
      if (fd !== undefined) writeQuietly(fd, clean);
    },
  };
  const logger: Logger = pino({ level, base: { pid: process.pid } }, destination);
  return {
    debugs: logger.isLevelEnabled('debug'),
    debug: (fields, what) => logger.debug(fields, what),
    info: (fields, what) => logger.info(fields, what),
    warn: (fields, what) => logger.warn(fields, what),
    error: (fields, what) => logger.error(fields, what),
    close: () => {
      if (fd !== undefined) closeSync(fd);
    },
  };
}

/** Windows has no numbers for users. */
function ownUser(otherwise: number): number {
  return process.getuid?.() ?? otherwise;
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
