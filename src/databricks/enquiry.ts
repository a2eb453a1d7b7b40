/** Questions to the workspace whose answers only help: bounded in time, and asked once for all who want to know. */

import type { Access, Clock, Enquire, Send } from '../ports.ts';
import { get } from './rest.ts';

/** Longest that a person waits for better advice, in milliseconds. */
const PATIENCE_MS = 2_000;
/** How long an answer holds, in milliseconds: calls that fail one after the other ask once. */
const FRESH_MS = 30_000;

export function enquirer(send: Send, clock: Clock): (access: Access) => Enquire {
  const asked = new Map<string, { readonly atMs: number; readonly answer: Promise<unknown> }>();

  async function ask(access: Access, path: string, signal: AbortSignal): Promise<unknown> {
    const { json, status } = await get(send, access, path, signal);
    if (status !== 200 || json === undefined) throw new Error(`the workspace answered ${path} with status ${status}`);
    return json;
  }

  return (access) => {
    // One time for all questions of one enquiry.
    const life = new AbortController();
    const untilMs = clock.now() + PATIENCE_MS;
    return (path) => {
      const key = `${access.origin} ${path}`;
      const earlier = asked.get(key);
      if (earlier !== undefined && clock.now() - earlier.atMs < FRESH_MS) return earlier.answer;
      const stop = clock.after(untilMs - clock.now(), () => life.abort(new Error('the workspace took too long')));
      const answer = ask(access, path, life.signal).finally(stop);
      asked.set(key, { atMs: clock.now(), answer });
      // Whoever waits gets it; whoever comes later asks again.
      answer.catch(() => asked.delete(key));
      return answer;
    };
  };
}
