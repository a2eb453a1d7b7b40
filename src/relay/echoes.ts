/**
 * Servers that send our own secrets back. What they answer goes to the client as it came, and the model reads it: whoever
 * runs the bridge should hear of that, once. [T164]
 */

import type { Access, Log } from '../ports.ts';
import { bytesOf } from '../protocol/message-bytes.ts';

/** How much of a message is searched: an echo stands in a short answer, and a long one is not to be held up. */
const SEARCHED = 64 * 1024;
/** Shorter values are in many an answer by chance. */
const SHORTEST_CHARS = 8;

export class Echoes {
  readonly #log: Log;
  readonly #told = new Set<string>();
  #echoedIn: { readonly generation: number | undefined } | undefined;

  constructor(log: Log) {
    this.#log = log;
  }

  /** Takes note that an answer bore the id of its request. Servers that put 0 on everything do so by chance. */
  sawId(id: string, generation: number | undefined): void {
    if (id === '0' || (this.#echoedIn !== undefined && this.#echoedIn.generation === generation)) return;
    this.#echoedIn = { generation };
  }

  /** Whether the server has echoed an id in this session. */
  echoesIds(generation: number | undefined): boolean {
    return this.#echoedIn !== undefined && this.#echoedIn.generation === generation;
  }

  /** @param headers - those of the message that was sent */
  look(incoming: { readonly text: string }, { token }: Access, headers: Readonly<Record<string, string>>): void {
    if (this.#told.size === 2) return;
    this.#find(incoming, 'token', token);
    this.#find(incoming, 'session id', headers['Mcp-Session-Id']);
  }

  #find(incoming: { readonly text: string }, what: string, secret: string | undefined): void {
    if (secret === undefined || secret.length < SHORTEST_CHARS || this.#told.has(what)) return;
    if (!holds(incoming, secret)) return;
    this.#told.add(what);
    this.#log.warn({ secret: what }, 'the server sent a secret of the bridge back: handed on to the client as it came');
  }
}

function holds(incoming: { readonly text: string }, secret: string): boolean {
  const bytes = bytesOf(incoming);
  if (bytes === undefined) return incoming.text.slice(0, SEARCHED).includes(secret);
  return Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, SEARCHED)).includes(secret);
}
