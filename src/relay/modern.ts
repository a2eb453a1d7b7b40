/** Messages of the modern era: each on its own, with the headers that its server asks for. */

import { HEADER_MISMATCH } from '../protocol/discovery.ts';
import { rawAt } from '../protocol/json.ts';
import { isModern, type Message, type ModernParts, peek, type Request } from '../protocol/message.ts';
import { nextCursor } from '../protocol/tool-headers.ts';
import type { Errand } from './errand.ts';
import { exchange } from './exchange.ts';
import { type CallContext, type Emit, type ResponseDelivery, responseTo } from './handler.ts';
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

  /** As MessageHandler has it. */
  handle(message: Message, context: CallContext): Promise<void> {
    if (isToolCall(message)) return this.#call(message, context);
    const isList = message.kind === 'request' && message.method === 'tools/list';
    return exchange(this.#wire, this.#errandFor(message), isList ? this.#learning(context) : context);
  }

  #learning(context: CallContext): CallContext {
    const emit: Emit = (delivery) =>
      context.emit(delivery.is === 'answer' ? { ...delivery, line: this.#tools.learn(delivery.line) } : delivery);
    return { ...context, emit };
  }

  /** Sends a call. If its headers are refused, fetches the list of tools and sends it once more. */
  async #call(request: ToolCall, context: CallContext): Promise<void> {
    const first = this.#paramHeaders(request);
    let refused: ResponseDelivery | undefined;
    const emit: Emit = (delivery) => {
      if (delivery.is !== 'answer' || delivery.answer.error?.code !== HEADER_MISMATCH) return context.emit(delivery);
      refused = delivery;
      return undefined;
    };
    await this.#send(request, first, { ...context, emit });
    if (refused === undefined) return;
    if (await this.#relisted(request, context)) {
      const second = this.#paramHeaders(request);
      if (JSON.stringify(first) !== JSON.stringify(second)) {
        this.#wire.log.info({ tool: request.modern.params['name'] }, 'sending a call again with the headers it needs');
        return this.#send(request, second, context);
      }
    }
    await context.emit(refused);
  }

  #send(request: ToolCall, headers: Readonly<Record<string, string>>, context: CallContext): Promise<void> {
    const errand = this.#errandFor(request);
    return exchange(this.#wire, { ...errand, headers: { ...errand.headers, ...headers } }, context);
  }

  #paramHeaders({ modern: { params } }: ToolCall): Record<string, string> {
    return this.#tools.headersFor(String(params['name']), params['arguments']);
  }

  /** A list that does not come leaves the refusal as it is. */
  async #relisted(request: ToolCall, context: CallContext): Promise<boolean> {
    try {
      return await this.#relist(request, context);
    } catch (thrown) {
      if (context.signal.aborted) throw thrown;
      this.#wire.log.warn({ because: String(thrown) }, 'the list of tools could not be fetched');
      return false;
    }
  }

  /** @returns whether a list came that has the tool */
  async #relist(request: ToolCall, context: CallContext): Promise<boolean> {
    const name = String(request.modern.params['name']);
    const meta = rawAt(request.text, 'params', '_meta') ?? '{}';
    const cursors = new Set<string>();
    let cursor: string | undefined;
    for (let page = 0; page < PAGES; page++) {
      const id = `"uc-mcp-bridge-list-${++this.#fetched}"`;
      const params = cursor === undefined ? `{"_meta":${meta}}` : `{"_meta":${meta},"cursor":${cursor}}`;
      const list = peek(`{"jsonrpc":"2.0","id":${id},"method":"tools/list","params":${params}}`);
      if (list.kind !== 'request' || !isModern(list)) return false;
      const own = { ...context, emit: () => undefined };
      const response = await responseTo((to) => exchange(this.#wire, this.#errandFor(list), to), own);
      const text = response?.line ?? '';
      this.#tools.learn(text);
      cursor = nextCursor(text);
      if (this.#tools.knows(name)) return true;
      // A cursor that repeats leads nowhere new.
      if (cursor === undefined || cursors.has(cursor)) return false;
      cursors.add(cursor);
    }
    return false;
  }
}

function isToolCall(message: Message): message is ToolCall {
  return message.kind === 'request' && message.method === 'tools/call' && message.modern !== undefined;
}
