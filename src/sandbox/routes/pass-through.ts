/** What the routes have in common that pass a request through: as it is, but for who the client is to the workspace. */

import type { IncomingMessage } from 'node:http';
import type { Answer } from '../answer.ts';
import type { ExternalCall } from '../external-call.ts';
import type { Forward } from '../forward.ts';
import { gzipped } from '../gzip.ts';
import { readBody } from '../read-body.ts';
import type { Route } from './route.ts';

export interface PassThroughOptions {
  /**
   * Compresses every body that is passed back, whatever the client accepts: with a `Content-Encoding` that says so, or
   * without, which has been observed on the connections proxy. [facts/databricks.md, section 7]
   */
  readonly gzip?: 'labelled' | 'unlabelled' | undefined;
  /** Whether somebody looks at the calls: a request body is then complete before it is passed on. */
  readonly watched: boolean;
}

/** Where a request is passed to. */
export interface Destination extends Pick<ExternalCall, 'route' | 'connection' | 'path'> {
  readonly url: URL;
}

/** Headers that end with this hop; those of the framing stay, as the body does. */
const ONE_HOP = new Set(['connection', 'expect', 'host', 'keep-alive']);
/** What would tell the server who the client is to the workspace. [facts/databricks.md, section 7] */
const STRIPPED = /^(?:authorization|cookie|x-databricks-.*)$/i;

/**
 * @param find - where a request is passed to; undefined where its address is none of this route's
 */
export function passThrough(
  { gzip, watched }: PassThroughOptions,
  find: (request: IncomingMessage) => Destination | undefined,
): Route {
  return {
    async open(request, forward) {
      const destination = find(request);
      if (destination === undefined) return undefined;
      const body = watched ? await readBody(request) : request;
      return callTo(destination, request, body, forward);
    },
    shown: (answer) => (gzip === undefined ? answer : gzipped(answer, gzip === 'labelled')),
  };
}

function callTo(
  { url, ...destination }: Destination,
  request: IncomingMessage,
  body: Buffer | IncomingMessage,
  forward: Forward,
): ExternalCall {
  const { method = '' } = request;
  const headers = Object.fromEntries(
    Object.entries(written(request.rawHeaders))
      .filter(([name]) => !ONE_HOP.has(name.toLowerCase()) && !STRIPPED.test(name))
      .map(([name, values]) => [name, values.join(', ')]),
  );
  const text = Buffer.isBuffer(body) ? body.toString() : '';
  return {
    ...destination,
    method,
    headers,
    params: url.searchParams,
    text: text === '' ? undefined : text,
    outer: { headers: request.headers, body: text },
    forward: async () => answerOf(await forward({ url, method, headers, body })),
  };
}

function answerOf(upstream: IncomingMessage): Answer {
  const headers = Object.entries(written(upstream.rawHeaders)).filter(
    // The body comes out of its framing here, and is framed anew.
    ([name]) => !ONE_HOP.has(name.toLowerCase()) && name.toLowerCase() !== 'transfer-encoding',
  );
  return { status: upstream.statusCode ?? 200, headers: Object.fromEntries(headers), body: upstream };
}

/** All values by name, names as they were written. */
function written(rawHeaders: readonly string[]): Record<string, string[]> {
  const values: Record<string, string[]> = {};
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const [name = '', value = ''] = rawHeaders.slice(i, i + 2);
    values[name] = [...(values[name] ?? []), value];
  }
  return values;
}
