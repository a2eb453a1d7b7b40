/** One request of a legacy client to a modern server: as many rounds as the server needs to get its questions answered. */

import { withId } from '../../protocol/incoming.ts';
import type { Request } from '../../protocol/message.ts';
import type { CallContext, Emit, MessageHandler, ResponseDelivery } from '../handler.ts';
import type { Asking } from './asking.ts';
import { isDeclared } from './declared.ts';
import { type Envelope, stamp } from './envelope.ts';
import { type InputRequired, type Question, readInputRequired, withInput } from './input-required.ts';
import { legacyAnswer } from './legacy-text.ts';
import type { OwnIds } from './own-ids.ts';
import { unanswerable } from './unanswerable.ts';

export interface RoundParts {
  readonly next: MessageHandler;
  readonly asking: Asking;
  readonly ids: OwnIds;
}

/** How often a server may ask for more before it is given up. */
const ROUNDS_LIMIT = 10;

/** Emits what is for the client, in order; the response is among it. */
export async function rounds(
  request: Request,
  envelope: Envelope,
  { asking, ids, next }: RoundParts,
  context: CallContext,
): Promise<void> {
  let { text } = request;
  for (let round = 0; round <= ROUNDS_LIMIT; round++) {
    let wanted: InputRequired | undefined;
    const emit: Emit = (delivery) => {
      if (delivery.is !== 'answer') return context.emit(delivery);
      wanted = readInputRequired(delivery.answer);
      return wanted === undefined ? context.emit(forClient(delivery, request)) : undefined;
    };
    await next.handle(stamp(text, envelope), { ...context, emit });
    if (wanted === undefined) return;
    const { questions, state } = wanted;
    refuseUndeclared(questions, envelope);
    const answers = questions && new Map<string, string>();
    // One at a time: hosts show them to one person.
    for (const question of questions ?? []) answers?.set(question.key, await asking.ask(question, context));
    text = withInput(request.text, ids.next('round'), answers, state);
  }
  throw unanswerable(`The MCP server asked for more input ${ROUNDS_LIMIT} times without coming to an end.`);
}

function forClient(delivery: ResponseDelivery, { id }: Request): ResponseDelivery {
  return { ...delivery, line: withId(legacyAnswer(delivery.line), id) };
}

/** Looked at before anything is asked: what one answer alone is worth cannot be known. */
function refuseUndeclared(questions: readonly Question[] = [], { clientCapabilities }: Envelope): void {
  const undeclared = questions.find((question) => !isDeclared(clientCapabilities, question));
  if (undeclared === undefined) return;
  throw unanswerable(
    `The MCP server wants ${undeclared.method} of the client before it goes on, which the client has not declared.`,
  );
}
