/**
 * The file of a record. A client starts the bridge again and again with the same arguments, so that a record goes on where
 * it ended: each run begins with a header. What is no record is not written to, whatever it is.
 */

import { closeSync, constants, fchmodSync, fstatSync, openSync, readSync } from 'node:fs';
import { FORMAT } from './entry.ts';

/** The file cannot be a record; the message says why. */
export class RecordRefused extends Error {
  override readonly name = 'RecordRefused';
}

/** How much of the beginning is looked at. */
const HEAD_BYTES = 4096;

/**
 * Opens a record for appending: a new file, or one that is a record of the same user's already. Only its owner can read it.
 *
 * @returns the descriptor, and whether the last line in it has no end, as a bridge that was killed leaves it
 */
export function openRecordFile(file: string): { readonly fd: number; readonly isCutOff: boolean } {
  // Both are missing on Windows, which has no such files. A pipe would keep the opener waiting for a reader.
  const { O_APPEND, O_CREAT, O_RDWR, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;
  let fd: number;
  try {
    fd = openSync(file, O_APPEND | O_CREAT | O_RDWR | O_NOFOLLOW | O_NONBLOCK, 0o600);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : error;
    throw new RecordRefused(code === 'ELOOP' ? 'it is a symbolic link' : String(code));
  }
  try {
    const { size, uid } = checked(fd);
    // Somebody else could read it, or have prepared it.
    if (process.getuid !== undefined && uid !== process.getuid()) throw new RecordRefused("it is another user's");
    if (size > 0 && !startsRecord(fd)) throw new RecordRefused('it holds something else than a record');
    fchmodSync(fd, 0o600);
    return { fd, isCutOff: size > 0 && lastByte(fd, size) !== LINE_FEED };
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

const LINE_FEED = 0x0a;

function checked(fd: number): { readonly size: number; readonly uid: number } {
  const status = fstatSync(fd);
  if (!status.isFile()) throw new RecordRefused('it is no regular file');
  return status;
}

function startsRecord(fd: number): boolean {
  const head = Buffer.alloc(HEAD_BYTES);
  const text = head.toString('utf8', 0, readSync(fd, head, 0, HEAD_BYTES, 0));
  return text.startsWith('{') && (text.split('\n')[0] ?? '').includes(`"format":"${FORMAT}"`);
}

function lastByte(fd: number, size: number): number | undefined {
  const last = Buffer.alloc(1);
  readSync(fd, last, 0, 1, size - 1);
  return last[0];
}
