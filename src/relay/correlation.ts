/**
 * Which of the messages of one exchange is the answer. The answer to a POST belongs to the request of that POST, whatever
 * id it bears: servers have been seen to return ids as floats, as `0` and as strings.
 */

import { type Answer, type Incoming, isSameId, toLine, withId } from '../protocol/incoming.ts';
import { FOREIGN_RESPONSE_CHARS, FOREIGN_RESPONSES } from '../protocol/limits.ts';
import type { Id } from '../protocol/message.ts';
import { bytesOf, holdText } from '../protocol/message-bytes.ts';

/** What came back, ready for the client: one line each. */
export type Delivery =
  | {
      readonly is: 'answer';
      readonly line: string;
      readonly answer: Answer;
      /** HTTP status under which it came, where it came by HTTP. */
      readonly status?: number | undefined;
    }
  /** A request or notification of the server. */
  | {
      readonly is: 'server-message';
      readonly line: string;
      /** Raw text of the id, where it is a request whose answer goes to the server. */
      readonly id?: Id | undefined;
    }
  /** An answer that is not to the request of this exchange. */
  | { readonly is: 'stray'; readonly id: Id | undefined; readonly line: string };

/** A stream holds more responses to other requests than are kept. */
export class ForeignResponses extends Error {
  override readonly name = 'ForeignResponses';
}

export class Correlation {
  /** Id of the request; undefined where the exchange carries a message that is not answered. */
  readonly #sent: Id | undefined;
  readonly #status: number | undefined;
  /** Answers with a foreign id: one of them may turn out to be meant for the request. */
  readonly #held: Answer[] = [];
  #heldChars = 0;
  /** Responses with a foreign id, held or not. */
  #foreign = 0;
  #answered = false;

  constructor(sent: Id | undefined, status?: number) {
    this.#sent = sent;
    this.#status = status;
  }

  /** Characters of the responses that are held. */
  get heldChars(): number {
    return this.#heldChars;
  }

  /** Whether the answer was among what was taken. */
  get answered(): boolean {
    return this.#answered;
  }

  /**
   * Takes the next message; what is returned can go to the client now.
   *
   * @throws ForeignResponses
   */
  take(incoming: Incoming): Delivery | undefined {
    if (incoming.kind === 'server-message') {
      return { is: 'server-message', line: toLine(incoming.text), id: incoming.id };
    }
    if (this.#sent !== undefined && !this.#answered && isSameId(this.#sent, incoming.id)) {
      return this.#answer(incoming, this.#sent);
    }
    if (++this.#foreign > FOREIGN_RESPONSES) throw new ForeignResponses();
    if (this.#sent === undefined || this.#answered) return stray(incoming);
    this.#heldChars += (bytesOf(incoming) ?? incoming.text).length;
    // A single one may be the response, however long it is.
    if (this.#held.length > 0 && this.#heldChars > FOREIGN_RESPONSE_CHARS) throw new ForeignResponses();
    this.#held.push(incoming);
    return undefined;
  }

  /** Whether the only answer bears an id of another value: it may be another call's, where the server is known to echo ids. */
  get isAnothers(): boolean {
    const [only] = this.#held;
    if (this.#sent === undefined || this.#answered || this.#held.length !== 1 || only?.id === undefined) return false;
    // Python's SDK puts this on errors that it finds before it has read an id. [mcp 1.x, streamable_http]
    return only.id !== '"server-error"' && String(JSON.parse(only.id)) !== String(JSON.parse(this.#sent));
  }

  /** The exchange has ended: an answer that is the only one was meant for the request. */
  end(): Delivery[] {
    const [only] = this.#held;
    if (this.#sent !== undefined && !this.#answered && only !== undefined && this.#held.length === 1) {
      return [this.#answer(only, this.#sent)];
    }
    return this.#held.map(stray);
  }

  #answer(answer: Answer, sent: Id): Delivery {
    this.#answered = true;
    if (answer.id === sent) return deliveryOf(answer, this.#status);
    return { is: 'answer', line: toLine(withId(answer.text, sent)), answer, status: this.#status };
  }
}

/** An answer that bears the id of its request, as the request has it. */
function deliveryOf(answer: Answer, status: number | undefined): Delivery & { readonly is: 'answer' } {
  const bytes = bytesOf(answer);
  // Only an answer that is one line already is held in bytes.
  if (bytes === undefined) return { is: 'answer', line: toLine(answer.text), answer, status };
  return holdText<Delivery & { readonly is: 'answer' }>({ is: 'answer', line: '', answer, status }, 'line', bytes);
}

function stray(answer: Answer): Delivery {
  return { is: 'stray', id: answer.id, line: toLine(answer.text) };
}
