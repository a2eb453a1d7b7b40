/**
 * Logins that are due: whether the client can be asked to open the page, which it says once, with `initialize`, and what
 * the log has said of it already.
 */

import { opensPages } from '../protocol/capabilities.ts';
import { eraOf } from '../protocol/era.ts';
import { rawAt } from '../protocol/json.ts';
import type { Request } from '../protocol/message.ts';
import type { Problem } from '../protocol/problem.ts';
import { URL_ELICITATION_VERSION } from '../protocol/versions.ts';
import type { Delivery } from './correlation.ts';

export class Logins {
  /** By the client's own text: what goes on to the server may have lost it on the way. */
  #opensPages = false;
  /** True if the protocol version has elicitations by URL. */
  #hasUrlMode = false;
  /** How often a login has become due. */
  #ordinal = 0;
  /** What was refused since the login is due; empty while none is. */
  readonly #refused = new Set<string>();

  /** A request of the client, before it goes anywhere. */
  heard(request: Request): void {
    if (request.method !== 'initialize' || eraOf(request) === 'modern') return;
    this.#opensPages = opensPages(request.text);
    this.#hasUrlMode = false;
  }

  /** A request was answered by the server. What was refused before gets through again: the person has logged in. */
  answered(request: Request, delivery: Delivery & { readonly is: 'answer' }): void {
    if (delivery.answer.error) return;
    // Its text is made when it is read, and a long one is not to be made for nothing.
    if (request.method === 'initialize') {
      this.#hasUrlMode = rawAt(delivery.line, 'result', 'protocolVersion') === `"${URL_ELICITATION_VERSION}"`;
    }
    // Other methods may have worked all the time.
    if (this.#refused.has(request.method)) this.#refused.clear();
  }

  /** @returns whether that is news */
  due(method: string): boolean {
    const isNews = this.#refused.size === 0;
    if (isNews) this.#ordinal++;
    this.#refused.add(method);
    return isNews;
  }

  /**
   * The name under which the client is asked to open the page, the same one for as long as the login is due.
   *
   * @returns undefined where the client cannot be asked so
   */
  elicitationFor(request: Request, { kind }: Problem): string | undefined {
    const isAskable = this.#opensPages && this.#hasUrlMode && eraOf(request) === 'legacy';
    return isAskable && (kind === 'connectionLogin' || kind === 'auth')
      ? `uc-mcp-bridge-login-${this.#ordinal}`
      : undefined;
  }
}
