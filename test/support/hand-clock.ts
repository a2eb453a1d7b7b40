import type { Clock } from '../../src/ports.ts';

/** Time that passes when the test says so, or when somebody sleeps: sleepers are woken at once, and it is later then. */
export class HandClock implements Clock {
  /** Every sleep so far, in milliseconds. */
  readonly slept: number[] = [];
  readonly #alarms = new Set<{ readonly atMs: number; readonly action: () => void }>();
  #nowMs = 1_000_000;

  readonly now = (): number => this.#nowMs;
  readonly date = (): number => this.#nowMs;
  readonly roll = (): number => 0.5;

  after(ms: number, action: () => void): () => void {
    const alarm = { atMs: this.#nowMs + ms, action };
    this.#alarms.add(alarm);
    return () => this.#alarms.delete(alarm);
  }

  async sleep(ms: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) throw signal.reason;
    this.slept.push(ms);
    this.advance(ms);
  }

  /** Lets time pass, and rings what is due by then. */
  advance(ms: number): void {
    this.#nowMs += ms;
    for (const alarm of [...this.#alarms]) {
      if (alarm.atMs > this.#nowMs) continue;
      this.#alarms.delete(alarm);
      alarm.action();
    }
  }

  /** How many alarms are set. */
  get alarms(): number {
    return this.#alarms.size;
  }
}
