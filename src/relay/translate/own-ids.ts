/** Ids for the requests of our own: strings under a prefix that is ours, so that they meet nobody else's. */

import type { Id } from '../../protocol/message.ts';

const PREFIX = 'uc-mcp-bridge';

/** Why we ask: to discover, to put a server's question to the client, to repeat a call with the answers, to listen. */
type Purpose = 'discover' | 'input' | 'round' | 'listen';

export class OwnIds {
  readonly #ordinal: number;
  #given = 0;

  /** @param ordinal - tells the translations of one process apart: an id of an earlier one may still be answered */
  constructor(ordinal: number) {
    this.#ordinal = ordinal;
  }

  next(purpose: Purpose): Id {
    return JSON.stringify(`${PREFIX}-${purpose}-${this.#ordinal}-${++this.#given}`);
  }
}
