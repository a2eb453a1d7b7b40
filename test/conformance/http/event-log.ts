import type { EventId, EventStore, JSONRPCMessage, StreamId } from '@modelcontextprotocol/server';

/** Keeps every event of a session, so that a stream can be taken up where it ended. Ids are `STREAM/NUMBER`. */
export class EventLog implements EventStore {
  readonly #events: { readonly id: EventId; readonly stream: StreamId; readonly message: JSONRPCMessage }[] = [];

  async storeEvent(stream: StreamId, message: JSONRPCMessage): Promise<EventId> {
    const id = `${stream}/${this.#events.length}`;
    this.#events.push({ id, stream, message });
    return id;
  }

  async replayEventsAfter(
    last: EventId,
    { send }: { send: (id: EventId, message: JSONRPCMessage) => Promise<void> },
  ): Promise<StreamId> {
    const seen = this.#events.findIndex(({ id }) => id === last);
    const stream = this.#events[seen]?.stream;
    if (stream === undefined) throw new Error(`there is no event ${last}`);
    for (const event of this.#events.slice(seen + 1)) {
      if (event.stream === stream) await send(event.id, event.message);
    }
    return stream;
  }
}
