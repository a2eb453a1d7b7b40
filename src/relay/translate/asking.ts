/** Puts a server's questions to the client, as the requests that legacy servers would have sent. */

import { editMember, isObject } from '../../protocol/edit.ts';
import { toLine } from '../../protocol/incoming.ts';
import { rawAt } from '../../protocol/json.ts';
import type { ClientResponse, Id } from '../../protocol/message.ts';
import type { CallContext, Emit } from '../handler.ts';
import type { Question } from './input-required.ts';
import type { OwnIds } from './own-ids.ts';
import { unanswerable } from './unanswerable.ts';

export class Asking {
  readonly #ids: OwnIds;
  readonly #emit: Emit;
  readonly #life = new AbortController();
  /** Questions that the client has not answered, by our id for them, decoded: escapes in it may come back otherwise. */
  readonly #open = new Map<unknown, (response: ClientResponse) => void>();

  /** @param emit - takes what belongs to no request of the client */
  constructor(ids: OwnIds, emit: Emit) {
    this.#ids = ids;
    this.#emit = emit;
  }

  /**
   * Asks one question. A person may have to answer it, so that it takes as long as it takes.
   *
   * @param context - of the call that needs the answer; if it is given up, the client gets a cancellation
   * @returns raw text of the client's result
   * @throws Problem where the client answers with an error
   */
  async ask(question: Question, { emit, signal }: CallContext): Promise<string> {
    const id = this.#ids.next('input');
    let answered = false;
    const answer = new Promise<ClientResponse>((resolve) => {
      this.#open.set(JSON.parse(id), (response) => {
        answered = true;
        resolve(response);
      });
    });
    try {
      await emit({ is: 'server-message', line: requestLine(id, question) });
      return resultOf(await unlessAborted(answer, AbortSignal.any([signal, this.#life.signal])), question);
    } finally {
      this.#open.delete(JSON.parse(id));
      if (!answered) void this.#emit({ is: 'server-message', line: cancellation(id) });
    }
  }

  /** Gives up what has not been answered: whoever was asked is no longer there. */
  close(): void {
    this.#life.abort(unanswerable('The session ended before the client answered what the MCP server wants to know.'));
  }

  /** @returns false where the response answers no question of ours */
  take(response: ClientResponse): boolean {
    const answer = this.#open.get(JSON.parse(response.id));
    answer?.(response);
    return answer !== undefined;
  }
}

function requestLine(id: Id, question: Question): string {
  const { method } = question;
  const params = legacyParams(id, question);
  const rest = params === undefined ? '' : `,"params":${params}`;
  return toLine(`{"jsonrpc":"2.0","id":${id},"method":${JSON.stringify(method)}${rest}}`);
}

/** The URL mode of 2025-11-25 demands an id of the elicitation; 2026-07-28 has none. */
function legacyParams(id: Id, { method, params }: Question): string | undefined {
  if (method !== 'elicitation/create' || !isObject(params) || rawAt(params, 'mode') !== '"url"') return params;
  return editMember(params, 'elicitationId', (given) => given ?? id);
}

function cancellation(id: Id): string {
  return `{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":${id}}}`;
}

function resultOf({ text }: ClientResponse, { method }: Question): string {
  const result = rawAt(text, 'result');
  if (isObject(result)) return result;
  const message: unknown = JSON.parse(rawAt(text, 'error', 'message') ?? 'null');
  const said = typeof message === 'string' ? `: ${message}` : '.';
  throw unanswerable(`The MCP server asked for ${method}, and the client answered with an error${said}`);
}

async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  if (signal.aborted) throw signal.reason;
  let abort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
