/** Rows of calls: derived once, filtered often. Pure. */

import { type Call, type CallOutcome, isRefusedByPolicy, labelOf, repeatsOf, requestIdOf } from '../calls.ts';
import type { Filter, Row, Show } from './data.ts';

/** Calls slower than all but this share are called slow. */
const SLOW_SHARE = 0.95;

const FAILED: ReadonlySet<CallOutcome> = new Set(['tool-error', 'error', 'unanswered']);

export function rowsOf(calls: readonly Call[]): Row[] {
  const slowMs = quantile(sortedTimes(calls), SLOW_SHARE);
  return calls.map((call, index) => {
    const label = labelOf(call);
    const requestId = requestIdOf(call);
    const refused = isRefusedByPolicy(call);
    const words = [
      label,
      call.method,
      call.id,
      refused ? 'refused' : call.outcome,
      call.error?.kind,
      call.error?.message,
      requestId,
    ];
    return {
      call,
      number: index + 1,
      label,
      failed: !refused && FAILED.has(call.outcome),
      refused,
      ...repeatsOf(call),
      slow: call.tookMs !== undefined && slowMs !== undefined && call.tookMs >= slowMs,
      requestId,
      words: words.join('\n').toLowerCase(),
    };
  });
}

const SHOWN: Readonly<Record<Show, (row: Row) => boolean>> = {
  all: () => true,
  ok: ({ call }) => call.outcome === 'ok',
  failed: ({ failed }) => failed,
  refused: ({ refused }) => refused,
  repeated: ({ reopened, retries }) => retries + reopened > 0,
  slow: ({ slow }) => slow,
};

export function filtered(rows: readonly Row[], { range, show, text, tool }: Filter): Row[] {
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  return rows.filter(
    (row) =>
      SHOWN[show](row) &&
      (tool === '' || row.label === tool) &&
      words.every((word) => row.words.includes(word)) &&
      (range === undefined || (endOf(row.call) >= range[0] && row.call.atMs <= range[1])),
  );
}

export function endOf({ atMs, steps, tookMs }: Call): number {
  if (tookMs !== undefined) return atMs + tookMs;
  return atMs + Math.max(0, ...steps.map((step) => step.fromMs + step.tookMs));
}

export function sortedTimes(calls: readonly Call[]): number[] {
  return calls.flatMap(({ tookMs }) => tookMs ?? []).sort((a, b) => a - b);
}

/** @param sorted - from the smallest on */
export function quantile(sorted: readonly number[], share: number): number | undefined {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}

/** In the order in which a label comes for the first time. */
export function byLabel(rows: readonly Row[]): Map<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const group = groups.get(row.label);
    if (group) group.push(row);
    else groups.set(row.label, [row]);
  }
  return groups;
}
