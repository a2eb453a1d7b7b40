/** Time that passes when the test says so. */

import type { Clock } from '../../../src/ports.ts';

interface Sleep {
  readonly ms: number;
  /** Lets the time pass. */
  wake(): void;
}

export class TestClock implements Clock {
  /** Every sleep so far. */
  readonly sleeps: Sleep[] = [];
  /** Actions that wait for their time, by the time that they wait, in milliseconds. */
  readonly alarms: Map<number, () => void> = new Map();
  #nowMs = 0;
  #watchers: (() => void)[] = [];

  readonly now = (): number => this.#nowMs;
  readonly date = (): number => this.#nowMs;
  readonly roll = (): number => 1;

  after(ms: number, action: () => void): () => void {
    this.alarms.set(ms, action);
    return () => this.alarms.delete(ms);
  }

  sleep(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      const wake = () => {
        this.#nowMs += ms;
        resolve();
      };
      this.sleeps.push({ ms, wake });
      for (const watcher of this.#watchers.splice(0)) watcher();
    });
  }

  /** Resolves with the nth sleep once somebody sleeps it. */
  async asleep(nth: number): Promise<Sleep> {
    for (;;) {
      const sleep = this.sleeps[nth - 1];
      if (sleep) return sleep;
      await new Promise<void>((resolve) => this.#watchers.push(resolve));
    }
  }

  /** Lets time pass without anybody waiting for it. */
  advance(ms: number): void {
    this.#nowMs += ms;
  }
}
