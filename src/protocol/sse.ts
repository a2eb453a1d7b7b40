/** Text of an event stream to its events. [HTML, Server-sent events, Parsing an event stream] */

import { createParser } from 'eventsource-parser';

export interface SseEvent {
  /** All `data` lines of the event, joined by line feeds. */
  readonly data: string;
  /** Where the stream can be taken up again. */
  readonly id: string | undefined;
}

/**
 * Reads an event stream in whatever pieces it comes. An event whose closing blank line never came is not an event: the
 * standard drops it, since it may have been cut.
 */
export class SseReader {
  readonly #parser: ReturnType<typeof createParser>;
  #events: SseEvent[] = [];
  #overflowed = false;
  /** The piece before ended with a CR: a LF now is the rest of the same line end. */
  #skipLineFeed = false;

  /** @param limitChars - longest event that is held */
  constructor(limitChars: number) {
    this.#parser = createParser({
      maxBufferSize: limitChars,
      onEvent: ({ event, data, id }) => {
        // Other names are not MCP's: keep-alives, and whatever else a gateway puts in.
        if (event === undefined || event === 'message') this.#events.push({ data, id });
      },
      onError: ({ type }) => {
        if (type === 'max-buffer-size-exceeded') this.#overflowed = true;
      },
    });
  }

  /** Whether an event went over the limit; nothing can be read from then on. */
  get overflowed(): boolean {
    return this.#overflowed;
  }

  /** The events that are complete with this piece. */
  push(text: string): SseEvent[] {
    if (this.#overflowed || text === '') return [];
    // The parser waits at a last CR to see whether a LF follows. It may never come: a CR ends a line on its own.
    let piece = this.#skipLineFeed && text.startsWith('\n') ? text.slice(1) : text;
    this.#skipLineFeed = piece.endsWith('\r');
    if (this.#skipLineFeed) piece += '\n';
    this.#parser.feed(piece);
    const events = this.#events;
    this.#events = [];
    return events;
  }
}
