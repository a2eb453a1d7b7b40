/** Messages of the modern era: each on its own, with the headers that its server asks for. */

import type { Signal } from '../ports.ts';
import { HEADER_MISMATCH } from '../protocol/discovery.ts';
import { rawAt } from '../protocol/json.ts';
import { isModern, type Message, type ModernParts, peek, type Request } from '../protocol/message.ts';
import { nextCursor } from '../protocol/tool-headers.ts';
import type { Delivery } from './correlation.ts';
import type { Deliveries } from './deliveries.ts';
import type { Errand } from './errand.ts';
import { exchange } from './exchange.ts';
import { ToolBook } from './tools.ts';
import type { Wire } from './wire.ts';

/** Pages of a list that are fetched for a tool that nobody has listed yet. */
const PAGES = 20;

interface ToolCall extends Request {
  readonly method: 'tools/call';
  readonly modern: ModernParts;
}

export class Modern {
  readonly #wire: Wire;
  readonly #errandFor: (message: Message) => Errand;
  readonly #tools: ToolBook;
  #fetched = 0;

  /** @param errandFor - how a message of this era is carried */
  constructor(wire: Wire, errandFor: (message: Message) => Errand) {
    this.#wire = wire;
    this.#errandFor = errandFor;
    this.#tools = new ToolBook(wire.log);
  }

  send(message: Message, signal: Signal): Deliveries {
    if (isToolCall(message)) return this.#call(message, signal);
    const isList = message.kind === 'request' && message.method === 'tools/list';
    return isList ? this.#list(message, signal) : exchange(this.#wire, this.#errandFor(message), signal);
  }

  async *#list(message: Message, signal: Signal): AsyncGenerator<Delivery, void, undefined> {
    for await (const delivery of exchange(this.#wire, this.#errandFor(message), signal)) {
      yield delivery.is === 'answer' ? { ...delivery, line: this.#tools.learn(delivery.line) } : delivery;
    }
  }

  /** Sends a call; where its headers are refused, asks for the list on the client's behalf and sends it once more. */
  async *#call(request: ToolCall, signal: Signal): AsyncGenerator<Delivery, void, undefined> {
    const first = this.#paramHeaders(request);
    for await (const delivery of this.#carry(request, first, signal)) {
      const refused = delivery.is === 'answer' && delivery.answer.error?.code === HEADER_MISMATCH;
      if (refused && (await this.#relisted(request, signal))) {
        const second = this.#paramHeaders(request);
        if (JSON.stringify(first) !== JSON.stringify(second)) {
          this.#wire.log.info(
            { tool: request.modern.params['name'] },
            'sending a call again with the headers it needs',
          );
          return yield* this.#carry(request, second, signal);
        }
      }
      yield delivery;
    }
  }

  #carry(request: ToolCall, headers: Readonly<Record<string, string>>, signal: Signal): Deliveries {
    const errand = this.#errandFor(request);
    return exchange(this.#wire, { ...errand, headers: { ...errand.headers, ...headers } }, signal);
  }

  #paramHeaders({ modern: { params } }: ToolCall): Record<string, string> {
    return this.#tools.headersFor(String(params['name']), params['arguments']);
  }

  /** A list that does not come leaves the refusal as it is. */
  async #relisted(request: ToolCall, signal: Signal): Promise<boolean> {
    try {
      return await this.#relist(request, signal);
    } catch (thrown) {
      if (signal.aborted) throw thrown;
      this.#wire.log.warn({ because: String(thrown) }, 'the list of tools could not be fetched');
      return false;
    }
  }

  /** @returns whether a list came that has the tool */
  async #relist(request: ToolCall, signal: Signal): Promise<boolean> {
    const name = String(request.modern.params['name']);
    const meta = rawAt(request.text, 'params', '_meta') ?? '{}';
    let cursor: string | undefined;
    for (let page = 0; page < PAGES; page++) {
      const id = `"uc-mcp-bridge-list-${++this.#fetched}"`;
      const params = cursor === undefined ? `{"_meta":${meta}}` : `{"_meta":${meta},"cursor":${cursor}}`;
      const list = peek(`{"jsonrpc":"2.0","id":${id},"method":"tools/list","params":${params}}`);
      if (list.kind !== 'request' || !isModern(list)) return false;
      let text = '';
      for await (const delivery of exchange(this.#wire, this.#errandFor(list), signal)) {
        if (delivery.is === 'answer') text = delivery.line;
      }
      this.#tools.learn(text);
      cursor = nextCursor(text);
      if (this.#tools.knows(name)) return true;
      if (cursor === undefined) return false;
    }
    return false;
  }
}

function isToolCall(message: Message): message is ToolCall {
  return message.kind === 'request' && message.method === 'tools/call' && message.modern !== undefined;
}
