/** A record as a page: one file that needs nothing else, for whoever wants to see what happened. */

import { closeSync, constants, fchmodSync, fstatSync, ftruncateSync, openSync, readSync, writeFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import type { Asked } from '../config/read.ts';
import { print } from '../node/stdio.ts';
import { overview } from '../record/calls.ts';
import { PAGE_MARK, page } from '../record/html.ts';
import { NotARecord, readRecord } from '../record/read-record.ts';
import { VERSION } from '../version.ts';

/** Exit code where a file is not what is needed. */
const CONFIGURATION = 78;

/** @returns the exit code */
export async function report({ own, words }: Asked<'report'>): Promise<number> {
  const [file = ''] = words;
  const output = own.output ?? `${resolve(file).replace(/\.jsonl?$/, '')}.html`;
  try {
    const { entries, unreadable } = await readRecord(file, false);
    const seen = overview(entries);
    writePage(output, page({ ...seen, file: basename(file), madeBy: VERSION, unreadable }));
    const runs = seen.runs.length === 1 ? '' : ` of ${seen.runs.length} runs`;
    print(process.stdout, `${output}: ${seen.calls.length} calls${runs}. Open it in a browser.\n`);
    return 0;
  } catch (error) {
    if (!(error instanceof NotARecord || error instanceof PageRefused)) throw error;
    const name = error instanceof NotARecord ? file : output;
    print(process.stderr, `${name} ${error.message}.\n`);
    return CONFIGURATION;
  }
}

class PageRefused extends Error {
  override readonly name = 'PageRefused';
}

/** A page tells who called what: it is for its owner alone, as the record is. A file of another kind is left alone. */
function writePage(file: string, text: string): void {
  const { O_CREAT, O_NOFOLLOW = 0, O_NONBLOCK = 0, O_RDWR } = constants;
  let fd: number;
  try {
    fd = openSync(file, O_CREAT | O_RDWR | O_NOFOLLOW | O_NONBLOCK, 0o600);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : error;
    throw new PageRefused(`cannot be written to (${code === 'ELOOP' ? 'it is a symbolic link' : code})`);
  }
  try {
    const status = fstatSync(fd);
    if (!status.isFile()) throw new PageRefused('cannot be written to (it is no regular file)');
    if (status.size > 0 && !isPage(fd))
      throw new PageRefused('is there already, and no report: name another with --output');
    ftruncateSync(fd, 0);
    fchmodSync(fd, 0o600);
    writeFileSync(fd, text);
  } finally {
    closeSync(fd);
  }
}

function isPage(fd: number): boolean {
  const head = Buffer.alloc(2048);
  return head.toString('utf8', 0, readSync(fd, head, 0, head.length, 0)).includes(PAGE_MARK);
}
