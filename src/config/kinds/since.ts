import { USAGE } from '../problems.ts';
import type { Kind } from './kind.ts';

/** A point in time, or a length of time before now, in milliseconds. */
export type Since = { readonly type: 'at'; readonly ms: number } | { readonly type: 'ago'; readonly ms: number };

const UNITS_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

const DATE = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2})?)?$/i;

/** Start of a list: an ISO date, or a time before now. Dates without a zone are UTC, as the times of a record are. */
export const SINCE: Kind<Since> = {
  metavar: 'TIME',
  exit: USAGE,
  read: (text) => {
    const [, number = '', unit = ''] = /^(\d{1,6})([mhdw])$/i.exec(text) ?? [];
    if (unit !== '') return { value: { type: 'ago', ms: Number(number) * (UNITS_MS[unit.toLowerCase()] ?? 0) } };
    const ms = DATE.test(text)
      ? Date.parse(/T/i.test(text) && !/(?:Z|[+-]\d{2}:\d{2})$/i.test(text) ? `${text}Z` : text)
      : Number.NaN;
    if (!Number.isNaN(ms)) return { value: { type: 'at', ms } };
    return { wrong: 'give an ISO date such as 2026-11-25 or 2026-11-25T09:00Z, or how long ago: 30m, 2h, 7d.' };
  },
};
