/**
 * The standing stream: one GET that stays open, on which a legacy server says what belongs to no request. Nothing waits
 * for it, and no error of it reaches the client. [MCP 2025-11-25, Transports, Listening for messages from the server]
 */

import { Problem } from '../protocol/problem.ts';
import type { Bookmark } from '../protocol/sse.ts';
import { heard, readEvents } from './answers.ts';
import { resumption } from './attempt.ts';
import { openBody } from './body.ts';
import { Correlation, ForeignResponses } from './correlation.ts';
import { Deadline, type Limits } from './deadline.ts';
import type { Emit } from './handler.ts';
import type { Wire } from './wire.ts';

/** The server offers no such stream, and says so for good. */
const NOT_OFFERED: ReadonlySet<number> = new Set([404, 405, 501]);
/** After that much silence, or a day, the stream is opened anew: hops in between forget it without a word. */
const LIMITS: Limits = { silenceMs: 300_000, totalMs: 24 * 3_600_000 };
/** A stream that lasts that long, in milliseconds, or brings a message, is a good one: the waits begin again. */
const GOOD_LIFE_MS = 10_000;
/** Waits between other streams grow from the first to the second, in milliseconds. */
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 60_000;
/** Time for the connection, in milliseconds. */
const REACH_MS = 10_000;

/** State that one stream leaves for the next. */
interface Progress {
  bookmark: Bookmark | undefined;
  /** Least wait that the server asks for, in milliseconds. */
  retryMs: number | undefined;
  /** Streams in a row that failed, or ended at once with nothing in them. */
  failures: number;
}

export class Listener {
  readonly #wire: Wire;
  readonly #emit: Emit;
  #current: AbortController | undefined;
  #offered = true;

  constructor(wire: Wire, emit: Emit) {
    this.#wire = wire;
    this.#emit = emit;
  }

  /** Listens in another session than before, if the server has such a stream. Returns at once. */
  listen(headers: Readonly<Record<string, string>>): void {
    this.stop();
    if (!this.#offered || !this.#wire.route.streams) return;
    const current = new AbortController();
    this.#current = current;
    void this.#run(headers, current.signal).catch(() => {
      // Stopped; every other end was dealt with where it came.
    });
  }

  stop(): void {
    this.#current?.abort(new Error('nobody listens any more'));
    this.#current = undefined;
  }

  async #run(headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<void> {
    const { clock, log } = this.#wire;
    const progress: Progress = { bookmark: undefined, retryMs: undefined, failures: 0 };
    while (this.#offered) {
      progress.failures++;
      try {
        await this.#once(headers, progress, signal);
      } catch (thrown) {
        if (signal.aborted) return;
        log.debug({ because: String(thrown), failures: progress.failures }, 'the standing stream broke');
      }
      const growingMs = Math.min(FIRST_WAIT_MS * 2 ** progress.failures, LONGEST_WAIT_MS);
      const ownMs = growingMs * (0.5 + clock.roll() / 2);
      const { failures, retryMs = ownMs } = progress;
      await clock.sleep(failures === 0 ? retryMs : Math.max(retryMs, ownMs), signal);
    }
  }

  async #once(headers: Readonly<Record<string, string>>, progress: Progress, signal: AbortSignal): Promise<void> {
    const { budget, clock, log, responseLimitBytes, route, send, tokens } = this.#wire;
    const call = route.wrap(resumption(headers, progress.bookmark), await tokens.access());
    const deadline = new Deadline(clock, LIMITS, signal);
    const hold = budget.open(deadline.signal);
    try {
      const reply = await send(call, deadline.signal, REACH_MS);
      if (NOT_OFFERED.has(reply.status)) {
        log.debug({ status: reply.status }, 'the server offers no standing stream');
        // With a session id, 404 may mean that the session is gone: then the next session may have a stream again.
        if (reply.status === 404 && headers['Mcp-Session-Id'] !== undefined) this.stop();
        else this.#offered = false;
      }
      if (reply.status !== 200) throw new Error(`status ${reply.status}`);
      const openedMs = clock.now();
      const body = await openBody(heard(reply.body, deadline), true, responseLimitBytes, hold);
      if (body.is !== 'events') throw new Error('the answer is no event stream');
      const correlation = new Correlation(undefined);
      const { failures } = progress;
      try {
        for await (const incoming of readEvents(body.events, log)) {
          progress.failures = 0;
          const delivery = correlation.take(incoming);
          if (delivery) await this.#emit(delivery);
        }
      } catch (error) {
        // A stream that was cut off for a limit is not a good one, although messages came on it.
        if (error instanceof ForeignResponses || error instanceof Problem) progress.failures = failures;
        throw error;
      } finally {
        if (clock.now() - openedMs >= GOOD_LIFE_MS) progress.failures = 0;
        progress.bookmark = body.reader.bookmark ?? progress.bookmark;
        progress.retryMs = body.reader.retryMs ?? progress.retryMs;
      }
    } finally {
      hold.release();
      deadline.release();
      deadline.abandon();
    }
  }
}
