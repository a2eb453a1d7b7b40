import { ModelClock } from '../model/clock.ts';

/** Time that passes also when somebody sleeps: sleepers are woken at once, and it is later then. */
export class HandClock extends ModelClock {
  /** Every sleep so far, in milliseconds. */
  readonly slept: number[] = [];

  override async sleep(ms: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) throw signal.reason;
    this.slept.push(ms);
    this.advance(ms);
  }
}
