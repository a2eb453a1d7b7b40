/**
 * The lines of a record. Each is a JSON object on a line of its own, and says by itself to which run it belongs: two
 * bridges may write to one file, and a bridge that was killed leaves half a line behind.
 */

/** What the first line of every run says it is. */
export const FORMAT = 'uc-mcp-bridge-record';
/** Grows when a reader of an older record could no longer tell what is meant. New members do not count. */
export const FORMAT_VERSION = 1;

/** What every line has. */
interface Stamp {
  /** Wall clock, ISO 8601 with milliseconds, UTC. */
  readonly time: string;
  /** Milliseconds since the run began, by a clock that nobody sets. */
  readonly ms: number;
  /** Which run the line is of. */
  readonly run: string;
}

export interface Header {
  readonly type: 'header';
  readonly format: typeof FORMAT;
  readonly formatVersion: number;
  /** Version of the bridge. */
  readonly bridge: string;
  readonly node: string;
  readonly platform: string;
  readonly pid: number;
  readonly userAgent: string;
  readonly route: string;
  readonly connection?: string | undefined;
  readonly service?: string | undefined;
  readonly url?: string | undefined;
  /** Origin of the workspace, where it is known at the start. */
  readonly host?: string | undefined;
  readonly profile?: string | undefined;
  readonly sandbox?: true | undefined;
  /** Whether the messages themselves are in the record. */
  readonly bodies: boolean;
}

/** Who is signed in, as soon as that is known. */
export interface Identity {
  readonly type: 'identity';
  readonly host: string;
  readonly profile?: string | undefined;
  readonly auth: string;
  /** Name of the user in the workspace. */
  readonly user?: string | undefined;
}

export const CLIENT_TO_BRIDGE = 'client→bridge';
export const BRIDGE_TO_CLIENT = 'bridge→client';

/** Why something did not work: of the bridge's own kinds, or `server` for what the server or its tool says. */
export interface RecordedError {
  readonly kind: string;
  /** JSON-RPC code. */
  readonly code?: number | undefined;
  /** What the bridge says. What the server says is part of the body, and stands there alone. */
  readonly message?: string | undefined;
}

export type AnswerOutcome = 'ok' | 'tool-error' | 'error';

export interface RequestName {
  /** Raw text of the id: `1`, `"a"`. */
  readonly id: string;
  readonly method: string;
  /** Of tools/call. */
  readonly tool?: string | undefined;
}

/** The same of a message that may be no request. */
export interface MessageName {
  readonly id?: string | undefined;
  readonly method?: string | undefined;
  readonly tool?: string | undefined;
}

/** One line on stdin or stdout. */
export interface MessageEntry extends MessageName {
  readonly type: 'message';
  readonly direction: typeof CLIENT_TO_BRIDGE | typeof BRIDGE_TO_CLIENT;
  readonly kind: 'request' | 'notification' | 'response' | 'batch' | 'answer' | 'refused';
  readonly bytes: number;
  /** The requests in a batch. */
  readonly requests?: readonly RequestName[] | undefined;
  /** Raw id of the request that is cancelled by this. */
  readonly cancels?: string | undefined;
  /** Of an answer: since its request was read. */
  readonly tookMs?: number | undefined;
  readonly outcome?: AnswerOutcome | undefined;
  readonly error?: RecordedError | undefined;
  /** The line, without secrets. Only where bodies are recorded. */
  readonly body?: string | undefined;
  /** The line was too long to be kept. */
  readonly bodyLeftOut?: true | undefined;
}

/** One HTTP exchange with the workspace, as it ended. It began `tookMs` before `ms`. */
export interface AttemptEntry extends MessageName {
  readonly type: 'attempt';
  /** Attempts at the same message have the same number. */
  readonly exchange: number;
  /** Counted from 1. */
  readonly attempt: number;
  /** It only fetched the rest of a broken answer. */
  readonly resumes?: true | undefined;
  /** Generation of the session, never its id. */
  readonly session?: number | undefined;
  readonly status?: number | undefined;
  /** The platform's name for the request. */
  readonly requestId?: string | undefined;
  readonly tookMs: number;
  /** Until there was a token. */
  readonly tokenMs?: number | undefined;
  /** From the send to the head of the answer. */
  readonly headMs?: number | undefined;
  readonly sentBytes?: number | undefined;
  readonly receivedBytes?: number | undefined;
  /** `done`, or the point at which it failed. */
  readonly outcome: string;
  readonly error?: RecordedError | undefined;
}

/** A pause before another attempt, written as it begins. */
export interface WaitEntry extends MessageName {
  readonly type: 'wait';
  readonly exchange: number;
  readonly waitMs: number;
  readonly because: string;
}

export interface SessionEntry {
  readonly type: 'session';
  readonly event: 'opened' | 'reopened' | 'lost' | 'ended';
  readonly generation: number;
  /** Protocol version that was agreed on. */
  readonly version?: string | undefined;
}

/** Lines were lost here, since they came faster than the file took them. */
export interface GapEntry {
  readonly type: 'gap';
  readonly lines: number;
}

export interface EndEntry {
  readonly type: 'end';
  readonly exitCode: number;
}

export type Said = Header | Identity | MessageEntry | AttemptEntry | WaitEntry | SessionEntry | GapEntry | EndEntry;

export type Entry = Said & Stamp;
