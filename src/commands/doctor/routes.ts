/** One way through the workspace, tried from the handshake to the end; no tool is called. */

import type { HttpCall, HttpReply, Send } from '../../ports.ts';
import { readDiscovery } from '../../protocol/discovery.ts';
import { excerpt } from '../../protocol/excerpt.ts';
import { rawAt } from '../../protocol/json.ts';
import { MODERN_VERSION } from '../../protocol/versions.ts';
import type { Wire } from '../../relay/attempt.ts';
import { type ListedTool, RpcRefusal, type Talk } from '../talk.ts';

/** Round trips that are timed. */
const PINGS = 5;
/** Longest wait for the head of the standing stream, in milliseconds. */
const STREAM_MS = 2_000;

export interface RouteReport {
  readonly name: string;
  readonly streams: boolean;
  readonly server: string;
  readonly version: string;
  readonly keepsSession: boolean;
  readonly tools: readonly ListedTool[];
  /** Bytes of the list of tools, as it came. */
  readonly listBytes: number;
  /** Whether an answer came as an event stream. */
  readonly answersAsEvents: boolean;
  /** What became of the standing stream: `none` where the route or the server has none. */
  readonly standingStream: 'open' | 'none';
  /** Whether messages of 2026-07-28 get through with their headers. */
  readonly modern: 'yes' | 'no' | 'not spoken';
  /** Median of the round trips of a ping, in milliseconds. */
  readonly roundTripMs: number;
}

/** What a wire has seen of the last exchange. */
interface Observed {
  readonly call: HttpCall | undefined;
  /** Whether any answer so far has brought a session id. */
  readonly hasSessionId: boolean;
  /** How the body began. */
  readonly start: string;
}

/** A wire that remembers how the last answer came. */
export function observed(wire: Wire): { readonly wire: Wire; readonly last: () => Observed } {
  let last: Observed = { call: undefined, hasSessionId: false, start: '' };
  const send: Send = async (call, signal, unsentMs) => {
    const reply = await wire.send(call, signal, unsentMs);
    const hasSessionId = last.hasSessionId || reply.header('mcp-session-id') !== undefined;
    if (call.method === 'POST') last = { call, hasSessionId, start: '' };
    const onStart = (start: string) => {
      if (call.method === 'POST') last = { call, hasSessionId, start };
    };
    return { ...reply, body: sniffing(reply, onStart) };
  };
  return { wire: { ...wire, send }, last: () => last };
}

async function* sniffing({ body }: HttpReply, onStart: (start: string) => void): AsyncGenerator<Uint8Array> {
  let isFirst = true;
  for await (const chunk of body) {
    if (isFirst) onStart(Buffer.from(chunk.subarray(0, 16)).toString('latin1'));
    isFirst = false;
    yield chunk;
  }
}

/** @throws Problem, RpcRefusal: what the handshake or the list met */
export async function probeRoute(talk: Talk, { last, wire }: ReturnType<typeof observed>): Promise<RouteReport> {
  const { clock, route } = wire;
  const initialized = await talk.initialize();
  const keepsSession = last().hasSessionId;
  const { list, tools } = await talk.listAllTools();
  const answersAsEvents = /^\s*(?:event|data|id|retry|:)/.test(last().start);
  const server = [rawAt(initialized, 'serverInfo', 'name'), rawAt(initialized, 'serverInfo', 'version')];
  const version = rawAt(initialized, 'protocolVersion');
  return {
    name: route.name,
    streams: route.streams,
    server: server.map((raw) => (raw === undefined ? '?' : excerpt(String(JSON.parse(raw))))).join(' '),
    version: version === undefined ? '?' : excerpt(String(JSON.parse(version))),
    keepsSession,
    tools,
    listBytes: list.reduce((bytes, page) => bytes + Buffer.byteLength(page), 0),
    answersAsEvents,
    standingStream: route.streams ? await standingStream(last().call, wire) : 'none',
    modern: await modernOf(talk),
    roundTripMs: await roundTrip(talk, () => clock.now()),
  };
}

/** Asks for the stream on which a server speaks of its own accord, and lets it go at once. */
async function standingStream(
  call: HttpCall | undefined,
  { clock, send }: Wire,
): Promise<RouteReport['standingStream']> {
  if (call === undefined) return 'none';
  const { 'content-type': _, ...headers } = call.headers;
  const life = new AbortController();
  const stop = clock.after(STREAM_MS, () => life.abort(new Error('no answer')));
  try {
    const get = {
      ...call,
      method: 'GET',
      headers: { ...headers, accept: 'text/event-stream' },
      body: undefined,
    } as const;
    const { header, status } = await send(get, life.signal, STREAM_MS);
    return status === 200 && /^text\/event-stream\b/i.test(header('content-type') ?? '') ? 'open' : 'none';
  } catch {
    return 'none';
  } finally {
    stop();
    life.abort(new Error('it was only to be seen'));
  }
}

/** Asks in the modern era what the server speaks. */
async function modernOf(talk: Talk): Promise<RouteReport['modern']> {
  const meta = { 'io.modelcontextprotocol/protocolVersion': MODERN_VERSION };
  const params = JSON.stringify({ _meta: meta });
  try {
    const result = await talk.request('server/discover', params);
    const discovery = readDiscovery({ kind: 'answer', id: undefined, text: `{"result":${result}}`, error: undefined });
    return discovery?.versions.includes(MODERN_VERSION) ? 'yes' : 'not spoken';
  } catch (thrown) {
    // A server that misses a header is a modern one, behind a way that drops it.
    const words = thrown instanceof Error ? thrown.message : '';
    return /header/i.test(words) ? 'no' : 'not spoken';
  }
}

async function roundTrip(talk: Talk, now: () => number): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < PINGS; round++) {
    const sinceMs = now();
    try {
      await talk.request('ping');
    } catch (thrown) {
      if (!(thrown instanceof RpcRefusal)) throw thrown;
    }
    times.push(now() - sinceMs);
  }
  return times.sort((one, other) => one - other)[Math.floor(PINGS / 2)] ?? 0;
}
