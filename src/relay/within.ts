import type { Clock } from '../ports.ts';

/** Waits for some work, `ms` at most. @returns whether it was done by then; its errors come through. */
export async function within(clock: Clock, ms: number, work: Promise<unknown>): Promise<boolean> {
  let stop = () => {};
  const timeUp = new Promise<boolean>((resolve) => {
    stop = clock.after(ms, () => resolve(false));
  });
  try {
    return await Promise.race([work.then(() => true), timeUp]);
  } finally {
    stop();
  }
}
