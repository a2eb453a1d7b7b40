/** A record as a page: one file that needs nothing else, for whoever wants to see what happened. */

import { closeSync, ftruncateSync, writeFileSync } from 'node:fs';
import { basename, isAbsolute, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Asked } from '../config/read.ts';
import { openPage } from '../node/browser.ts';
import { workingDirectory } from '../node/surroundings.ts';
import { overview } from '../record/calls.ts';
import { FileNotOurs, openOwnFile } from '../record/file.ts';
import { PAGE_MARK, page } from '../record/html.ts';
import { NotARecord, readRecord } from '../record/read-record.ts';
import { shortBodies } from '../record/shown-body.ts';
import { VERSION } from '../version.ts';
import { EXIT } from './failed.ts';
import { show } from './terminal.ts';

/** @returns the exit code */
export async function report({ own, words }: Asked<'report'>): Promise<number> {
  const [file = ''] = words;
  const output =
    own.output ?? `${(isAbsolute(file) ? file : join(workingDirectory() ?? '', file)).replace(/\.jsonl?$/, '')}.html`;
  try {
    const { entries, unreadable } = await readRecord(file, shortBodies());
    const seen = overview(entries);
    writePage(output, page({ ...seen, file: basename(file), madeBy: VERSION, unreadable }));
    const runs = seen.runs.length === 1 ? '' : ` of ${seen.runs.length} runs`;
    const isOpened = own.open && (await openPage(pathToFileURL(output).href));
    const next = isOpened ? 'Opened in your browser.' : 'Open it in a browser.';
    const calls = seen.calls.length === 1 ? '1 call' : `${seen.calls.length} calls`;
    show(process.stdout, `${output}: ${calls}${runs}. ${next}\n`);
    if (own.open && !isOpened) show(process.stderr, 'No browser could be started.\n');
    return EXIT.ok;
  } catch (error) {
    if (error instanceof NotARecord) show(process.stderr, `${file} ${error.message}.\n`);
    else if (error instanceof FileNotOurs) {
      show(process.stderr, `${output} cannot be written to (${error.message}). Name another file with --output.\n`);
    } else throw error;
    return EXIT.configuration;
  }
}

/** A page tells who called what: it is as private as the record. */
function writePage(file: string, text: string): void {
  const { fd } = openOwnFile(file, 0, (head) => head.includes(PAGE_MARK));
  try {
    ftruncateSync(fd);
    writeFileSync(fd, text);
  } finally {
    closeSync(fd);
  }
}
