/** The client of the model: what it has asked, and what it was told. */

import { deepStrictEqual, ok } from 'node:assert/strict';
import type { ModelServer } from './server.ts';

/** `write` has effects; `read` may be repeated by the bridge. */
export type Kind = 'write' | 'read' | 'initialize';

interface Asked {
  readonly kind: Kind;
  /** Whether the bridge has read that nobody waits for the answer any more. */
  isCancelled: boolean;
  readonly answers: Answer[];
}

interface Answer {
  readonly id: string;
  readonly result?: { readonly ran?: string };
  readonly error?: {
    readonly message: string;
    readonly data?: {
      readonly source?: string;
      readonly outcome?: string;
      readonly sent?: boolean;
      readonly ran?: string;
    };
  };
}

const METHODS: Readonly<Record<Kind, string>> = { write: 'tools/call', read: 'tools/list', initialize: 'initialize' };

export class ModelClient {
  readonly asked: Map<string, Asked> = new Map();
  readonly violations: string[] = [];
  readonly #lines: { readonly text: string; readonly onTaken: () => void }[] = [];
  #wake: () => void = () => {};
  #ended = false;

  /** Ids of everything that was asked, in order. */
  get ids(): string[] {
    return [...this.asked.keys()];
  }

  ask(kind: Kind): string {
    const id = `r${this.asked.size}`;
    this.asked.set(id, { kind, isCancelled: false, answers: [] });
    const params = kind === 'initialize' ? { protocolVersion: '2025-11-25', capabilities: {} } : { name: 'tool' };
    this.#say({ jsonrpc: '2.0', id, method: METHODS[kind], params });
    return id;
  }

  notify(method: string, params: object = {}): void {
    this.#say({ jsonrpc: '2.0', method, params });
  }

  cancel(id: string): void {
    const asked = this.asked.get(id);
    const text = JSON.stringify({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: id } });
    this.#push(text, () => {
      // Must not be cancelled, and then is not. [T130]
      if (asked && asked.kind !== 'initialize') asked.isCancelled = true;
    });
  }

  /** Ends stdin. */
  end(): void {
    this.#ended = true;
    this.#wake();
  }

  /** What the bridge reads. A line has been taken when the next one is asked for. */
  async *lines(): AsyncGenerator<{ is: 'whole'; bytes: Uint8Array }, void, undefined> {
    for (;;) {
      const line = this.#lines.shift();
      if (line) {
        yield { is: 'whole', bytes: Buffer.from(line.text) };
        line.onTaken();
      } else if (this.#ended) {
        return;
      } else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    }
  }

  /** Takes a line that the bridge writes. */
  hear(line: string): void {
    const answer: Answer = JSON.parse(line);
    const asked = this.asked.get(answer.id);
    if (asked === undefined) this.violations.push(`an answer to nothing: ${line}`);
    else if (asked.answers.push(answer) > 1) this.violations.push(`a second answer: ${line}`);
    else if (asked.isCancelled) this.violations.push(`an answer to a cancelled request: ${line}`);
  }

  /** What must hold when all is over. */
  check(server: ModelServer): void {
    deepStrictEqual([...this.violations, ...server.violations], []);
    for (const [id, { answers, isCancelled, kind }] of this.asked) {
      const { ran, reached } = server.record(JSON.stringify(id));
      if (!isCancelled) deepStrictEqual(answers.length, 1, `${id} was answered ${answers.length} times`);
      if (kind === 'write') ok(ran <= 1, `${id} ran ${ran} times`);
      for (const answer of answers) checkAnswer(id, kind, answer, ran, reached);
    }
    if (!server.isDisturbed) this.#checkOrder(server);
  }

  /** Whatever had to be sent once only was sent in the order in which it was asked. */
  #checkOrder({ firstAttempts }: ModelServer): void {
    // A handshake may go out beside the messages of the session before.
    const calls = this.ids.filter((id) => this.asked.get(id)?.kind !== 'initialize');
    const sent = firstAttempts.map((raw): string => JSON.parse(raw)).filter((id) => calls.includes(id));
    deepStrictEqual(
      sent,
      calls.filter((id) => sent.includes(id)),
    );
  }

  #say(message: object): void {
    this.#push(JSON.stringify(message), () => {});
  }

  #push(text: string, onTaken: () => void): void {
    this.#lines.push({ text, onTaken });
    this.#wake();
  }
}

function checkAnswer(id: string, kind: Kind, { error, result }: Answer, ran: number, reached: number): void {
  const data = error?.data;
  if (error === undefined || data?.source !== 'uc-mcp-bridge') {
    ok(ran > 0, `${id} was answered by a server that never ran it`);
    if (kind !== 'initialize') deepStrictEqual(result?.ran ?? data?.ran, id, `${id} got the answer of another request`);
    return;
  }
  const { outcome, sent } = data;
  deepStrictEqual(sent, outcome !== 'not_sent');
  deepStrictEqual(error.message.startsWith('OUTCOME UNKNOWN'), outcome === 'unknown' && kind === 'write');
  deepStrictEqual(/is harmless\./.test(error.message), outcome === 'unknown' && kind !== 'write');
  if (outcome === 'not_sent') deepStrictEqual(reached, 0, `${id} is said not to have left, and has: ${error.message}`);
  if (outcome === 'rejected') deepStrictEqual(ran, 0, `${id} is said not to have run, and has: ${error.message}`);
}
