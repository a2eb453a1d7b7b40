import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import type { Command } from '../bridge.ts';

/**
 * Bridges that carry one exchange at a time, as many as there are exchanges at once. On stdio nothing says which request
 * a notification belongs to, and the suite uses ids again: so each bridge is asked one thing at a time.
 */
export class Lanes {
  readonly #command: Command;
  readonly #idle: StdioClientTransport[] = [];
  readonly #all = new Set<StdioClientTransport>();

  constructor(command: Command) {
    this.#command = command;
  }

  async take(): Promise<StdioClientTransport> {
    const idle = this.#idle.pop();
    if (idle !== undefined) return idle;
    const lane = new StdioClientTransport({ ...this.#command, stderr: 'inherit' });
    this.#all.add(lane);
    await lane.start();
    return lane;
  }

  /** Takes a lane back whose exchange is over. */
  release(lane: StdioClientTransport): void {
    this.#idle.push(lane);
  }

  /** Ends a lane of which something may still come. */
  async retire(lane: StdioClientTransport): Promise<void> {
    this.#all.delete(lane);
    await lane.close();
  }

  async close(): Promise<void> {
    await Promise.all([...this.#all].map((lane) => lane.close()));
  }
}
