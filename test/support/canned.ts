/** Answers for a test that speaks as the MCP server, or as whatever stands between. */

import type { CannedReply } from '../../src/sandbox/workspace.ts';
import type { Seen } from './seen.ts';

/** The connection breaks before a byte of the answer. */
export const CUT: CannedReply = { cut: true };

/** A body as it is. */
export function raw(
  body: string | Uint8Array,
  status = 200,
  headers: Readonly<Record<string, string>> = {},
): CannedReply {
  return { status, headers, body };
}

/** The answer of a server that behaves: JSON, and the id as the client wrote it. */
export function result(call: Seen, value: unknown = {}): CannedReply {
  return raw(`{"jsonrpc":"2.0","id":${call.id},"result":${JSON.stringify(value)}}`);
}

/** A JSON-RPC error of the server. */
export function rpcError(call: Seen, code: number, message: string, status = 200): CannedReply {
  return raw(`{"jsonrpc":"2.0","id":${call.id},"error":{"code":${code},"message":${JSON.stringify(message)}}}`, status);
}

/** An event stream with one event for each text. */
export function sse(...data: readonly string[]): CannedReply {
  return raw(data.map(event).join(''));
}

/** One event, its data spread over as many lines as it has. */
export function event(data: string): string {
  const lines = data.split('\n').map((line) => `data: ${line}\n`);
  return `event: message\n${lines.join('')}\n`;
}

/** No answer, as long as the connection lasts. */
export function silence(): Promise<CannedReply> {
  return new Promise(() => {});
}

/** What the workspace itself says when it refuses. [facts/databricks.md, section 3] */
export function platformError(
  status: number,
  errorCode: string | number,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): CannedReply {
  return raw(JSON.stringify({ error_code: errorCode, message }), status, headers);
}
