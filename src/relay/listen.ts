/**
 * The standing stream: one GET that stays open, on which a legacy server says what belongs to no request. Nothing waits
 * for it, and no error of it reaches the client. [MCP 2025-11-25, Transports, Listening for messages from the server]
 */

import type { Bookmark } from '../protocol/sse.ts';
import { heard, readEvents } from './answers.ts';
import { resumption } from './attempt.ts';
import { openBody } from './body.ts';
import { Correlation } from './correlation.ts';
import { Deadline, type Limits } from './deadline.ts';
import type { Emit } from './handler.ts';
import type { Wire } from './wire.ts';

/** The server offers no such stream, and says so for good. */
const NOT_OFFERED: ReadonlySet<number> = new Set([404, 405, 501]);
/** After that much silence, or a day, the stream is opened anew: hops in between forget it without a word. */
const LIMITS: Limits = { silenceMs: 300_000, totalMs: 24 * 3_600_000 };
/** Waits between failures grow from the first to the second, in milliseconds. */
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 60_000;
/** Time for the connection, in milliseconds. */
const REACH_MS = 10_000;

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
    let bookmark: Bookmark | undefined;
    for (let failures = 0; this.#offered; ) {
      try {
        bookmark = (await this.#once(headers, bookmark, signal)) ?? bookmark;
        failures = 0;
      } catch (thrown) {
        if (signal.aborted) return;
        failures++;
        log.debug({ because: String(thrown), failures }, 'the standing stream broke');
      }
      const growingMs = Math.min(FIRST_WAIT_MS * 2 ** failures, LONGEST_WAIT_MS);
      const waitMs = bookmark?.retryMs ?? growingMs * (0.5 + clock.roll() / 2);
      await clock.sleep(waitMs, signal);
    }
  }

  /** @returns where the stream ended, when it was one */
  async #once(
    headers: Readonly<Record<string, string>>,
    from: Bookmark | undefined,
    signal: AbortSignal,
  ): Promise<Bookmark | undefined> {
    const { clock, log, responseLimitBytes, route, send, tokens } = this.#wire;
    const call = route.wrap(resumption(headers, from), await tokens.access());
    const deadline = new Deadline(clock, LIMITS, signal);
    try {
      const reply = await send(call, deadline.signal, REACH_MS);
      if (NOT_OFFERED.has(reply.status)) {
        log.debug({ status: reply.status }, 'the server offers no standing stream');
        // With a session id, 404 may mean that the session is gone: then the next session may have a stream again.
        if (reply.status === 404 && headers['Mcp-Session-Id'] !== undefined) this.stop();
        else this.#offered = false;
      }
      if (reply.status !== 200) throw new Error(`status ${reply.status}`);
      const body = await openBody(heard(reply.body, deadline), true, responseLimitBytes);
      if (body.is !== 'events') throw new Error('the answer is no event stream');
      const correlation = new Correlation(undefined);
      for await (const incoming of readEvents(body.events, log)) {
        const delivery = correlation.take(incoming);
        if (delivery) await this.#emit(delivery);
      }
      return body.reader.bookmark;
    } finally {
      deadline.release();
      deadline.abandon();
    }
  }
}
