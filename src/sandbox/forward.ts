import { type Agent, type IncomingMessage, request } from 'node:http';
import type { Envelope } from './envelope.ts';

/** Headers of a message's framing and of one hop: those of the call to the workspace mean nothing one hop further. */
const NOT_FORWARDED = new Set(['connection', 'content-length', 'expect', 'host', 'keep-alive', 'transfer-encoding']);

/** Address of a call: the path is appended to the base, and `/` or nothing adds nothing to a base that has a path. */
export function upstreamUrl(base: string, { params, path }: Pick<Envelope, 'params' | 'path'>): URL {
  const url = new URL(base);
  if (path !== '' && (path !== '/' || url.pathname === '/')) url.pathname = url.pathname.replace(/\/$/, '') + path;
  for (const [name, value] of params) url.searchParams.append(name, value);
  return url;
}

/**
 * Sends what is in an envelope to the server behind the connection. Resolves when the head of the answer is there;
 * rejects when none came, or with the signal's reason.
 */
export function forward(url: URL, envelope: Envelope, agent: Agent, signal: AbortSignal): Promise<IncomingMessage> {
  const headers = Object.fromEntries(
    Object.entries(envelope.headers).filter(([name]) => !NOT_FORWARDED.has(name.toLowerCase())),
  );
  return new Promise((resolve, reject) => {
    const call = request(url, { method: envelope.method, headers, agent, signal });
    call.once('response', resolve);
    // Stays for good: when the connection breaks later on, the body of the answer reports it.
    call.on('error', reject);
    call.end(envelope.text);
  });
}
