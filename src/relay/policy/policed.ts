/**
 * The user's tool policy between client and server: what it excludes is not listed, and not called. Stands before
 * everything else, so that it sees what the client sees. Only there when a policy is set.
 */

import type { Log } from '../../ports.ts';
import { editMember, isObject } from '../../protocol/edit.ts';
import { excerpt } from '../../protocol/excerpt.ts';
import { members, rawAt, rawMember } from '../../protocol/json.ts';
import { type Batch, type Message, peek, type Request } from '../../protocol/message.ts';
import { Problem } from '../../protocol/problem.ts';
import { nextCursor } from '../../protocol/tool-headers.ts';
import type { Delivery } from '../correlation.ts';
import { type Deliveries, deferred, refused } from '../deliveries.ts';
import type { Far } from '../upstream.ts';
import type { PolicyRules, Tool, Verdict } from './policy.ts';
import { toolsIn, withoutTools } from './tool-list.ts';

/** Pages of a list that are fetched to judge a call. */
const PAGES = 20;

export interface PolicyParts {
  readonly inner: Far;
  /** Absent where every tool is allowed. */
  readonly rules: PolicyRules | undefined;
  /** For `params._meta` of every call, where the client has no value of its own. JSON-encoded by key. */
  readonly meta: Readonly<Record<string, string>>;
  readonly log: Log;
}

export class Policed implements Far {
  readonly #parts: PolicyParts;
  /** What the server has listed; a list from its beginning replaces what was known. */
  readonly #listed = new Map<string, Tool>();
  #filtered = false;
  /** Raw ids of the client's lists that are under way: an answer may come on the stream of another request. */
  readonly #lists = new Set<string>();
  #fetched = 0;
  #hiddenBefore = '';

  constructor(parts: PolicyParts) {
    this.#parts = parts;
  }

  send(message: Message, signal: AbortSignal): Deliveries {
    if (message.kind === 'batch') return this.#batch(message, signal);
    if (message.kind !== 'request') return this.#parts.inner.send(message, signal);
    if (message.method === 'tools/list') return this.#list(message, this.#parts.inner.send(message, signal));
    if (message.method !== 'tools/call') return this.#screened(this.#parts.inner.send(message, signal));
    return this.#call(message, signal);
  }

  get opening(): Promise<void> | undefined {
    return this.#parts.inner.opening;
  }

  get takesBatches(): boolean {
    return this.#parts.inner.takesBatches;
  }

  hangUp(): void {
    this.#parts.inner.hangUp();
  }

  close(): Promise<void> {
    return this.#parts.inner.close();
  }

  /** What the server says on whatever stream, without the tools that are excluded. */
  screen(delivery: Delivery): Delivery {
    const isList = delivery.is === 'stray' && delivery.id !== undefined && this.#lists.has(delivery.id);
    return isList ? { ...delivery, line: this.#read(delivery.line, false) } : delivery;
  }

  async *#screened(deliveries: Deliveries): Deliveries {
    for await (const delivery of deliveries) yield this.screen(delivery);
  }

  async *#list(request: Request, deliveries: Deliveries): Deliveries {
    const isFirstPage = rawAt(request.text, 'params', 'cursor') === undefined;
    this.#lists.add(request.id);
    try {
      for await (const delivery of deliveries) {
        yield delivery.is === 'answer'
          ? { ...delivery, line: this.#read(delivery.line, isFirstPage) }
          : this.screen(delivery);
      }
    } finally {
      this.#lists.delete(request.id);
    }
  }

  #call(request: Request, signal: AbortSignal): Deliveries {
    const { inner } = this.#parts;
    const verdict = this.#judge(request);
    switch (verdict.is) {
      case 'allowed':
        return this.#screened(inner.send(this.#withMeta(request), signal));
      case 'excluded':
        return refused(excluded(request, verdict));
      case 'unlisted':
        return deferred(this.#callAfterListing(request, signal));
    }
  }

  /** A client may call what it knows from yesterday: then the server is asked here what it says of its tools. */
  async #callAfterListing(request: Request, signal: AbortSignal): Promise<Deliveries> {
    const failed = await this.#fetch(request, signal);
    const verdict = this.#judge(request);
    if (verdict.is === 'allowed') return this.#screened(this.#parts.inner.send(this.#withMeta(request), signal));
    return refused(verdict.is === 'excluded' ? excluded(request, verdict) : unlisted(request, verdict.by, failed));
  }

  async *#batch(batch: Batch, signal: AbortSignal): Deliveries {
    const requests = batch.messages.filter((message) => message.kind === 'request');
    for (const request of requests) {
      if (request.method !== 'tools/call') continue;
      if (this.#judge(request).is === 'unlisted') await this.#fetch(request, signal);
      const verdict = this.#judge(request);
      if (verdict.is === 'excluded') throw excluded(request, verdict);
      if (verdict.is === 'unlisted') throw unlisted(request, verdict.by, undefined);
    }
    const lists = requests.filter(({ method }) => method === 'tools/list').map(({ id }) => id);
    for (const id of lists) this.#lists.add(id);
    try {
      yield* this.#screened(this.#parts.inner.send(batch, signal));
    } finally {
      for (const id of lists) this.#lists.delete(id);
    }
  }

  #judge(request: Request): Verdict {
    const name = toolOf(request);
    if (name === undefined) return UNCLEAR;
    return this.#parts.rules?.judge(name, this.#listed.get(name), this.#filtered) ?? { is: 'allowed' };
  }

  /** Reads a page of the server's list. @returns it without what is excluded */
  #read(text: string, isFirstPage: boolean): string {
    const { rules } = this.#parts;
    if (rules === undefined) return text;
    if (isFirstPage) this.#listed.clear();
    for (const tool of toolsIn(text)) this.#listed.set(tool.name, tool);
    this.#filtered = rules.isFiltered(this.#listed.keys());
    const hidden = new Map<string, string[]>();
    const kept = withoutTools(text, (tool) => {
      const verdict = rules.judge(tool.name, tool, this.#filtered);
      if (verdict.is === 'excluded') hidden.set(verdict.by, [...(hidden.get(verdict.by) ?? []), tool.name]);
      return verdict.is === 'allowed';
    });
    this.#note(hidden);
    return kept;
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

  /** Asks for the whole list on the client's behalf, in the era of the call. @returns why it did not come, if so */
  async #fetch(call: Request, signal: AbortSignal): Promise<unknown> {
    const meta = call.modern === undefined ? undefined : rawAt(call.text, 'params', '_meta');
    let cursor: string | undefined;
    try {
      for (let page = 0; page < PAGES; page++) {
        const members = [...(meta ? [`"_meta":${meta}`] : []), ...(cursor ? [`"cursor":${cursor}`] : [])];
        const id = `"uc-mcp-bridge-policy-${++this.#fetched}"`;
        const list = peek(`{"jsonrpc":"2.0","id":${id},"method":"tools/list","params":{${members.join(',')}}}`);
        if (list.kind !== 'request') return list;
        let line = '';
        for await (const delivery of this.#parts.inner.send(list, signal)) {
          if (delivery.is !== 'answer') continue;
          if (delivery.answer.error) return delivery.answer.error;
          line = delivery.line;
        }
        this.#read(line, page === 0);
        cursor = nextCursor(line);
        if (cursor === undefined) return undefined;
      }
      return undefined;
    } catch (thrown) {
      if (signal.aborted) throw thrown;
      return thrown;
    }
  }

  #withMeta(request: Request): Request {
    const { meta } = this.#parts;
    if (Object.keys(meta).length === 0) return request;
    const text = editMember(request.text, 'params', (params) =>
      params !== undefined && !isObject(params)
        ? params
        : editMember(params ?? '{}', '_meta', (own) => mergedMeta(own, meta)),
    );
    return { ...request, text };
  }
}

/** The client's own members win, and what is no object is left to the server to refuse. */
function mergedMeta(own: string | undefined, meta: Readonly<Record<string, string>>): string | undefined {
  if (own !== undefined && !isObject(own)) return own;
  return Object.entries(meta).reduce(
    (object, [key, value]) => editMember(object, key, (raw) => raw ?? value),
    own ?? '{}',
  );
}

/** What one reader takes for the name of the tool, another may not: some fold cases, some take the first of two. */
const UNCLEAR: Verdict = { is: 'excluded', by: 'the tool policy', because: 'the call does not name it clearly' };

/** @returns undefined where there is not exactly one name */
function toolOf(request: Request): string | undefined {
  const params = rawMember(request.text, 'params');
  const isRecord = params !== undefined && request.text[params.start] === '{';
  const names = isRecord ? members(request.text, params.start).filter(({ key }) => key.toLowerCase() === 'name') : [];
  const [only, ...more] = names;
  if (only?.key !== 'name' || more.length > 0) return undefined;
  const name: unknown = JSON.parse(request.text.slice(only.start, only.end));
  return typeof name === 'string' ? name : undefined;
}

/** The name as a sentence shows it. */
function quoted(request: Request): string {
  return JSON.stringify(excerpt(toolOf(request) ?? ''));
}

function excluded(request: Request, { by, because }: Extract<Verdict, { is: 'excluded' }>): Problem {
  const sentence = `The tool ${quoted(request)} is excluded by ${by}: ${because}.`;
  const hint = `To allow it, change ${by} in the configuration of uc-mcp-bridge.`;
  return new Problem('policy', sentence, { hint });
}

function unlisted(request: Request, by: string, failed: unknown): Problem {
  const tool = quoted(request);
  if (failed === undefined) {
    const sentence = `The tool ${tool} is excluded by ${by}: the server does not list it.`;
    return new Problem('policy', sentence, { hint: 'Call a tool that is in the list.' });
  }
  const sentence = `Whether ${by} allows the tool ${tool} cannot be told: the server did not list its tools.`;
  return new Problem('policy', sentence, { hint: 'Call it again when the server answers tools/list.' }, failed);
}
