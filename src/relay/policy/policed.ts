/**
 * The user's tool policy between client and server: what it excludes is not listed, and not called. Stands before
 * everything else, so that it sees what the client sees. Only there when a policy is set.
 */

import type { Log } from '../../ports.ts';
import { editMember } from '../../protocol/edit.ts';
import { isSameId } from '../../protocol/incoming.ts';
import { elements, flat, rawAt, splice } from '../../protocol/json.ts';
import { REMEMBERED_SERVER_REQUESTS } from '../../protocol/limits.ts';
import {
  type Batch,
  type ClientResponse,
  type Id,
  type Message,
  type Notification,
  peek,
  type Request,
} from '../../protocol/message.ts';
import type { Problem } from '../../protocol/problem.ts';
import { nextCursor } from '../../protocol/tool-headers.ts';
import type { Delivery } from '../correlation.ts';
import { type CallContext, type Emit, type MessageHandler, responseTo } from '../handler.ts';
import { mayKeep } from '../tools.ts';
import { type AddedMeta, withMeta } from './added-meta.ts';
import { isClear, toolIn } from './naming.ts';
import type { PolicyRules, Tool, Verdict } from './policy.ts';
import { excluded, unasked, unclear, unlisted } from './refusals.ts';
import { toolsIn, withoutTools } from './tool-list.ts';

/** Pages of a list that are fetched to judge a call. */
const PAGES = 20;

export interface PolicyParts {
  readonly next: MessageHandler;
  /** Absent where every tool is allowed. */
  readonly rules: PolicyRules | undefined;
  readonly meta: AddedMeta;
  readonly log: Log;
}

/** A server may act on a `tools/call` without an id too. */
type Calling = Request | Notification;

export class Policed implements MessageHandler {
  readonly #parts: PolicyParts;
  /** What the server has listed; a list from its beginning replaces what was known. */
  readonly #listed = new Map<string, Tool>();
  #filtered = false;
  /** Raw ids of the client's lists that are under way: an answer may come on the stream of another request. */
  readonly #lists = new Set<string>();
  /** Raw ids of the server's requests that the client has not answered. */
  readonly #asked = new Set<Id>();
  #fetched = 0;
  #hiddenBefore = '';
  #compared = false;

  constructor(parts: PolicyParts) {
    this.#parts = parts;
  }

  async handle(message: Message, context: CallContext): Promise<void> {
    const { next } = this.#parts;
    switch (message.kind) {
      case 'response': {
        const problem = this.#refusalOfResponse(message);
        if (problem !== undefined) throw problem;
        return next.handle(message, context);
      }
      case 'batch':
        return this.#batch(message, context);
      case 'request':
      case 'notification': {
        const problem = this.refusalOf(message);
        if (problem !== undefined) throw problem;
        const isCall = message.method === 'tools/call';
        if (isCall && this.#judge(message).is === 'unlisted') return this.#callAfterListing(message, context);
        if (message.kind === 'request' && message.method === 'tools/list') return this.#list(message, context);
        return next.handle(isCall ? this.#withMeta(message) : message, this.#screened(context));
      }
    }
  }

  /** Why a message is not sent, as far as that can be told without asking the server for its list. */
  refusalOf(message: Calling): Problem | undefined {
    if (this.#parts.rules === undefined) return undefined;
    const isCall = message.method === 'tools/call';
    const tool = toolIn(message.text);
    if (!isClear(message.text) || (isCall && tool === undefined)) return unclear();
    const verdict = this.#judge(message);
    return isCall && verdict.is === 'excluded' ? excluded(tool, verdict) : undefined;
  }

  /** A server that folds cases may take a response for a call. [T248] */
  #refusalOfResponse({ id, text }: ClientResponse): Problem | undefined {
    if (this.#parts.rules === undefined) return undefined;
    if (!isClear(text)) return unclear();
    const asked = [...this.#asked].find((open) => isSameId(open, id));
    return asked !== undefined && this.#asked.delete(asked) ? undefined : unasked();
  }

  /** Remembers a request of the server until the client answers it. */
  #remember(id: Id): void {
    this.#asked.add(flat(id));
    const [oldest] = this.#asked;
    if (this.#asked.size > REMEMBERED_SERVER_REQUESTS && oldest !== undefined) this.#asked.delete(oldest);
  }

  get ready(): Promise<void> | undefined {
    return this.#parts.next.ready;
  }

  get takesBatches(): boolean {
    return this.#parts.next.takesBatches;
  }

  clientDisconnected(): void {
    this.#parts.next.clientDisconnected();
  }

  close(): Promise<void> {
    return this.#parts.next.close();
  }

  /** What the server says on whatever stream, without the tools that are excluded. */
  screen(delivery: Delivery): Delivery {
    if (delivery.is === 'server-message' && delivery.line.includes('notifications/tools/list_changed')) this.#forget();
    if (delivery.is === 'server-message' && delivery.id !== undefined) this.#remember(delivery.id);
    // The server may write the id in another way, with escapes or as 1.0.
    const isList = delivery.is === 'stray' && [...this.#lists].some((id) => isSameId(id, delivery.id));
    return isList ? { ...delivery, line: this.#read(delivery.line, false) } : delivery;
  }

  #screened(context: CallContext): CallContext {
    return { ...context, emit: (delivery) => context.emit(this.screen(delivery)) };
  }

  async #list(request: Request, context: CallContext): Promise<void> {
    const isFirstPage = rawAt(request.text, 'params', 'cursor') === undefined;
    const emit: Emit = (delivery) =>
      context.emit(
        delivery.is === 'answer'
          ? { ...delivery, line: this.#read(delivery.line, isFirstPage) }
          : this.screen(delivery),
      );
    this.#lists.add(request.id);
    try {
      await this.#parts.next.handle(request, { ...context, emit });
    } finally {
      this.#lists.delete(request.id);
    }
  }

  /** A client may call what it knows from an earlier list: then the server is asked for its list here. */
  async #callAfterListing(call: Calling, context: CallContext): Promise<void> {
    const failed = await this.#fetch(call, context);
    const problem = this.refusalOf(call) ?? this.#stillUnlisted(call, failed);
    if (problem !== undefined) throw problem;
    await this.#parts.next.handle(this.#withMeta(call), this.#screened(context));
  }

  async #batch(batch: Batch, context: CallContext): Promise<void> {
    for (const message of batch.messages) {
      const problem = message.kind === 'response' ? this.#refusalOfResponse(message) : undefined;
      if (problem !== undefined) throw problem;
    }
    const all = batch.messages.filter((message) => message.kind !== 'response');
    for (const message of all) {
      const isUnlisted = message.method === 'tools/call' && this.#judge(message).is === 'unlisted';
      const failed = isUnlisted ? await this.#fetch(message, context) : undefined;
      const problem = this.refusalOf(message) ?? (isUnlisted ? this.#stillUnlisted(message, failed) : undefined);
      if (problem !== undefined) throw problem;
    }
    const lists = all.flatMap((message) =>
      message.kind === 'request' && message.method === 'tools/list' ? [message.id] : [],
    );
    for (const id of lists) this.#lists.add(id);
    try {
      await this.#parts.next.handle(this.#batchWithMeta(batch), this.#screened(context));
    } finally {
      for (const id of lists) this.#lists.delete(id);
    }
  }

  #judge({ text }: Calling): Verdict {
    const name = toolIn(text);
    if (this.#parts.rules === undefined || name === undefined) return { is: 'allowed' };
    return this.#parts.rules.judge(name, this.#listed.get(name), this.#filtered);
  }

  #stillUnlisted(call: Calling, failed: unknown): Problem | undefined {
    const verdict = this.#judge(call);
    return verdict.is === 'unlisted' ? unlisted(toolIn(call.text), verdict.by, failed) : undefined;
  }

  /** What was known of the tools holds no more. */
  #forget(): void {
    this.#listed.clear();
    this.#filtered = false;
  }

  /** Reads a page of the server's list. @returns it without what is excluded */
  #read(text: string, isFirstPage: boolean): string {
    const { rules } = this.#parts;
    if (rules === undefined) return text;
    if (isFirstPage) this.#forget();
    for (const tool of toolsIn(text)) if (mayKeep(this.#listed, tool.name)) this.#listed.set(tool.name, tool);
    this.#filtered = rules.isFiltered(this.#listed.keys());
    const hidden = new Map<string, string[]>();
    const kept = withoutTools(text, (tool) => {
      const verdict = rules.judge(tool.name, tool, this.#filtered);
      if (verdict.is === 'excluded') {
        const names = hidden.get(verdict.by);
        if (names === undefined) hidden.set(verdict.by, [tool.name]);
        else names.push(tool.name);
      }
      return verdict.is === 'allowed';
    });
    this.#note(hidden);
    if (nextCursor(text) === undefined) this.#compare(rules);
    return kept;
  }

  /** Once: the options do not change while the bridge runs. */
  #compare(rules: PolicyRules): void {
    if (this.#compared || this.#listed.size === 0) return;
    this.#compared = true;
    for (const unmatched of rules.unmatched(this.#listed.keys()))
      this.#parts.log.warn({ ...unmatched }, 'a name of the tool policy matches no tool of the server');
  }

  /** Clients list often: what is hidden is said when it changes. */
  #note(hidden: ReadonlyMap<string, readonly string[]>): void {
    const summary = JSON.stringify([...hidden]);
    if (hidden.size > 0 && summary !== this.#hiddenBefore) {
      for (const [by, tools] of hidden)
        this.#parts.log.info({ by, count: tools.length, tools }, 'left tools out of the list');
    }
    this.#hiddenBefore = summary;
  }

  /**
   * Asks for the whole list on the client's behalf, in the era of the call. What else comes with it is the client's.
   *
   * @returns why it did not come, if so
   */
  async #fetch(call: Calling, context: CallContext): Promise<unknown> {
    const own = call.modern === undefined ? undefined : rawAt(call.text, 'params', '_meta');
    // Progress is of the call, and of nothing else.
    const meta = own && editMember(own, 'progressToken', () => undefined);
    const cursors = new Set<string>();
    let cursor: string | undefined;
    try {
      for (let page = 0; page < PAGES; page++) {
        const members = [...(meta ? [`"_meta":${meta}`] : []), ...(cursor ? [`"cursor":${cursor}`] : [])];
        const id = `"uc-mcp-bridge-policy-${++this.#fetched}"`;
        const list = peek(`{"jsonrpc":"2.0","id":${id},"method":"tools/list","params":{${members.join(',')}}}`);
        if (list.kind !== 'request') return list;
        const response = await responseTo((own) => this.#parts.next.handle(list, own), this.#screened(context));
        if (response?.answer.error) return response.answer.error;
        const line = response?.line ?? '';
        this.#read(line, page === 0);
        cursor = nextCursor(line);
        // A cursor that repeats leads nowhere new.
        if (cursor === undefined || cursors.has(cursor)) return undefined;
        cursors.add(cursor);
      }
      return undefined;
    } catch (thrown) {
      if (context.signal.aborted) throw thrown;
      return thrown;
    }
  }

  #withMeta<Call extends Calling>(call: Call): Call {
    const text = withMeta(call.text, this.#parts.meta);
    return text === call.text ? call : { ...call, text };
  }

  /** A batch is refused or sent as a whole; what it calls is edited in its place. */
  #batchWithMeta(batch: Batch): Batch {
    const messages = batch.messages.map((message) =>
      message.kind !== 'response' && message.method === 'tools/call' ? this.#withMeta(message) : message,
    );
    const text = elements(batch.text).reduceRight((whole, span, index) => {
      const edited = messages[index];
      return edited === undefined || edited === batch.messages[index] ? whole : splice(whole, span, edited.text);
    }, batch.text);
    return { ...batch, messages, text };
  }
}
