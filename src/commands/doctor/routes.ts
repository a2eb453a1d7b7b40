/** One way through the workspace, tried from the handshake to the end; no tool does anything. */

import type { Clock, HttpCall, HttpReply, Send } from '../../ports.ts';
import { excerpt } from '../../protocol/excerpt.ts';
import { rawAt } from '../../protocol/json.ts';
import { Problem } from '../../protocol/problem.ts';
import type { Wire } from '../../relay/wire.ts';
import { type ListedTool, RpcRefusal, type Talk } from '../talk.ts';
import { DISCOVER, modernOf } from './modern.ts';

/** Round trips that are timed. */
const ROUNDS = 5;
/** Longest wait for the head of the standing stream, in milliseconds. */
const STREAM_MS = 2_000;

export interface RouteReport {
  readonly name: string;
  readonly streams: boolean;
  readonly server: string;
  /** The revision that was agreed on. */
  readonly version: string;
  /** Whether the server speaks the modern era only, so that the bridge translates. */
  readonly isTranslated: boolean;
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
  /** Median of the round trips of a message that does nothing, in milliseconds; undefined where none is answered. */
  readonly roundTripMs: number | undefined;
}

/** What the handshake and the list of tools have shown. */
export interface OpenRoute {
  readonly talk: Talk;
  readonly watched: Watched;
  readonly seen: Omit<RouteReport, 'standingStream' | 'modern' | 'isTranslated' | 'roundTripMs'>;
}

export interface Watched {
  readonly wire: Wire;
  readonly last: () => Observed;
}

/** What a wire has seen of the last exchange. */
interface Observed {
  readonly call: HttpCall | undefined;
  /** Whether any answer so far has brought a session id. */
  readonly hasSessionId: boolean;
  /** How the body began. */
  readonly start: string;
  /** POSTs so far. */
  readonly sent: number;
}

/** A wire that remembers how the last answer came. */
export function observed(wire: Wire): Watched {
  let last: Observed = { call: undefined, hasSessionId: false, start: '', sent: 0 };
  const send: Send = async (call, signal, unsentMs) => {
    const isPost = call.method === 'POST';
    if (isPost) last = { ...last, call, start: '', sent: last.sent + 1 };
    const reply = await wire.send(call, signal, unsentMs);
    if (reply.header('mcp-session-id') !== undefined) last = { ...last, hasSessionId: true };
    const onStart = (start: string) => {
      if (isPost) last = { ...last, start };
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
export async function openRoute(talk: Talk, watched: Watched): Promise<OpenRoute> {
  const { last, wire } = watched;
  const initialized = await talk.initialize();
  const keepsSession = last().hasSessionId;
  const version = textAt(initialized, 'protocolVersion');
  if (version === undefined) {
    throw new Problem('invalidUpstream', 'The server answers initialize with something else than MCP has for it.');
  }
  const hasTools = rawAt(initialized, 'capabilities', 'tools') !== undefined;
  const { list, tools } = await talk.listAllTools().catch((thrown) => {
    if (!hasTools && thrown instanceof RpcRefusal) return { list: [], tools: [] };
    throw thrown;
  });
  const server = [textAt(initialized, 'serverInfo', 'name'), textAt(initialized, 'serverInfo', 'version')];
  return {
    talk,
    watched,
    seen: {
      name: wire.route.name,
      streams: wire.route.streams,
      server: server.map((name) => name ?? '?').join(' '),
      version,
      keepsSession,
      tools,
      listBytes: list.reduce((bytes, page) => bytes + Buffer.byteLength(page), 0),
      answersAsEvents: /^\s*(?:event|data|id|retry|:)/.test(last().start),
    },
  };
}

/** What can be found out behind the handshake. Nothing of it has to work. */
export async function measureRoute({ seen, talk, watched }: OpenRoute): Promise<RouteReport> {
  const { last, wire } = watched;
  const stream = seen.streams ? await standingStream(last().call, wire) : 'none';
  const modern = await modernOf(talk);
  const before = last().sent;
  const idle = await timed(talk, 'ping', '{}', wire.clock);
  // Where the bridge translates it answers a ping itself.
  const isTranslated = idle !== undefined && last().sent === before;
  const again = isTranslated ? ['server/discover', DISCOVER] : ['ping', '{}'];
  const roundTripMs = idle === undefined ? undefined : await median(talk, again[0] ?? '', again[1] ?? '', wire.clock);
  return { ...seen, standingStream: stream, modern, isTranslated, roundTripMs };
}

function textAt(json: string, ...path: readonly string[]): string | undefined {
  const raw = rawAt(json, ...path);
  return raw?.startsWith('"') ? excerpt(JSON.parse(raw)) : undefined;
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

async function median(talk: Talk, method: string, params: string, clock: Clock): Promise<number | undefined> {
  const times: number[] = [];
  while (times.length < ROUNDS) {
    const ms = await timed(talk, method, params, clock);
    if (ms === undefined) return undefined;
    times.push(ms);
  }
  return times.sort((one, other) => one - other)[Math.floor(ROUNDS / 2)];
}

/** @returns undefined where no answer comes; a refusal is one */
async function timed(talk: Talk, method: string, params: string, clock: Clock): Promise<number | undefined> {
  const sinceMs = clock.now();
  try {
    await talk.request(method, params);
  } catch (thrown) {
    if (thrown instanceof Problem) return undefined;
    if (!(thrown instanceof RpcRefusal)) throw thrown;
  }
  return Math.round((clock.now() - sinceMs) * 10) / 10;
}
