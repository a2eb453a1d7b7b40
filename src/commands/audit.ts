/** The calls of a record as a table, for whoever has to account for them. */

import type { Since } from '../config/kinds/since.ts';
import type { Asked } from '../config/read.ts';
import { print } from '../node/stdio.ts';
import { auditLines, toCsv, toJson, toTable } from '../record/audit.ts';
import { overview } from '../record/calls.ts';
import { NotARecord, readRecord } from '../record/read-record.ts';
import { EXIT } from './failed.ts';

const WRITERS = { csv: toCsv, json: toJson } as const;

function startOf(since: Since | undefined, nowMs: number): number {
  if (since === undefined) return Number.NEGATIVE_INFINITY;
  return since.type === 'at' ? since.ms : nowMs - since.ms;
}

/** @returns the exit code */
export async function audit({ own, words }: Asked<'audit'>): Promise<number> {
  const [file = ''] = words;
  try {
    const { entries, unreadable } = await readRecord(file, () => undefined);
    const seen = overview(entries);
    const fromMs = startOf(own.since, Date.now());
    const lines = auditLines({ ...seen, calls: seen.calls.filter(({ atMs }) => atMs >= fromMs) });
    const { columns, isTTY } = process.stdout;
    const format = own.format ?? (isTTY ? 'table' : 'csv');
    print(process.stdout, format === 'table' ? toTable(lines, isTTY ? columns : undefined) : WRITERS[format](lines));
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
