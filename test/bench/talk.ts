/** A conversation with a target: requests go out as lines that were made before, answers are only told apart. */

import { ballast } from './far/ballast.ts';

/** A request, ready to be sent. */
export interface Ready {
  readonly id: number;
  /** The message and its line feed. */
  readonly line: string | Buffer;
}

export interface Talk {
  /** The target's process; absent where there is none. */
  readonly pid?: number | undefined;
  /**
   * Sends a request.
   *
   * @returns when the last byte of its answer is there
   * @throws Died where the target ended or refused
   */
  exchange(request: Ready): Promise<void>;
  notify(line: string): void;
  close(): Promise<void>;
}

/** The target is gone, or said no. */
export class Died extends Error {
  override readonly name = 'Died';
}

/** What is longer is encoded before the clock starts. */
const LONG = 50_000;
let lastId = 0;

function ready(rest: string): Ready {
  const id = ++lastId;
  const line = `{"jsonrpc":"2.0","id":${id},${rest}}\n`;
  return { id, line: line.length > LONG ? Buffer.from(line) : line };
}

export function request(method: string, params: object = {}): Ready {
  return ready(`"method":"${method}","params":${JSON.stringify(params)}`);
}

/** A call of a tool whose answer holds `downBytes`, and that carries `upBytes` itself. */
export function call(upBytes: number, downBytes: number, waitMs = 0): Ready {
  const asked = `{"bytes":${downBytes},"waitMs":${waitMs},"ballast":"${ballast(upBytes)}"}`;
  return ready(`"method":"tools/call","params":{"name":"tool_number_1","arguments":${asked}}`);
}

export function hello(): Ready {
  const clientInfo = { name: 'bench', version: '1' };
  return request('initialize', { protocolVersion: '2025-06-18', capabilities: {}, clientInfo });
}

/** @throws Died */
export async function handshake(talk: Talk): Promise<void> {
  await talk.exchange(hello());
  talk.notify('{"jsonrpc":"2.0","method":"notifications/initialized"}\n');
}

/** @returns milliseconds from the first byte out to the last byte in */
export async function timed(talk: Talk, asked: Ready): Promise<number> {
  const from = performance.now();
  await talk.exchange(asked);
  return performance.now() - from;
}

/** @returns milliseconds of each of so many requests, one after the other */
export async function oneByOne(talk: Talk, count: number, make: () => Ready): Promise<number[]> {
  const times: number[] = [];
  while (times.length < count) times.push(await timed(talk, make()));
  return times;
}

/** Keeps `inFlight` requests under way until `total` were answered. @returns answers per second */
export async function rate(talk: Talk, inFlight: number, total: number, make: () => Ready): Promise<number> {
  let left = total;
  const lane = async () => {
    while (left-- > 0) await talk.exchange(make());
  };
  const from = performance.now();
  await Promise.all(Array.from({ length: inFlight }, lane));
  return (total * 1_000) / (performance.now() - from);
}
