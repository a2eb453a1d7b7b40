/** A talk with the MCP server behind the connection, as a command has it: a handshake, requests, and an end. */

import type { Config } from '../config/config.ts';
import { createPipeline } from '../pipeline.ts';
import type { Clock } from '../ports.ts';
import { isObject } from '../protocol/edit.ts';
import { excerpt } from '../protocol/excerpt.ts';
import type { Answer } from '../protocol/incoming.ts';
import { rawAt } from '../protocol/json.ts';
import { type Message, peek } from '../protocol/message.ts';
import { Problem } from '../protocol/problem.ts';
import { nextCursor } from '../protocol/tool-headers.ts';
import { type Emit, type MessageHandler, responseTo } from '../relay/handler.ts';
import type { Wire } from '../relay/wire.ts';
import { VERSION } from '../version.ts';

/** The revision that a command asks for. */
const PROTOCOL_VERSION = '2025-11-25';
/** Pages of a list that are fetched at most. */
const PAGES = 100;

/** The server's own refusal of a request. */
export class RpcRefusal extends Error {
  override readonly name = 'RpcRefusal';
  readonly method: string;
  readonly code: number | undefined;

  constructor(method: string, { code, message }: NonNullable<Answer['error']>) {
    super(message);
    this.method = method;
    this.code = code;
  }

  /** One sentence that is safe to be shown. */
  get sentence(): string {
    const code = this.code === undefined ? '' : ` (${this.code})`;
    return `The server refused ${this.method}${code}: ${excerpt(this.message)}`;
  }
}

/** Longest wait for the answer to one request. */
export interface Patience {
  readonly ms: number;
  readonly clock: Clock;
}

/** A tool as the server lists it. */
export interface ListedTool {
  readonly name: string;
  readonly annotations: Readonly<Record<string, unknown>>;
  /** As the server wrote it. */
  readonly text: string;
}

export class Talk {
  readonly #next: MessageHandler;
  readonly #patience: Patience | undefined;
  readonly #life = new AbortController();
  #ids = 0;

  /** @param patience - where nobody waits as long as the configuration allows */
  constructor(next: MessageHandler, patience?: Patience) {
    this.#next = next;
    this.#patience = patience;
  }

  /** @returns raw JSON text of the InitializeResult */
  async initialize(): Promise<string> {
    const clientInfo = { name: 'uc-mcp-bridge', version: VERSION };
    const params = { protocolVersion: PROTOCOL_VERSION, capabilities: {}, clientInfo };
    const result = await this.request('initialize', JSON.stringify(params));
    await this.#send('{"jsonrpc":"2.0","method":"notifications/initialized"}');
    return result;
  }

  /**
   * @param params - raw JSON text of an object
   * @returns raw JSON text of the result
   * @throws RpcRefusal, Problem
   */
  async request(method: string, params = '{}'): Promise<string> {
    const id = ++this.#ids;
    const answer = await this.#send(
      `{"jsonrpc":"2.0","id":${id},"method":${JSON.stringify(method)},"params":${params}}`,
    );
    if (answer?.error !== undefined) throw new RpcRefusal(method, answer.error);
    return rawAt(answer?.text ?? '{}', 'result') ?? '{}';
  }

  /** The tools of all pages of the list. */
  async listTools(): Promise<readonly ListedTool[]> {
    return (await this.listAllTools()).tools;
  }

  /** The same, each name once, and the raw JSON text of each page. */
  async listAllTools(): Promise<{ readonly list: readonly string[]; readonly tools: readonly ListedTool[] }> {
    const list: string[] = [];
    const tools = new Map<string, ListedTool>();
    const cursors = new Set<string>();
    let cursor: string | undefined;
    for (let page = 0; page < PAGES; page++) {
      const result = await this.request('tools/list', cursor === undefined ? '{}' : `{"cursor":${cursor}}`);
      list.push(result);
      for (const tool of toolsOf(result)) tools.set(tool.name, tool);
      cursor = nextCursor(`{"result":${result}}`);
      // A cursor that repeats leads nowhere new.
      if (cursor === undefined || cursors.has(cursor)) break;
      cursors.add(cursor);
    }
    return { list, tools: [...tools.values()] };
  }

  async close(): Promise<void> {
    this.#life.abort(new Error('the talk is over'));
    await this.#next.close();
  }

  async #send(text: string): Promise<Answer | undefined> {
    const message = peek(text);
    if (message.kind === 'refused') throw message.problem;
    if (message.kind === 'dropped') throw new Error(message.because);
    const late = new AbortController();
    const stop = this.#patience?.clock.after(this.#patience.ms, () => late.abort(tooLate(message, this.#patience?.ms)));
    try {
      const signal = AbortSignal.any([this.#life.signal, late.signal]);
      const context = { signal, emit: IGNORE, mark: () => {} };
      const response = await responseTo((own) => this.#next.handle(message, own), context);
      return response && { ...response.answer, text: response.line };
    } finally {
      stop?.();
    }
  }
}

function tooLate(message: Message, ms = 0): Problem {
  const what = 'method' in message ? message.method : 'the message';
  const hint = 'Look at the log of the server, or of what stands before it.';
  return new Problem('timeout', `The server did not answer ${what} within ${ms / 1000} s.`, { hint });
}

/** A talk as `serve` would have it, and what its policy says of a tool that is not in the list. */
export interface PolicedTalk {
  readonly talk: Talk;
  /** Why the policy lets nobody call the tool; undefined where it does not mind. */
  readonly refusalOf: (tool: string) => Problem | undefined;
}

/** Opens a talk over a wire, under the headers and the policy that `serve` would have. */
export async function openTalk(config: Config, wire: Wire): Promise<PolicedTalk> {
  const { handler, policy } = await createPipeline(config, wire, IGNORE);
  return {
    talk: new Talk(handler),
    refusalOf(tool) {
      const params = { name: tool };
      const call = peek(JSON.stringify({ jsonrpc: '2.0', method: 'tools/call', params }));
      return call.kind === 'notification' ? policy?.refusalOf(call) : undefined;
    },
  };
}

/** The same, with all that the server lists: the policy goes out in headers, and is not enforced here. */
export async function openBareTalk(config: Config, wire: Wire, patience: Patience): Promise<Talk> {
  const { handler } = await createPipeline(config, wire, IGNORE, { enforcesPolicy: false });
  return new Talk(handler, patience);
}

/** A command waits for responses only. */
const IGNORE: Emit = () => undefined;

/** The tools of one page of the list. */
export function toolsOf(result: string): ListedTool[] {
  const list = rawAt(result, 'tools');
  const tools: unknown = list === undefined ? [] : JSON.parse(list);
  if (!Array.isArray(tools)) return [];
  return tools.flatMap((tool): ListedTool[] => {
    const text = JSON.stringify(tool);
    if (!isObject(text) || typeof tool.name !== 'string') return [];
    const { annotations } = tool;
    return [{ name: tool.name, annotations: isObject(JSON.stringify(annotations)) ? annotations : {}, text }];
  });
}
