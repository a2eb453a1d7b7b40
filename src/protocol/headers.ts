/** The HTTP headers that a message carries to the MCP server. [MCP 2025-11-25 and 2026-07-28, Transports] */

import type { Message, ModernParts } from './message.ts';
import type { Session } from './session.ts';

type Headers = Record<string, string>;

/** The member of `params` that names what a request is about. [MCP 2026-07-28, Transports, Standard headers] */
const NAMED_BY: ReadonlyMap<string, string> = new Map([
  ['tools/call', 'name'],
  ['prompts/get', 'name'],
  ['resources/read', 'uri'],
  ['tasks/get', 'taskId'],
  ['tasks/update', 'taskId'],
  ['tasks/cancel', 'taskId'],
]);

/** @param session - the session that a legacy message belongs to; a modern one belongs to none */
export function headersFor(message: Message, session: Session): Headers {
  const headers: Headers = {
    'Content-Type': 'application/json',
    Accept: 'application/json, text/event-stream',
  };
  return (message.kind === 'request' || message.kind === 'notification') && message.modern !== undefined
    ? Object.assign(headers, modernHeaders(message.method, message.modern))
    : Object.assign(headers, sessionHeaders(session));
}

/** What every message of an open session carries. `initialize` belongs to none yet. */
export function sessionHeaders(session: Session): Headers {
  if (session.at !== 'open') return {};
  const headers: Headers = {};
  if (session.version !== undefined) headers['MCP-Protocol-Version'] = session.version;
  if (session.id !== undefined) headers['Mcp-Session-Id'] = session.id;
  return headers;
}

function modernHeaders(method: string, { version, params }: ModernParts): Headers {
  const headers: Headers = { 'MCP-Protocol-Version': headerValue(version), 'Mcp-Method': headerValue(method) };
  const key = NAMED_BY.get(method);
  const name = key !== undefined && Object.hasOwn(params, key) ? params[key] : undefined;
  if (typeof name === 'string') headers['Mcp-Name'] = headerValue(name);
  return headers;
}

/**
 * A text as a header value: as it is where a header can carry it and no hop drops it for being empty, else `=?base64?...?=` of its UTF-8 bytes. Text that
 * looks like that form is encoded too, so that it is not taken for it. [MCP 2026-07-28, Transports, Header encoding]
 */
export function headerValue(text: string): string {
  const plain = /^[\t\x20-\x7e]+$/.test(text) && text.trim() === text && !/^=\?base64\?.*\?=$/.test(text);
  return plain ? text : `=?base64?${base64(text)}?=`;
}

function base64(text: string): string {
  let binary = '';
  for (const byte of new TextEncoder().encode(text)) binary += String.fromCharCode(byte);
  return btoa(binary);
}
