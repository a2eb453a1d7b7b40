/** From what happened to lines: stamped, without secrets, one after the other. */

import { randomBytes } from 'node:crypto';
import type { Clock } from '../ports.ts';
import type { Entry, Said } from './entry.ts';
import type { Sink } from './sink.ts';

/** Longest text of any member but a body, in UTF-16 units: a name or a sentence is not longer. */
const TEXT_LIMIT_CHARS = 512;
/** Longest line that is kept whole, in UTF-16 units. */
const BODY_LIMIT_CHARS = 8 * 1024 * 1024;

export interface Writer {
  /** Milliseconds since the run began. */
  readonly nowMs: number;
  write(said: Said): void;
}

/** @param scrub - takes every secret out that is alive at the moment */
export function entryWriter(sink: Sink, clock: Clock, scrub: (text: string) => string): Writer {
  const startedMs = clock.now();
  const run = randomBytes(4).toString('hex');
  let lost = 0;

  function line(said: Said): string {
    const stamp = { time: new Date(clock.date()).toISOString(), ms: rounded(clock.now() - startedMs), run };
    const entry: Entry = { ...stamp, ...said };
    // Each text by itself: what is taken out of it cannot break the JSON around it.
    return `${JSON.stringify(entry, (key, value: unknown) => (typeof value === 'string' ? clean(key, value) : value))}\n`;
  }

  function clean(key: string, text: string): string {
    if (key === 'body') return scrub(text);
    // What is cut off must not cut a secret in two that would have been found whole.
    const whole = scrub(text.length > 16 * TEXT_LIMIT_CHARS ? text.slice(0, 16 * TEXT_LIMIT_CHARS) : text);
    return whole.length > TEXT_LIMIT_CHARS ? `${whole.slice(0, TEXT_LIMIT_CHARS - 1)}…` : whole;
  }

  return {
    get nowMs() {
      return clock.now() - startedMs;
    },
    write(said) {
      const gap = lost > 0 ? line({ type: 'gap', lines: lost }) : '';
      if (sink.write(gap + line(shortened(said)))) lost = 0;
      else lost++;
    },
  };
}

/** Microseconds are as much as the clock knows. */
export function rounded(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}

function shortened(said: Said): Said {
  if (said.type !== 'message' || said.body === undefined || said.body.length <= BODY_LIMIT_CHARS) return said;
  const { body: _, ...rest } = said;
  return { ...rest, bodyLeftOut: true };
}
