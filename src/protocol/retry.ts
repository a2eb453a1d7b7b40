/**
 * Whether a failed call is sent again. The rule behind the table: only what cannot have run, or does no harm when it
 * runs twice. No HTTP library's own retry is ever on. [RFC 9110, 9.2.2]
 */

import type { Message } from './message.ts';

/**
 * Effect of a call. `safe` only reads, or sets the same thing again; `read` reads too, but is not
 * repeated after it may have reached the server, since it has been seen to crash one; `handshake` is `initialize`;
 * `effects` may change something, and so does every method we do not know; `notice` is a notification.
 * By leave of the user alone: `annotated` calls a tool that says of itself that it may run again, `effects-but-503` has
 * effects but is made again after 503.
 */
export type CallClass =
  | 'safe'
  | 'read'
  | 'handshake'
  | 'effects'
  | 'effects-but-503'
  | 'annotated'
  | 'notice'
  | 'initialized';

/** Where a call failed. */
export type FailurePoint =
  /** No byte of it can have reached a server. */
  | 'unsent'
  /** The workspace turned our token away; nothing ran. */
  | 'token-refused'
  /** 429: turned away, come again later. */
  | 'busy'
  /** 503: perhaps turned away, but two gateways stand between, and neither can be asked. */
  | 'unavailable'
  /** The answer was lost, or a gateway gave up: cut, reset, 500, 502, 504. */
  | 'broken'
  /** An event stream ended before the answer, but can be taken up again where it ended: nothing is sent twice. */
  | 'cut'
  /** An answer came, but not one that can be passed on. */
  | 'unusable'
  /** A definite refusal, or the end of the time for it: nothing to be gained by asking again. */
  | 'final';

/** How often each class is sent again after each failure. */
const REPEATS: Readonly<Record<FailurePoint, Readonly<Record<CallClass, number>>>> = {
  unsent: { safe: 2, read: 2, handshake: 2, effects: 2, 'effects-but-503': 2, annotated: 2, notice: 2, initialized: 2 },
  'token-refused': {
    safe: 1,
    read: 1,
    handshake: 1,
    effects: 1,
    'effects-but-503': 1,
    annotated: 1,
    notice: 1,
    initialized: 1,
  },
  busy: { safe: 1, read: 1, handshake: 1, effects: 1, 'effects-but-503': 1, annotated: 1, notice: 0, initialized: 1 },
  unavailable: {
    safe: 1,
    read: 0,
    handshake: 1,
    effects: 0,
    'effects-but-503': 1,
    annotated: 1,
    notice: 0,
    initialized: 1,
  },
  broken: { safe: 1, read: 0, handshake: 1, effects: 0, 'effects-but-503': 0, annotated: 1, notice: 0, initialized: 1 },
  cut: { safe: 2, read: 2, handshake: 0, effects: 2, 'effects-but-503': 2, annotated: 2, notice: 0, initialized: 0 },
  unusable: {
    safe: 1,
    read: 0,
    handshake: 0,
    effects: 0,
    'effects-but-503': 0,
    annotated: 1,
    notice: 0,
    initialized: 0,
  },
  final: { safe: 0, read: 0, handshake: 0, effects: 0, 'effects-but-503': 0, annotated: 0, notice: 0, initialized: 0 },
};

const SAFE_METHODS: ReadonlySet<string> = new Set([
  'ping',
  'server/discover',
  'tools/list',
  'resources/list',
  'prompts/list',
  'resources/templates/list',
  'resources/read',
  'prompts/get',
  'tasks/get',
  'logging/setLevel',
  'resources/subscribe',
  'resources/unsubscribe',
]);

/** A modern one ends github-mcp-server. [observed on v1.10, 2026-11] */
const READ_ONCE = 'completion/complete';

/** From the harmless to what must not run twice: a batch is of the last class that is in it. */
const STRICTNESS: readonly CallClass[] = ['initialized', 'notice', 'safe', 'read', 'handshake', 'effects'];

export function classOf(message: Message): CallClass {
  if (message.kind === 'batch') {
    const classes = message.messages.map(classOf);
    return STRICTNESS.findLast((callClass) => classes.includes(callClass)) ?? 'effects';
  }
  if (message.kind === 'response') return 'effects';
  if (message.kind === 'notification') return message.method === 'notifications/initialized' ? 'initialized' : 'notice';
  if (message.method === 'initialize') return 'handshake';
  if (message.method === READ_ONCE) return 'read';
  return SAFE_METHODS.has(message.method) ? 'safe' : 'effects';
}

/** Whether a call that may have run can be made again by whoever sent it, without a look at what it did. */
export function isHarmless(callClass: CallClass): boolean {
  return callClass !== 'effects' && callClass !== 'effects-but-503' && callClass !== 'annotated';
}

export interface Situation {
  readonly point: FailurePoint;
  readonly callClass: CallClass;
  /** How often the call has failed at this point before. */
  readonly repeats: number;
  /** What the server asked for, in milliseconds. */
  readonly retryAfterMs: number | undefined;
  /** How long waits may still take in all, in milliseconds. */
  readonly budgetMs: number;
  /** From 0 up to 1. */
  readonly roll: number;
}

export type Decision =
  | { readonly again: true; readonly waitMs: number; readonly because: string }
  | { readonly again: false; readonly because: string };

/** First wait of a growing series, in milliseconds. */
const BASE_MS = 400;

/** Decides from the situation alone; waits are "full jitter", so that many bridges do not come back at once. */
export function decide({ point, callClass, repeats, retryAfterMs, budgetMs, roll }: Situation): Decision {
  const allowed = REPEATS[point][callClass];
  if (allowed === 0) return { again: false, because: `${callClass} is not repeated after ${point}` };
  if (repeats >= allowed) return { again: false, because: `repeated ${repeats} times after ${point}` };
  // A fresh token needs no wait: the server is well.
  const waitMs = point === 'token-refused' ? 0 : (retryAfterMs ?? Math.round(roll * BASE_MS * 2 ** repeats));
  if (waitMs > budgetMs) return { again: false, because: `a wait of ${waitMs} ms is longer than there is time` };
  return { again: true, waitMs, because: `${callClass} may be repeated after ${point}` };
}

/**
 * Milliseconds that a Retry-After header asks for: whole seconds or an HTTP date. [RFC 9110, 10.2.3]
 *
 * @param nowMs - the present as milliseconds since 1970
 * @returns undefined where the header says neither
 */
export function retryAfterMs(value: string | undefined, nowMs: number): number | undefined {
  if (value === undefined) return undefined;
  const text = value.trim();
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  const date = /^[A-Z][a-z]{2},/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - nowMs);
}
