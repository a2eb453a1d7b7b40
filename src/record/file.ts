/**
 * The files that hold what happened: records, and the pages made of them. They are for their owner alone, are never opened
 * through a link, and what is something else is not written to, whatever it is.
 */

import { closeSync, constants, fchmodSync, fstatSync, openSync, readSync } from 'node:fs';
import { FORMAT } from './entry.ts';

/** The file cannot be written to; the message says why. */
export class FileNotOurs extends Error {
  override readonly name = 'FileNotOurs';
}

/** How much of the beginning is looked at. */
const HEAD_BYTES = 4096;
const LINE_FEED = 0x0a;

/**
 * Opens a file for reading and writing: a new one, or one that is ours already.
 *
 * @param isOurs - told the beginning of a file that is not empty
 * @returns the descriptor, and how much is in the file
 * @throws FileNotOurs
 */
export function openOwnFile(
  file: string,
  flags: number,
  isOurs: (head: string) => boolean,
): { readonly fd: number; readonly bytes: number } {
  // Both are missing on Windows, which has no such files. A pipe would keep the opener waiting for a reader.
  const { O_CREAT, O_RDWR, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;
  let fd: number;
  try {
    fd = openSync(file, flags | O_CREAT | O_RDWR | O_NOFOLLOW | O_NONBLOCK, 0o600);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : error;
    throw new FileNotOurs(code === 'ELOOP' ? 'it is a symbolic link' : String(code));
  }
  try {
    const status = fstatSync(fd);
    if (!status.isFile()) throw new FileNotOurs('it is no regular file');
    // Somebody else could read it, or have prepared it.
    if (process.getuid !== undefined && status.uid !== process.getuid()) throw new FileNotOurs("it is another user's");
    if (status.size > 0 && !isOurs(headOf(fd))) throw new FileNotOurs('it is there already, and holds something else');
    fchmodSync(fd, 0o600);
    return { fd, bytes: status.size };
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

/**
 * Opens a record for appending. A client starts the bridge again and again with the same arguments, so that a record goes
 * on where it ended; each run in it begins with a header.
 *
 * @returns the descriptor, and whether the last line in it has no end, as a bridge that was killed leaves it
 * @throws FileNotOurs
 */
export function openRecordFile(file: string): { readonly fd: number; readonly isCutOff: boolean } {
  const { bytes, fd } = openOwnFile(file, constants.O_APPEND, startsRecord);
  return { fd, isCutOff: bytes > 0 && lastByte(fd, bytes) !== LINE_FEED };
}

function startsRecord(head: string): boolean {
  return head.startsWith('{') && (head.split('\n')[0] ?? '').includes(`"format":"${FORMAT}"`);
}

function headOf(fd: number): string {
  const head = Buffer.alloc(HEAD_BYTES);
  return head.toString('utf8', 0, readSync(fd, head, 0, HEAD_BYTES, 0));
}

function lastByte(fd: number, bytes: number): number | undefined {
  const last = Buffer.alloc(1);
  readSync(fd, last, 0, 1, bytes - 1);
  return last[0];
}
