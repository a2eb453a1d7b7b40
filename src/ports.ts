/**
 * The seams between the rooms: types only. The relay is written against these; `databricks` and `node` fill them in,
 * `pipeline.ts` puts them together.
 */

import type { Message } from './protocol/message.ts';
import type { Problem } from './protocol/problem.ts';

/** What one call to the workspace needs: where it goes, and what it shows at the door. */
export interface Access {
  /** Scheme, host and port of the workspace, without a trailing slash: `https://adb-1.azuredatabricks.net`. */
  readonly origin: string;
  /** A bearer token. Secret. */
  readonly token: string;
  /** Numeric id of the workspace, where it is known. */
  readonly workspaceId?: string | undefined;
  /** What a person does to get another token, where this one is turned away: a sentence. */
  readonly remedy?: string | undefined;
}

/**
 * Writes one line, without its end, to the client. Never rejects.
 *
 * @returns what the next line has to wait for; undefined where the client takes more at once
 */
export type WriteLine = (line: string | Uint8Array) => Promise<void> | undefined;

/** Where a credential for the workspace comes from. */
export interface TokenSource {
  /**
   * A credential that is good for the next call.
   *
   * @param refused - the credential that the workspace has just turned away: the answer is another one, or the same
   *   object if there is no other to be had.
   * @throws Problem of kind `auth`, with the next step as its hint.
   */
  access(refused?: Access): Promise<Access>;
}

/** One HTTP request. Header names in lower case. */
export interface HttpCall {
  readonly origin: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path with leading slash. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | undefined;
  /** Whether it goes on a connection that is opened for it: those that there are may have died with the attempt before. */
  readonly fresh?: boolean;
  /** Called when the request is about to be written to a connection: from then on a server may act on it. */
  readonly onWrite?: (() => void) | undefined;
}

export interface HttpHead {
  readonly status: number;
  /** @returns the value of a header (name in lower case); the first one where there are several. */
  header(name: string): string | undefined;
}

/** One HTTP answer, as soon as its head is known. */
export interface HttpReply extends HttpHead {
  /** @returns the names of all headers, in lower case */
  headerNames(): readonly string[];
  /** The bytes as they arrive; throws SendFailure when the connection breaks. Reading slowly slows the sender down. */
  readonly body: AsyncIterable<Uint8Array>;
  /** No later call uses the connections to its origin that there are: what came may have been meant for another call. */
  retire?(): void;
}

/** Why a call got no answer, or not all of it. Thrown by Send and by HttpReply.body. */
export interface SendFailure extends Error {
  /** False only where not one byte of the request can have reached a server. */
  readonly sent: boolean;
  /** `ECONNREFUSED`, `UND_ERR_SOCKET`, `PROXY_407`, ... */
  readonly code: string;
  /** The proxy that was in the way, without its user and password; undefined where it was not the proxy. */
  readonly proxy?: string | undefined;
}

/**
 * Sends one HTTP call. Resolves when the head of the answer is there; rejects with SendFailure if none came, and with
 * the signal's reason if the signal fired first. Follows no redirect and repeats nothing.
 *
 * @param unsentMs - gives up when the request could not be put on a connection within that time.
 */
export type Send = (call: HttpCall, signal: AbortSignal, unsentMs: number) => Promise<HttpReply>;

/** One call to the MCP server behind the connection. */
export interface McpCall {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Headers for the MCP server, names as the specification spells them. */
  readonly headers: Readonly<Record<string, string>>;
  /** JSON text to be carried unchanged; absent for GET and DELETE. */
  readonly text?: string | undefined;
}

/** One way through a connection to the MCP server. */
export interface Route {
  readonly name: string;
  /** Whether the body of an answer arrives while the server is still writing it. */
  readonly streams: boolean;
  /** Longest request that the way accepts, in bytes, measured on the wrapped body. */
  readonly limitBytes: number;
  wrap(call: McpCall, access: Access): HttpCall;
  /**
   * What the platform itself says in an answer, as against the MCP server behind it.
   *
   * @param reply - the outer answer
   * @param text - its body
   * @param access - what the call was made with
   * @returns undefined where the answer is the MCP server's own
   */
  fault(reply: HttpHead, text: string, access: Access): Fault | undefined;
  /** The same for the message of a JSON-RPC error, in which the platform sometimes wraps what it says. */
  faultInError(reply: HttpHead, message: string, access: Access): Fault | undefined;
}

/** A refusal by the platform. */
export interface Fault {
  /** Whether the workspace did not accept our token: then nothing was executed, and another token may do. */
  readonly tokenRefused: boolean;
  /** Whether the words may be the MCP server's own: a lost session or an unknown method explains them better. */
  readonly isGuess: boolean;
  readonly problem: Problem;
  /** The problem with better advice, where the workspace can be asked for it. Never fails. */
  readonly advised?: (enquire: Enquire) => Promise<Problem>;
}

/**
 * Asks the workspace about itself: a GET, answered in JSON. Rejects where there is no such answer, or not soon.
 *
 * @param path - with leading slash; what varies in it is encoded by the caller
 */
export type Enquire = (path: string) => Promise<unknown>;

/** Another program of this machine, to be run to its end. */
export interface Program {
  /** Absolute path. */
  readonly file: string;
  readonly args: readonly string[];
  /** Variables that differ from our own: a value, or undefined to take one away. */
  readonly variables?: Readonly<Record<string, string | undefined>>;
  /** Then it is killed, in milliseconds. */
  readonly limitMs: number;
}

export interface ProgramEnd {
  /** Undefined where a signal ended it. */
  readonly exitCode: number | undefined;
  /** Undefined where there was more than is held of it. */
  readonly stdout: string | undefined;
  /** Its beginning. */
  readonly stderr: string;
  readonly timedOut: boolean;
}

/** The programs of this machine, as far as they may be run. */
export interface Programs {
  /**
   * Looks a program up, never in the working directory.
   *
   * @param name - without folder or extension, or an absolute path
   * @returns its absolute path; undefined where there is none that can be run without a shell
   */
  find(name: string): string | undefined;
  /**
   * Runs one without a shell, without our stdin and without our secrets. Kills it and its children when the signal fires
   * or its time is up.
   *
   * @throws the system's error where it cannot be started; the signal's reason
   */
  run(program: Program, signal: AbortSignal): Promise<ProgramEnd>;
  /**
   * Starts one that goes on when this process ends, under the same rules.
   *
   * @returns false if it cannot be started, or fails at once
   */
  start(file: string, args: readonly string[], variables?: Program['variables']): Promise<boolean>;
}

/** Time and dice, so that tests can hold them. */
export interface Clock {
  /** Milliseconds, monotonic, from an arbitrary start. */
  now(): number;
  /** Runs `action` after `ms`, unless the returned function is called first. */
  after(ms: number, action: () => void): () => void;
  /** Resolves after `ms`; rejects with the signal's reason when that fires first. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  /** Milliseconds since 1970, for dates that others write. */
  date(): number;
  /** A number from 0 up to 1. */
  roll(): number;
}

/** One line a call: fields first, then what happened. Values are data; nothing secret, no bodies. */
export interface Log {
  /** Whether debug lines are written: where they are not, what goes into them need not be known. */
  readonly debugs?: boolean;
  debug(fields: object, what: string): void;
  info(fields: object, what: string): void;
  warn(fields: object, what: string): void;
  error(fields: object, what: string): void;
}

/**
 * Watches what happens on the way, for a record of it. Every call returns at once, throws nothing and changes nothing.
 * Where nothing is recorded there is none, and then nothing is done.
 */
export interface Recorder {
  /**
   * A message is about to be carried to the server, in one attempt or several.
   *
   * @param generation - of the session that it belongs to, if it belongs to one
   */
  exchange(message: Message, generation: number | undefined): ExchangeWatch;
  /** Something became of the session: its number, never its id. */
  session(event: 'opened' | 'reopened' | 'lost' | 'ended', generation: number, version?: string): void;
}

/** Watches one message on its way to the server. */
export interface ExchangeWatch {
  /** Sends as it was, and takes note of status, size and time. */
  over(send: Send): Send;
  /** An attempt begins: from here on it waits for a token, too. */
  attempt(resumes: boolean): void;
  /** The attempt has failed, or could not be made. */
  failed(failure: { readonly point: string; readonly problem?: Problem }): void;
  /** There will be another one, after a pause. */
  again(waitMs: number, because: string): void;
  /** Nothing more will come. */
  ended(): void;
}
