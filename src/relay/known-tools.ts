/** The list of tools that the client has read, to tell whether a server that came back still has the same. */

import { flat, rawAt } from '../protocol/json.ts';
import type { Message } from '../protocol/message.ts';

export const TOOLS_CHANGED = '{"jsonrpc":"2.0","method":"notifications/tools/list_changed"}';

export class KnownTools {
  /** First page, as the server wrote it. */
  #text: string | undefined;

  get areKnown(): boolean {
    return this.#text !== undefined;
  }

  /** @param line - answer to a request for the first page */
  note(line: string): void {
    this.#text = toolsIn(line) ?? this.#text;
  }

  differFrom(line: string): boolean {
    const text = toolsIn(line);
    return text !== undefined && text !== this.#text;
  }

  forget(): void {
    this.#text = undefined;
  }
}

export function asksForTools(message: Message): boolean {
  return (
    message.kind === 'request' &&
    message.method === 'tools/list' &&
    rawAt(message.text, 'params', 'cursor') === undefined
  );
}

function toolsIn(line: string): string | undefined {
  const text = rawAt(line, 'result', 'tools');
  // It is kept: a short list must not keep a long line alive.
  return text !== undefined && 2 * text.length < line.length ? flat(text) : text;
}
