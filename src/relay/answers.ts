/** What came back for a message: told apart, read, judged, and handed on in order. */

import type { Access, Fault, HttpReply, Log } from '../ports.ts';
import { eraOf } from '../protocol/era.ts';
import { excerpt } from '../protocol/excerpt.ts';
import { type Answer, type Incoming, isSameId, readIncoming } from '../protocol/incoming.ts';
import type { Id, Message } from '../protocol/message.ts';
import { Problem } from '../protocol/problem.ts';
import { answerSaysSessionGone, judge } from '../protocol/reply.ts';
import { soundRequestId } from '../protocol/request-id.ts';
import { classOf, type FailurePoint, retryAfterMs } from '../protocol/retry.ts';
import type { SseReader } from '../protocol/sse.ts';
import { type Body, bodyText, openBody } from './body.ts';
import { Correlation, type Delivery } from './correlation.ts';
import type { Deadline } from './deadline.ts';
import type { Errand } from './errand.ts';
import { anothers, cutOff, Failure, isSendFailure, pointOf, SessionGone, statusFailure } from './failure.ts';
import type { Emit } from './handler.ts';
import type { Wire } from './wire.ts';

/** How long a stream may go on when the answer has come, in milliseconds. */
const LINGER_MS = 1_000;

/**
 * Reads a response and emits its messages.
 *
 * @throws Failure, SessionGone, or whatever the body threw
 */
export async function readReply(
  reply: HttpReply,
  wire: Wire,
  errand: Errand,
  access: Access,
  deadline: Deadline,
  emit: Emit,
): Promise<void> {
  const { message } = errand;
  const isAsked = message.kind === 'request' || message.kind === 'batch';
  // What is not answered was accepted with the head; a body that does not end holds up nobody.
  if (!isAsked && isSuccess(reply.status)) deadline.shorten(LINGER_MS);
  const correlation = new Correlation(message.kind === 'request' ? message.id : undefined, reply.status);
  const mayStream = isSuccess(reply.status);
  const hold = wire.budget.open(deadline.signal);
  let body: Body | undefined;
  try {
    body = await openBody(heard(reply.body, deadline), mayStream, wire.responseLimitBytes, hold);
    if (body.is === 'whole') {
      for (const incoming of await readWhole(reply, body.bytes, wire, errand, access)) await take(incoming);
    } else {
      for await (const incoming of readEvents(body.events, wire.log)) {
        if ((await take(incoming))?.is === 'answer') deadline.shorten(LINGER_MS);
      }
      for (const incoming of unfinished(body.reader, idsOf(message))) await take(incoming);
    }
    if (correlation.isAnothers && wire.echoes.echoesIds(errand.generation)) {
      reply.retire?.();
      throw anothers();
    }
    for (const delivery of correlation.end()) await emit(delivery);
  } catch (thrown) {
    if (!correlation.answered) throw body?.is === 'events' && isSendFailure(thrown) ? cutShort(thrown) : thrown;
    // What breaks behind the answer changes nothing for the client.
    wire.log.debug({ because: String(thrown) }, 'the rest of an answered stream was lost');
  } finally {
    hold.release();
  }
  if (message.kind === 'request' && !correlation.answered) {
    throw body?.is === 'events'
      ? cutShort(new Error('the event stream holds no answer'))
      : statusFailure(reply.status, '');
  }

  async function take(incoming: Incoming): Promise<Delivery | undefined> {
    wire.echoes.look(incoming, access, errand.headers);
    if (incoming.kind === 'answer' && incoming.error && !correlation.answered) {
      await refuseFailed(incoming, incoming.error, reply, wire, errand, access);
    }
    const delivery = correlation.take(incoming);
    hold.keptBytes = correlation.heldChars;
    if (delivery?.is === 'answer' && incoming.id !== undefined) wire.echoes.sawId(incoming.id, errand.generation);
    if (delivery && (isAsked || delivery.is !== 'stray')) await emit(delivery);
    return delivery;
  }

  /** A stream with event ids can be taken up again where it ended; a modern one never. [MCP 2026-07-28, changelog] */
  function cutShort(cause: Error): Failure {
    const mayResume = wire.route.streams && eraOf(message) === 'legacy';
    return cutOff(cause, mayResume && body?.is === 'events' ? body.reader.bookmark : undefined);
  }
}

/** The messages of an event stream, as they arrive. One event that cannot be read loses nothing else. */
export async function* readEvents(
  events: AsyncIterable<Uint8Array>,
  log: Log,
): AsyncGenerator<Incoming, void, undefined> {
  for await (const bytes of events) {
    const messages = readIncoming(bytes);
    if (messages) {
      yield* messages;
      continue;
    }
    const data = bodyText(bytes);
    // An event without data only tells where the stream can be taken up again.
    if (data.trim() !== '') log.warn({ chars: data.length }, 'an event of the server holds no MCP message');
  }
}

/** Responses in the last event of a complete body, where its blank line is missing. What else such an event holds may be cut. */
function unfinished(reader: SseReader, ids: readonly Id[]): readonly Answer[] {
  return reader
    .end()
    .flatMap((data) => readIncoming(data) ?? [])
    .filter((incoming) => incoming.kind === 'answer')
    .filter(({ id }) => ids.some((sent) => isSameId(sent, id)));
}

/** The messages of a body that came whole. */
async function readWhole(
  reply: HttpReply,
  bytes: Uint8Array,
  wire: Wire,
  errand: Errand,
  access: Access,
): Promise<readonly Incoming[]> {
  const { clock, route, secrets } = wire;
  const { status } = reply;
  const isRequest = errand.message.kind === 'request';
  const { inSession, message } = errand;
  const verdict = judge({
    status,
    messages: readIncoming(bytes),
    text: () => bodyText(bytes),
    sessionSent: inSession,
    callClass: classOf(message),
    ids: idsOf(message),
  });
  if (verdict.is === 'messages' && (isRequest || isSuccess(status))) return verdict.messages;

  // From here on the text is quoted: first of all it loses what must not be shown, while that is still in one piece.
  const said = secrets.scrub(bodyText(bytes));
  const known = {
    retryAfterMs: retryAfterMs(reply.header('retry-after'), clock.date()),
    requestId: soundRequestId(reply.header('x-request-id')),
  };
  const fault = route.fault(reply, said, access);
  const explained =
    verdict.is === 'session-gone'
      ? verdict.isSaid || fault?.isGuess
      : verdict.is === 'no-such-method' && fault?.isGuess;
  if (fault && !explained) {
    const problem = await advised(fault, wire, access);
    throw new Failure(pointOfFault(fault, status), problem.with({ ...known, requestId: problem.details.requestId }));
  }
  // What is not answered may be greeted with any words: Express, for one, says "Accepted".
  if (verdict.is === 'status' && !isRequest && isSuccess(status)) return [];
  switch (verdict.is) {
    case 'accepted':
      return [];
    case 'session-gone':
      throw new SessionGone();
    case 'no-such-method':
      throw new Failure(
        'final',
        new Problem('methodNotFound', excerpt(said), { ...known, outcome: 'rejected', httpStatus: status }),
      );
    case 'messages':
    case 'status': {
      const failure = statusFailure(status, said);
      throw new Failure(failure.point, failure.problem.with(known));
    }
  }
}

/** An answer may be an error that is not for the client: a lost session, or the platform speaking through JSON-RPC. */
async function refuseFailed(
  answer: Answer,
  error: NonNullable<Answer['error']>,
  reply: HttpReply,
  wire: Wire,
  errand: Errand,
  access: Access,
): Promise<void> {
  const { route, secrets } = wire;
  const { inSession, message } = errand;
  if (inSession && answerSaysSessionGone(answer, classOf(message), idsOf(message))) throw new SessionGone();
  const fault = route.faultInError(reply, secrets.scrub(error.message), access);
  if (fault) throw new Failure(pointOf(reply.status), await advised(fault, wire, access));
}

function idsOf(message: Message): readonly Id[] {
  if (message.kind === 'batch') return message.messages.flatMap(idsOf);
  return message.kind === 'request' ? [message.id] : [];
}

/** Where the platform hides the status, the kind of the fault tells what it was. */
function pointOfFault({ problem: { kind }, tokenRefused }: Fault, status: number): FailurePoint {
  if (tokenRefused) return 'token-refused';
  return kind === 'rateLimited' ? 'busy' : pointOf(status);
}

async function advised({ advised, problem }: Fault, { enquire }: Wire, access: Access): Promise<Problem> {
  return advised === undefined ? problem : advised(enquire(access));
}

/** The bytes of a body, each chunk noted as a sign of life. */
export function heard(chunks: AsyncIterable<Uint8Array>, deadline: Deadline): AsyncIterableIterator<Uint8Array> {
  const source = chunks[Symbol.asyncIterator]();
  // As long as nobody takes what has come, the far end is not to blame for the silence.
  const hold = (next: IteratorResult<Uint8Array>) => {
    if (!next.done) deadline.hold();
    return next;
  };
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next() {
      deadline.heard();
      return source.next().then(hold);
    },
    return: () => source.return?.() ?? Promise.resolve({ done: true, value: undefined }),
  };
}

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}
