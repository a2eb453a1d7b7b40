/**
 * The two ways in which MCP speaks over HTTP. Which one holds is a property of each message: clients use both on one
 * stdio, one after the other. [MCP 2026-07-28, basic, Versioning]
 */

import { isModern, type Message } from './message.ts';

export type EraName = 'legacy' | 'modern';

interface Era {
  /** How the HTTP side learns that a request is cancelled: by a notification, or by the end of its stream. */
  readonly cancelsBy: 'notification' | 'closing';
}

export const ERAS: Readonly<Record<EraName, Era>> = {
  /** 2024-11-05 to 2025-11-25: initialize, then one version and perhaps one session for all. */
  legacy: { cancelsBy: 'notification' },
  /** From 2026-07-28: each request says its version; no handshake, no session. */
  modern: { cancelsBy: 'closing' },
};

export function eraOf(message: Message): EraName {
  return isModern(message) ? 'modern' : 'legacy';
}
