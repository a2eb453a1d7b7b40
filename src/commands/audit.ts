/** The calls of a record as a table, for whoever has to account for them. */

import type { Asked } from '../config/read.ts';
import { print } from '../node/stdio.ts';
import { auditLines, toCsv, toJson } from '../record/audit.ts';
import { overview } from '../record/calls.ts';
import { NotARecord, readRecord } from '../record/read-record.ts';
import { EXIT } from './failed.ts';

/** @returns the exit code */
export async function audit({ own, words }: Asked<'audit'>): Promise<number> {
  const [file = ''] = words;
  try {
    const { entries, unreadable } = await readRecord(file, () => undefined);
    const seen = overview(entries);
    const lines = auditLines(seen);
    print(process.stdout, own.format === 'json' ? toJson(lines) : toCsv(lines));
    const lost = seen.runs.reduce((sum, run) => sum + run.lost, 0) + unreadable;
    // Whoever accounts by it has to know that it is not all.
    if (lost > 0)
      print(process.stderr, `${file} is not complete: ${lost} of its lines are missing or cannot be read.\n`);
    return 0;
  } catch (error) {
    if (!(error instanceof NotARecord)) throw error;
    print(process.stderr, `${file} ${error.message}.\n`);
    return EXIT.configuration;
  }
}
