/** A client before a Negotiation before a scripted far end, all in memory. */

import { PassThrough } from 'node:stream';
import type { Log } from '../../../src/ports.ts';
import { peek } from '../../../src/protocol/message.ts';
import { errorText, Problem } from '../../../src/protocol/problem.ts';
import type { Emit } from '../../../src/relay/handler.ts';
import { Negotiation, type NegotiationParts } from '../../../src/relay/negotiation.ts';
import { type Script, ScriptedFar } from './scripted-far.ts';
import { TestClock } from './test-clock.ts';

const SILENT: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

export const META = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': {},
};

export interface Negotiated {
  readonly negotiation: Negotiation;
  readonly far: ScriptedFar;
  readonly clock: TestClock;
  /** Lines that belong to no request of the client. */
  readonly delivered: string[];
  /** Resolves with the nth of them once it is there. */
  deliveredLine(nth: number): Promise<string>;
  /** Sends a line of the client; gives the lines that come back one by one, a problem as the error it becomes. */
  lines(text: string | object, signal?: AbortSignal): AsyncGenerator<string, void, undefined>;
  /** The same, all of them. */
  say(text: string | object, signal?: AbortSignal): Promise<string[]>;
}

export type NegotiatedOptions = Partial<Pick<NegotiationParts, 'protocol'>> & { readonly streams?: boolean };

export function negotiated(script: Script, { protocol = 'auto', streams = true }: NegotiatedOptions = {}): Negotiated {
  const far = new ScriptedFar(script);
  const clock = new TestClock();
  const delivered: string[] = [];
  const awaited = new Map<number, (line: string) => void>();
  const negotiation = new Negotiation({
    next: far,
    protocol,
    route: { name: 'test-route', streams },
    emit: ({ line }) => {
      delivered.push(line);
      awaited.get(delivered.length)?.(line);
      return undefined;
    },
    clock,
    log: SILENT,
  });

  async function* lines(text: string | object, signal = new AbortController().signal) {
    const message = peek(typeof text === 'string' ? text : JSON.stringify({ jsonrpc: '2.0', ...text }));
    if (message.kind === 'refused' || message.kind === 'dropped') throw new Error(`not sent: ${message.kind}`);
    const emitted = new PassThrough({ objectMode: true });
    const emit: Emit = ({ line }) => {
      emitted.write(line);
      return undefined;
    };
    const handled = negotiation.handle(message, { signal, emit, mark: () => {} }).then(
      () => emitted.end(),
      (error) => {
        if (!(error instanceof Problem)) emitted.destroy(error);
        else emitted.end(errorText(message.kind === 'request' ? message.id : undefined, error));
      },
    );
    for await (const line of emitted) yield line as string;
    await handled;
  }

  return {
    negotiation,
    far,
    clock,
    delivered,
    deliveredLine: async (nth) => delivered[nth - 1] ?? new Promise((resolve) => awaited.set(nth, resolve)),
    lines,
    async say(text, signal) {
      const all: string[] = [];
      for await (const line of lines(text, signal)) all.push(line);
      return all;
    },
  };
}

/** The one line of an exchange that is to have one, parsed. */
export function only(lines: readonly string[]): Record<string, unknown> {
  if (lines.length !== 1) throw new Error(`${lines.length} lines instead of one: ${lines.join('\n')}`);
  return JSON.parse(lines[0] ?? '');
}

/** `code: message` of an error line. */
export function errorOf(lines: readonly string[]): string {
  const { error } = only(lines) as { error?: { code: number; message: string } };
  return error === undefined ? 'no error' : `${error.code}: ${error.message}`;
}
