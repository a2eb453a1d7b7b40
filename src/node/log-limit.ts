/**
 * A log in which no line stands without end: an upstream that is down for a night, and a client that keeps calling, say
 * the same again and again. Of each sentence so many lines are written in a span of time; the rest is counted.
 */

import type { Clock } from '../ports.ts';
import type { OpenLog } from './log.ts';

/** Lines with the same sentence that are written in one span. */
const LINES = 20;
/** Length of a span, in milliseconds. */
const SPAN_MS = 60_000;

type Level = 'info' | 'warn' | 'error';

/** The kind of a problem is one of a closed set. */
interface Fields {
  readonly kind?: unknown;
}

interface Span {
  readonly endsMs: number;
  lines: number;
  leftOut: number;
}

/** What is asked for at debug level is wanted whole. */
export function limited(log: OpenLog, clock: Pick<Clock, 'now'>): OpenLog {
  if (log.debugs) return log;
  const spans = new Map<string, Span>();

  function sayLeftOut(sentence: string, { leftOut }: Span): void {
    if (leftOut > 0) log.warn({ leftOut, sentence }, 'left out lines that say the same');
  }

  function write(level: Level, fields: Fields, what: string): void {
    const nowMs = clock.now();
    const sentence = fields.kind === undefined ? what : `${what}: ${fields.kind}`;
    let span = spans.get(sentence);
    if (span === undefined || nowMs >= span.endsMs) {
      if (span) sayLeftOut(sentence, span);
      span = { endsMs: nowMs + SPAN_MS, lines: 0, leftOut: 0 };
      spans.set(sentence, span);
    }
    if (span.lines++ < LINES) log[level](fields, what);
    else span.leftOut++;
  }

  return {
    ...log,
    info: (fields, what) => write('info', fields, what),
    warn: (fields, what) => write('warn', fields, what),
    error: (fields, what) => write('error', fields, what),
    close() {
      for (const [sentence, span] of spans) sayLeftOut(sentence, span);
      return log.close();
    },
  };
}
