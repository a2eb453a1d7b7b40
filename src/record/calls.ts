/** From the lines of a record to what a person asks about: calls, and what became of them. Pure. */

import {
  CLIENT_TO_BRIDGE,
  type Entry,
  type Header,
  type MessageName,
  type RecordedError,
  type RequestName,
} from './entry.ts';

export type CallOutcome = 'ok' | 'tool-error' | 'error' | 'cancelled' | 'unanswered';

/** One thing that was done for a call: an HTTP exchange, or a pause. Times in milliseconds since the call began. */
export interface Step {
  readonly is: 'attempt' | 'wait';
  readonly fromMs: number;
  readonly tookMs: number;
  readonly status?: number | undefined;
  readonly outcome?: string | undefined;
  readonly session?: number | undefined;
  readonly requestId?: string | undefined;
  readonly error?: RecordedError | undefined;
  /** Why there is a pause. */
  readonly because?: string | undefined;
}

export interface Call extends RequestName {
  /** Index in `runs`. */
  readonly run: number;
  /** Milliseconds since 1970. */
  readonly atMs: number;
  /** Absent where no answer was given. */
  tookMs?: number | undefined;
  outcome: CallOutcome;
  error?: RecordedError | undefined;
  readonly askedBytes: number;
  answeredBytes?: number | undefined;
  /** Arguments of the request, and result or error of the answer, as far as the record has bodies. */
  readonly asked?: string | undefined;
  answered?: string | undefined;
  readonly steps: Step[];
}

/** What the bridge did of its own accord, or for a message that is not answered. */
export interface Chore {
  readonly run: number;
  readonly method: string;
  readonly atMs: number;
  readonly tookMs: number;
  readonly outcome: string;
}

export interface SessionMark {
  readonly run: number;
  readonly atMs: number;
  readonly event: string;
  readonly generation: number;
}

export interface Run {
  readonly header: Header;
  readonly startedMs: number;
  /** The last line of it. */
  lastMs: number;
  host?: string | undefined;
  profile?: string | undefined;
  user?: string | undefined;
  /** Absent where it was killed, or is still running. */
  exitCode?: number | undefined;
  /** Lines that were left out for want of time. */
  lost: number;
  /** Messages that are no requests, in either direction. */
  others: number;
}

export interface Overview {
  readonly runs: readonly Run[];
  /** In the order in which they were made. */
  readonly calls: readonly Call[];
  readonly chores: readonly Chore[];
  readonly marks: readonly SessionMark[];
}

/** One run while its lines are read. */
interface Open {
  readonly index: number;
  readonly run: Run;
  /** Calls by their raw id, oldest first. */
  readonly calls: Map<string, Call[]>;
}

export function overview(entries: readonly Entry[]): Overview {
  const runs: Run[] = [];
  const calls: Call[] = [];
  const chores: Chore[] = [];
  const marks: SessionMark[] = [];
  const open = new Map<string, Open>();

  for (const entry of entries) {
    if (entry.type === 'header') {
      const startedMs = Date.parse(entry.time) - entry.ms;
      const { host, profile } = entry;
      const run: Run = { header: entry, startedMs, lastMs: startedMs, host, profile, lost: 0, others: 0 };
      open.set(entry.run, { index: runs.length, run, calls: new Map() });
      runs.push(run);
    }
    const current = open.get(entry.run);
    if (current === undefined) continue;
    // By the clock that nobody sets, so that no call ends before it began.
    const atMs = current.run.startedMs + entry.ms;
    current.run.lastMs = Math.max(current.run.lastMs, atMs);
    take(entry, atMs, current);
  }
  for (const call of calls) call.steps.sort((a, b) => a.fromMs - b.fromMs);
  return { runs, calls: calls.sort((a, b) => a.atMs - b.atMs), chores, marks };

  function take(entry: Entry, atMs: number, { calls: byId, index, run }: Open): void {
    switch (entry.type) {
      case 'identity':
        run.host = entry.host;
        run.profile = entry.profile ?? run.profile;
        run.user = entry.user ?? run.user;
        break;
      case 'message': {
        const asked = entry.direction === CLIENT_TO_BRIDGE;
        if (asked && entry.kind === 'request' && isNamed(entry)) begin(entry, entry.bytes, entry.body);
        else if (asked && entry.kind === 'batch') for (const one of entry.requests ?? []) begin(one, entry.bytes);
        else if (!asked && entry.kind === 'answer') answer(entry);
        else run.others++;
        const cancelled = entry.cancels === undefined ? undefined : lastOf(entry.cancels, atMs);
        if (cancelled?.outcome === 'unanswered') {
          cancelled.outcome = 'cancelled';
          cancelled.tookMs = atMs - cancelled.atMs;
        }
        break;
      }
      case 'attempt':
      case 'wait': {
        const tookMs = entry.type === 'attempt' ? entry.tookMs : entry.waitMs;
        const fromMs = entry.type === 'attempt' ? atMs - tookMs : atMs;
        const call = entry.id === undefined ? undefined : lastOf(entry.id, fromMs);
        if (call !== undefined) call.steps.push(stepOf(entry, fromMs - call.atMs, tookMs));
        else if (entry.type === 'attempt') {
          chores.push({ run: index, method: entry.method ?? 'answer', atMs: fromMs, tookMs, outcome: entry.outcome });
        }
        break;
      }
      case 'session':
        marks.push({ run: index, atMs, event: entry.event, generation: entry.generation });
        break;
      case 'gap':
        run.lost += entry.lines;
        break;
      case 'end':
        run.exitCode = entry.exitCode;
        break;
      case 'header':
        break;
    }

    function begin({ id, method, tool }: RequestName, askedBytes: number, asked?: string): void {
      const call: Call = { run: index, id, method, tool, atMs, askedBytes, asked, outcome: 'unanswered', steps: [] };
      calls.push(call);
      const sameId = byId.get(id);
      if (sameId) sameId.push(call);
      else byId.set(id, [call]);
    }

    /** An answer goes to the oldest call of its id that has none, as the bridge has it. */
    function answer({ body, bytes, error, id, outcome = 'ok', tookMs }: Extract<Entry, { type: 'message' }>): void {
      const call = id === undefined ? undefined : byId.get(id)?.find((one) => one.answeredBytes === undefined);
      if (call === undefined) {
        run.others++;
        return;
      }
      Object.assign(call, { outcome, error, tookMs: tookMs ?? atMs - call.atMs, answeredBytes: bytes, answered: body });
    }

    /** The call of that id which was under way at that time. A line is stamped a moment after what it tells of. */
    function lastOf(id: string, thenMs: number): Call | undefined {
      return byId.get(id)?.findLast((call) => call.atMs <= thenMs + SLACK_MS);
    }
  }
}

function isNamed(name: MessageName): name is RequestName {
  return name.id !== undefined && name.method !== undefined;
}

const SLACK_MS = 1;

function stepOf(entry: Extract<Entry, { type: 'attempt' | 'wait' }>, fromMs: number, tookMs: number): Step {
  if (entry.type === 'wait') return { is: 'wait', fromMs, tookMs, because: entry.because };
  const { error, outcome, requestId, session, status } = entry;
  return { is: 'attempt', fromMs, tookMs, status, outcome, session, requestId, error };
}

/** The name under which a person knows a call: the tool, or else the method. */
export function labelOf({ method, tool }: Pick<Call, 'method' | 'tool'>): string {
  return tool ?? method;
}

/** The platform's name for the last exchange of a call that had one. */
export function requestIdOf({ steps }: Call): string | undefined {
  return steps.findLast(({ requestId }) => requestId !== undefined)?.requestId;
}

/** True if the user's own tool policy refused it, so that nothing was sent. */
export function isRefusedByPolicy({ error, outcome }: Pick<Call, 'error' | 'outcome'>): boolean {
  return outcome === 'error' && error?.kind === 'policy';
}

/** How often a call was sent again, and in how many of these cases since the session was lost. */
export function repeatsOf({ steps }: Call): { readonly retries: number; readonly reopened: number } {
  const attempts = steps.filter(({ is }) => is === 'attempt');
  const reopened = attempts.filter(({ outcome }) => outcome === 'session-gone').length;
  return { retries: Math.max(0, attempts.length - 1 - reopened), reopened };
}
