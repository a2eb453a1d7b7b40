/** Keeps `subscriptions/listen` open in the background, and hands its notifications to the client as they come. */

import type { Clock, Log } from '../../ports.ts';
import { rawAt } from '../../protocol/json.ts';
import type { Message } from '../../protocol/message.ts';
import { Problem } from '../../protocol/problem.ts';
import type { Delivery } from '../correlation.ts';
import { type Emit, type MessageHandler, responseTo } from '../handler.ts';
import { legacyNotification } from './legacy-text.ts';
import type { OwnIds } from './own-ids.ts';
import type { SubscriptionFilter } from './subscription-filter.ts';

export interface ListeningParts {
  readonly next: MessageHandler;
  readonly emit: Emit;
  readonly clock: Clock;
  readonly log: Log;
  readonly ids: OwnIds;
  readonly filter: SubscriptionFilter;
  /** Makes a request of ours modern. */
  readonly stamp: (text: string) => Message;
}

/** First and longest wait before a stream is opened again, in milliseconds. Half of it is chance. */
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 60_000;
/** A stream that lived this long, in milliseconds, was a good one: the waits begin anew. */
const GOOD_LIFE_MS = 60_000;
/** How long a change of the filter may wait for the server to acknowledge it, in milliseconds. */
const ACKNOWLEDGED_MS = 5_000;

const ACKNOWLEDGED = '"notifications/subscriptions/acknowledged"';
const INTERNAL_ERROR = -32603;

/** One filter, listened for until it is closed. */
interface Stream {
  readonly filter: string;
  readonly life: AbortController;
  /** To be called when the server has acknowledged the filter, or the first try has failed. */
  readonly settle: () => void;
}

export class Listening {
  readonly #parts: ListeningParts;
  /** What the client's notifications come from now. */
  #current: Stream | undefined;
  /** What is to replace it once it is acknowledged: between the two nothing is lost, at worst something comes twice. */
  #next: Stream | undefined;
  #state: 'not-started' | 'started' | 'closed' = 'not-started';

  constructor(parts: ListeningParts) {
    this.#parts = parts;
  }

  start(): void {
    if (this.#state !== 'not-started') return;
    this.#state = 'started';
    void this.refresh();
  }

  /** Listens for what the filter says now. Resolves when the server has acknowledged that, or will not soon. */
  async refresh(): Promise<void> {
    if (this.#state !== 'started') return;
    this.#next?.life.abort();
    this.#next = undefined;
    const { clock, filter } = this.#parts;
    const { text } = filter;
    if (text === undefined) {
      this.#current?.life.abort();
      this.#current = undefined;
      return;
    }
    await new Promise<void>((resolve) => {
      const stop = clock.after(ACKNOWLEDGED_MS, resolve);
      const settle = () => {
        stop();
        resolve();
      };
      this.#next = { filter: text, life: new AbortController(), settle };
      void this.#keepOpen(this.#next).finally(settle);
    });
  }

  close(): void {
    this.#state = 'closed';
    this.#next?.life.abort();
    this.#current?.life.abort();
  }

  async #keepOpen(stream: Stream): Promise<void> {
    const { clock, log } = this.#parts;
    const { signal } = stream.life;
    for (let failures = 0; ; failures++) {
      const openedMs = clock.now();
      const end = await this.#listen(stream);
      if (signal.aborted) return;
      if (end.isFinal) {
        log.warn({ because: end.because }, 'the server does not let us listen for changes');
        return;
      }
      stream.settle();
      if (clock.now() - openedMs >= GOOD_LIFE_MS) failures = 0;
      const longestMs = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** failures);
      const waitMs = Math.round(((1 + clock.roll()) / 2) * longestMs);
      log.debug({ because: end.because, waitMs }, 'listening for changes again');
      try {
        await clock.sleep(waitMs, signal);
      } catch {
        return;
      }
    }
  }

  /** Listens once. @returns why it ended, and whether there is no point in trying again */
  async #listen(stream: Stream): Promise<{ readonly isFinal: boolean; readonly because: string }> {
    const { ids, next, stamp } = this.#parts;
    const id = ids.next('listen');
    const text = `{"jsonrpc":"2.0","id":${id},"method":"subscriptions/listen","params":{"notifications":${stream.filter}}}`;
    try {
      const emit: Emit = (delivery) => this.#take(delivery, stream);
      const context = { signal: stream.life.signal, emit, mark: () => {} };
      const response = await responseTo((own) => next.handle(stamp(text), own), context);
      const error = response?.answer.error;
      if (error) return { isFinal: error.code !== INTERNAL_ERROR, because: error.message };
      return { isFinal: false, because: 'the server ended the stream' };
    } catch (thrown) {
      const isFinal = thrown instanceof Problem && thrown.outcome === 'rejected' && FINAL_KINDS.has(thrown.kind);
      return { isFinal, because: String(thrown) };
    }
  }

  #take(delivery: Delivery, stream: Stream): Promise<void> | undefined {
    const { emit, log } = this.#parts;
    if (delivery.is !== 'server-message' || stream.life.signal.aborted) return undefined;
    const { line } = delivery;
    if (rawAt(line, 'method') === ACKNOWLEDGED) this.#acknowledged(stream);
    else if (rawAt(line, 'id') === undefined) return emit({ ...delivery, line: legacyNotification(line) });
    else log.warn({}, 'dropped a request of the server: the modern protocol has none');
    return undefined;
  }

  #acknowledged(stream: Stream): void {
    stream.settle();
    if (stream !== this.#next) return;
    this.#current?.life.abort();
    this.#current = stream;
    this.#next = undefined;
  }
}

/** A refusal in these kinds would be repeated. */
const FINAL_KINDS: ReadonlySet<string> = new Set(['upstreamHttp', 'methodNotFound', 'invalidUpstream']);
