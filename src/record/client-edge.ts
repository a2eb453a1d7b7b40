/** What crosses stdin and stdout, as lines of a record. */

import { readIncoming } from '../protocol/incoming.ts';
import { rawAt } from '../protocol/json.ts';
import type { Line } from '../protocol/lines.ts';
import { cancelledId, type Message, type Request } from '../protocol/message.ts';
import { readLine } from '../protocol/read-line.ts';
import {
  type AnswerOutcome,
  BRIDGE_TO_CLIENT,
  CLIENT_TO_BRIDGE,
  type MessageEntry,
  type RecordedError,
  type RequestName,
} from './entry.ts';
import { rounded, type Writer } from './writer.ts';

interface Open extends RequestName {
  readonly takenMs: number;
}

export class ClientEdge {
  readonly #writer: Writer;
  readonly #bodies: boolean;
  /** Requests without an answer by their raw ids, oldest first where a client uses one twice. */
  readonly #open = new Map<string, Open[]>();

  constructor(writer: Writer, bodies: boolean) {
    this.#writer = writer;
    this.#bodies = bodies;
  }

  taken(line: Line): void {
    const message = readLine(line);
    if (message === undefined) return;
    const bytes = line.is === 'whole' ? line.bytes.length : line.head.length + line.tail.length;
    const base = { type: 'message', direction: CLIENT_TO_BRIDGE, bytes } as const;
    switch (message.kind) {
      case 'refused': {
        const { kind, message: because } = message.problem;
        const [id] = message.ids;
        this.#writer.write({ ...base, kind: 'refused', id, error: { kind, message: because } });
        break;
      }
      case 'dropped':
        this.#writer.write({ ...base, kind: 'refused', error: { kind: 'badMessage', message: message.because } });
        break;
      default:
        this.#writer.write({ ...base, ...this.#described(message), ...this.#body(message.text) });
    }
  }

  given(line: string): void {
    const bytes = Buffer.byteLength(line);
    const base = { type: 'message', direction: BRIDGE_TO_CLIENT, bytes } as const;
    // What is written is one message; an array is a batch of the server's, which is handed on in single lines.
    const [incoming] = readIncoming(line) ?? [];
    if (incoming?.kind === 'answer') {
      const { id } = incoming;
      const request = id === undefined ? undefined : this.#settle(id);
      const { takenMs, ...name } = request ?? { takenMs: undefined, id };
      const tookMs = takenMs === undefined ? undefined : rounded(this.#writer.nowMs - takenMs);
      const outcome = outcomeOf(line, incoming.error !== undefined);
      const error = errorOf(line, outcome);
      this.#writer.write({ ...base, kind: 'answer', ...name, tookMs, outcome, error, ...this.#body(line) });
      return;
    }
    const message = readLine({ is: 'whole', bytes: Buffer.from(line) });
    const described: Described =
      message?.kind === 'request' || message?.kind === 'notification' ? nameOf(message) : { kind: 'notification' };
    this.#writer.write({ ...base, ...described, ...this.#body(line) });
  }

  #described(message: Message): Described {
    switch (message.kind) {
      case 'request': {
        const name = nameOf(message);
        this.#openRequest(name);
        return name;
      }
      case 'notification': {
        const cancels = message.method === 'notifications/cancelled' ? cancelledId(message) : undefined;
        // It is not answered any more; where it is all the same, that was under way already.
        return { ...nameOf(message), cancels };
      }
      case 'response':
        return { kind: 'response', id: message.id };
      case 'batch': {
        const requests = message.messages.flatMap((one) => (one.kind === 'request' ? [nameOf(one)] : []));
        for (const request of requests) this.#openRequest(request);
        return { kind: 'batch', requests: requests.map(({ kind: _, ...request }) => request) };
      }
    }
  }

  #openRequest({ id, method, tool }: RequestName): void {
    const open = { id, method, tool, takenMs: this.#writer.nowMs };
    const sameId = this.#open.get(id);
    if (sameId) sameId.push(open);
    else this.#open.set(id, [open]);
  }

  #settle(id: string): Open | undefined {
    const [first, ...others] = this.#open.get(id) ?? [];
    if (others.length > 0) this.#open.set(id, others);
    else this.#open.delete(id);
    return first;
  }

  #body(text: string): { readonly body?: string } {
    return this.#bodies ? { body: text } : {};
  }
}

type Described = Pick<MessageEntry, 'kind' | 'id' | 'method' | 'tool' | 'cancels' | 'requests'>;

interface Named {
  readonly kind: 'request' | 'notification';
  readonly method: string;
  readonly text: string;
}

export function nameOf(message: Request): RequestName & { readonly kind: 'request' };
export function nameOf(message: Named): Described & { readonly method: string };
export function nameOf(message: Named & { readonly id?: string }): Described {
  const { id, kind, method, text } = message;
  return { kind, id, method, tool: method === 'tools/call' ? toolOf(text) : undefined };
}

function toolOf(text: string): string | undefined {
  const raw = rawAt(text, 'params', 'name');
  const name: unknown = raw === undefined ? undefined : JSON.parse(raw);
  return typeof name === 'string' ? name : undefined;
}

function outcomeOf(line: string, isError: boolean): AnswerOutcome {
  if (isError) return 'error';
  return rawAt(line, 'result', 'isError') === 'true' ? 'tool-error' : 'ok';
}

/** The bridge's own errors say what they are; of the server's only the number is noted. */
function errorOf(line: string, outcome: AnswerOutcome): RecordedError | undefined {
  if (outcome === 'ok') return undefined;
  if (outcome === 'tool-error') return { kind: 'tool' };
  const error = JSON.parse(rawAt(line, 'error') ?? '{}');
  const code = typeof error.code === 'number' ? error.code : undefined;
  if (error.data?.source !== 'uc-mcp-bridge') return { kind: 'server', code };
  return { kind: String(error.data.kind), code, message: String(error.message) };
}
