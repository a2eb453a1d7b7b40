/** A client inside the process: says lines to the relay that `serve` uses, and hears what comes back. */

import type { Config } from '../config/config.ts';
import { systemClock } from '../node/clock.ts';
import { createPipeline, type Services } from '../pipeline.ts';
import { readIncoming, withId } from '../protocol/incoming.ts';
import type { Line } from '../protocol/lines.ts';
import { peek } from '../protocol/message.ts';
import { decodeUtf8 } from '../protocol/utf8.ts';
import { Relay } from '../relay/relay.ts';
import { SILENT } from './silent.ts';

export interface Client {
  say(text: string): void;
  /** Resolves with the next answer to a request of that raw id that has not been taken yet. */
  answer(id: string): Promise<string>;
  close(): Promise<void>;
}

/** @param reply - the answer to a request of the server, of whatever id; undefined where there is none */
export async function openClient(
  config: Config,
  services: Services,
  reply: (method: string) => string | undefined,
): Promise<Client> {
  const { wire } = services;
  const answers = new Map<string, string[]>();
  const lines: Line[] = [];
  let ended = false;
  let wake = () => {};
  let waiting: (() => void)[] = [];

  const say = (text: string) => {
    lines.push({ is: 'whole', bytes: Buffer.from(text) });
    wake();
  };
  async function* spoken(): AsyncGenerator<Line, void, undefined> {
    for (;;) {
      for (let line = lines.shift(); line !== undefined; line = lines.shift()) yield line;
      if (ended) return;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  }
  async function hear(line: string | Uint8Array): Promise<void> {
    const text = typeof line === 'string' ? line : decodeUtf8(line);
    const [incoming] = readIncoming(text) ?? [];
    if (incoming?.kind === 'answer') {
      const id = incoming.id ?? '';
      answers.set(id, [...(answers.get(id) ?? []), text]);
      for (const resolve of waiting) resolve();
      waiting = [];
      return;
    }
    const message = peek(text);
    if (message.kind !== 'request') return;
    const error = '"error":{"code":-32601,"message":"The record has no answer to this."}';
    say(withId(reply(message.method) ?? `{"jsonrpc":"2.0","id":0,${error}}`, message.id));
  }

  const { handler } = await createPipeline(config, wire, (delivery) => relay.emit(delivery));
  const scrub = (text: string) => wire.secrets.scrub(text);
  const relay: Relay = new Relay({ next: handler, write: hear, scrub, clock: systemClock, log: SILENT });
  const running = relay.run(spoken());

  return {
    say,
    async answer(id) {
      for (;;) {
        const [first, ...others] = answers.get(id) ?? [];
        answers.set(id, others);
        if (first !== undefined) return first;
        await new Promise<void>((resolve) => waiting.push(resolve));
      }
    },
    async close() {
      ended = true;
      wake();
      await running;
      await relay.abort('The replay is over.');
      await handler.close();
    },
  };
}
