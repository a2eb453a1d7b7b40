import type { ExternalCall } from '../../src/sandbox/workspace.ts';

/** A call that the workspace has let in, and what it carries. */
export interface Seen extends ExternalCall {
  /** Method of the message, `response` for an answer of the client, or the HTTP method where there is no message. */
  readonly what: string;
  /** The id as the client wrote it. */
  readonly id: string | undefined;
  /** The JSON text for the MCP server; empty where there is none. */
  readonly text: string;
}

export function see(call: ExternalCall): Seen {
  const { text = '' } = call;
  const message: { method?: string } = text === '' ? { method: call.method } : JSON.parse(text);
  // The first member of that name: the tests write their messages so that it is the message's own.
  const [, id] = /"id"\s*:\s*("(?:[^"\\]|\\.)*"|[^\s,}]+)/.exec(text) ?? [];
  return { ...call, what: message.method ?? 'response', id, text };
}

/** The session id that a call brings to the MCP server. */
export function sessionOf(call: Seen | undefined): string | undefined {
  return call?.headers['Mcp-Session-Id'];
}
