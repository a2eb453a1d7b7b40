/** A workspace and the server behind it, that lose, refuse, cut and dawdle at random, and count what they have done. */

import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { type Loopback, listenOnLoopback } from '../../src/sandbox/loopback.ts';
import type { Dice } from './dice.ts';

export const FAULTS = ['401', '404', '429', '502', 'cut before', 'cut after', 'slow'] as const;
export type Fault = (typeof FAULTS)[number];

/** A session is not lost again as soon as it is open: nothing would ever get through. */
const SHORTEST_SESSION_MS = 250;
const SLOW_MS = [100, 600] as const;

interface Message {
  readonly id?: string | number;
  readonly method?: string;
  readonly params?: { readonly name?: string; readonly arguments?: { readonly key?: string } };
}

export class SoakWorkspace {
  /** How often each call was executed, by its key. */
  readonly ledger: Map<string, number> = new Map();
  readonly faults: Record<Fault, number> = {
    '401': 0,
    '404': 0,
    '429': 0,
    '502': 0,
    'cut before': 0,
    'cut after': 0,
    slow: 0,
  };
  readonly #dice: Dice;
  readonly #share: number;
  #loopback: Loopback | undefined;
  #token: string;
  #session: { readonly id: string; readonly openedMs: number; isUsed: boolean } | undefined;
  #opened = 0;
  #underWay = 0;

  /** @param share - of the requests that meet a fault, from 0 to 1 */
  constructor(dice: Dice, share: number, token: string) {
    this.#dice = dice;
    this.#share = share;
    this.#token = token;
  }

  async start(): Promise<string> {
    this.#loopback = await listenOnLoopback((request, response) => {
      this.#underWay++;
      this.#answer(request, response)
        .catch(() => response.destroy())
        .finally(() => this.#underWay--);
    });
    return this.#loopback.origin;
  }

  get openSockets(): number {
    return this.#loopback?.openSockets() ?? 0;
  }

  /** Calls that are being answered. */
  get underWay(): number {
    return this.#underWay;
  }

  get sessionsOpened(): number {
    return this.#opened;
  }

  async close(): Promise<void> {
    await this.#loopback?.close();
  }

  /** From now on only this token is taken. */
  takeOnly(token: string): void {
    this.#token = token;
  }

  /** @returns whether there was one that had been of use for a while */
  loseSession(): boolean {
    if (!this.#session?.isUsed || performance.now() - this.#session.openedMs < SHORTEST_SESSION_MS) return false;
    this.#session = undefined;
    return true;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { headers, json, method } = JSON.parse(await text(request));
    if (request.headers.authorization !== `Bearer ${this.#token}`) return refuseToken(response);
    const session = JSON.parse(headers)['Mcp-Session-Id'];
    if (method === 'DELETE') {
      if (session === this.#session?.id) this.#session = undefined;
      return end(response, 200, '');
    }
    const message: Message = JSON.parse(json);
    const fault = message.id === undefined || message.method === undefined ? undefined : this.#faultFor(message);
    if (fault) this.faults[fault]++;
    switch (fault) {
      case '401':
        return refuseToken(response);
      case '404':
        this.#session = undefined;
        break;
      case '429':
        response.setHeader('retry-after', '1');
        return end(response, 429, 'slow down');
      case '502':
        return end(response, 502, '<html><title>502 Bad Gateway</title></html>');
      case 'cut before':
        response.destroy();
        return;
      case 'slow':
        await pause(SLOW_MS[0] + this.#dice.roll() * (SLOW_MS[1] - SLOW_MS[0]));
    }
    if (message.method === 'initialize') return this.#open(message, response);
    if (session === undefined || session !== this.#session?.id) return end(response, 404, 'session not found');
    if (message.id === undefined || message.method === undefined) return end(response, 202, '');
    if (this.#session) this.#session.isUsed = true;
    const key = message.params?.arguments?.key ?? '';
    if (message.method === 'tools/call') this.ledger.set(key, (this.ledger.get(key) ?? 0) + 1);
    if (fault === 'cut after') {
      response.destroy();
      return;
    }
    end(response, 200, JSON.stringify({ jsonrpc: '2.0', id: message.id, result: { key, method: message.method } }));
  }

  #open({ id }: Message, response: ServerResponse): void {
    this.#session = { id: `soak-session-${++this.#opened}`, openedMs: performance.now(), isUsed: false };
    response.setHeader('mcp-session-id', this.#session.id);
    const result = { protocolVersion: '2025-11-25', capabilities: {}, serverInfo: { name: 'soak', version: '1' } };
    end(response, 200, JSON.stringify({ jsonrpc: '2.0', id, result }));
  }

  #faultFor({ method }: Message): Fault | undefined {
    if (method === 'initialize' || this.#dice.roll() >= this.#share) return undefined;
    const fault = this.#dice.of(FAULTS);
    const age = performance.now() - (this.#session?.openedMs ?? Number.POSITIVE_INFINITY);
    return fault === '404' && !(age > SHORTEST_SESSION_MS) ? '502' : fault;
  }
}

function refuseToken(response: ServerResponse): void {
  response.setHeader('content-type', 'application/json');
  end(response, 401, '{"error_code":"UNAUTHENTICATED","message":"Invalid Token"}');
}

function end(response: ServerResponse, status: number, body: string): void {
  response.statusCode = status;
  response.end(body);
}
