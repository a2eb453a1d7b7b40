/** What a client is told when a call has to wait, in the ways in which it has asked to be told of things. */

import { rawAt } from '../protocol/json.ts';
import type { Message } from '../protocol/message.ts';
import type { FailurePoint } from '../protocol/retry.ts';

/** Shorter waits are over before anybody has read of them, in milliseconds. */
const SHORTEST_MS = 1_000;
/** A client that has asked for these or for anything below them hears of warnings. [MCP 2025-11-25, Logging] */
const HEARS_WARNINGS: ReadonlySet<string> = new Set(['debug', 'info', 'notice', 'warning']);
/** Where the server cannot have reported progress yet, which must only grow. [MCP 2025-11-25, Progress] */
const BEFORE_PROGRESS: ReadonlySet<FailurePoint> = new Set(['unsent', 'busy', 'unavailable']);

export class WaitNotices {
  #level: string | undefined;

  /** The server has taken a `logging/setLevel`. */
  learn(message: Message): void {
    if (message.kind === 'request' && message.method === 'logging/setLevel') this.#level = word(message.text, 'level');
  }

  /**
   * @param point - what the wait is because of; undefined where another call is
   * @param nth - of how many waits of the same call the client has been told before
   * @returns a line for the client; undefined where it has asked for none
   */
  lineFor(message: Message, ms: number, point: FailurePoint | undefined, nth: number): string | undefined {
    if (message.kind !== 'request' || ms < SHORTEST_MS) return undefined;
    const words = `uc-mcp-bridge waits ${Math.ceil(ms / 1000)} s: ${REASONS[point ?? 'busy'] ?? 'the call failed'}`;
    const token = rawAt(message.text, 'params', '_meta', 'progressToken');
    if (token !== undefined && /^["\d-]/.test(token) && (point === undefined || BEFORE_PROGRESS.has(point))) {
      const params = `{"progressToken":${token},"progress":${nth / 1000},"message":${JSON.stringify(words)}}`;
      return `{"jsonrpc":"2.0","method":"notifications/progress","params":${params}}`;
    }
    const level = word(message.text, '_meta', 'io.modelcontextprotocol/logLevel') ?? this.#level;
    if (level === undefined || !HEARS_WARNINGS.has(level)) return undefined;
    const params = { level: 'warning', logger: 'uc-mcp-bridge', data: words };
    return JSON.stringify({ jsonrpc: '2.0', method: 'notifications/message', params });
  }
}

const REASONS: Partial<Record<FailurePoint, string>> = {
  busy: 'the workspace or the server asked to come back later (429)',
  unavailable: 'the server is not available (503)',
  unsent: 'the workspace cannot be reached',
};

/** A parameter that is a word. */
function word(text: string, ...path: readonly string[]): string | undefined {
  const raw = rawAt(text, 'params', ...path);
  const value: unknown = raw?.startsWith('"') ? JSON.parse(raw) : undefined;
  return typeof value === 'string' ? value : undefined;
}
