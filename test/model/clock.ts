import type { Clock } from '../../src/ports.ts';

interface Alarm {
  readonly atMs: number;
  readonly action: () => void;
}

/** Time that goes on when the test says so. Whoever waits is woken in the order of the times. */
export class ModelClock implements Clock {
  readonly #alarms = new Set<Alarm>();
  #nowMs = 0;

  readonly now = (): number => this.#nowMs;
  readonly date = (): number => this.#nowMs;
  readonly roll = (): number => 0.5;

  after(ms: number, action: () => void): () => void {
    const alarm = { atMs: this.#nowMs + ms, action };
    this.#alarms.add(alarm);
    return () => this.#alarms.delete(alarm);
  }

  sleep(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const stop = this.after(ms, resolve);
      const give = () => {
        stop();
        reject(signal.reason);
      };
      if (signal.aborted) give();
      else signal.addEventListener('abort', give, { once: true });
    });
  }

  /** How many wait for their time. */
  get waiting(): number {
    return this.#alarms.size;
  }

  /** Lets so much time pass. */
  advance(ms: number): void {
    const untilMs = this.#nowMs + ms;
    for (let next = this.#next(); next !== undefined && next.atMs <= untilMs; next = this.#next()) this.#ring(next);
    this.#nowMs = untilMs;
  }

  /** Lets time pass until somebody is woken. */
  advanceToNext(): void {
    const next = this.#next();
    if (next !== undefined) this.#ring(next);
  }

  #ring(alarm: Alarm): void {
    this.#alarms.delete(alarm);
    this.#nowMs = Math.max(this.#nowMs, alarm.atMs);
    alarm.action();
  }

  #next(): Alarm | undefined {
    let first: Alarm | undefined;
    for (const alarm of this.#alarms) if (first === undefined || alarm.atMs < first.atMs) first = alarm;
    return first;
  }
}
