import type { Ask } from '../databricks/user-access.ts';
import type { Clock } from '../ports.ts';

/** Longest time for all questions about details, in milliseconds. */
const DETAILS_MS = 10_000;

/** A workspace may have thousands of connections, and answer slowly: what is not known by then stays unknown. */
export function withinReason(ask: Ask, clock: Clock): { readonly ask: Ask; readonly stop: () => void } {
  const life = new AbortController();
  const stop = clock.after(DETAILS_MS, () => life.abort(new Error('there was no more time')));
  const over = new Promise<never>((_, reject) =>
    life.signal.addEventListener('abort', () => reject(life.signal.reason), { once: true }),
  );
  over.catch(() => {});
  return { stop, ask: (path) => (life.signal.aborted ? over : Promise.race([over, ask(path)])) };
}
