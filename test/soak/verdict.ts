/** What was asked, held against what was answered and what was done. */

import type { SoakClient } from './client.ts';

export interface Verdict {
  readonly asked: number;
  readonly right: number;
  readonly cancelled: number;
  /** Errors that the bridge made itself, by their outcome. */
  readonly errors: Readonly<Record<string, number>>;
  /** Calls that ran more than once. */
  readonly duplicates: readonly string[];
  /** Requests that were neither answered nor cancelled. */
  readonly losses: readonly string[];
  /** Answers to nobody, answers of others, and claims that are not true. */
  readonly wrong: readonly string[];
}

export function verdictOn({ asked, surplus }: SoakClient, ledger: ReadonlyMap<string, number>): Verdict {
  const errors: Record<string, number> = {};
  const [losses, wrong]: [string[], string[]] = [[], [...surplus]];
  let [right, cancelled] = [0, 0];
  for (const [id, { answer, isCancelled, key, method }] of asked) {
    const ran = ledger.get(key) ?? 0;
    const isCall = method === 'tools/call';
    if (answer === undefined) {
      if (isCancelled) cancelled++;
      else losses.push(id);
      continue;
    }
    if (answer.error) {
      const { outcome = 'none' } = answer.error.data ?? {};
      errors[outcome] = (errors[outcome] ?? 0) + 1;
      if (isCall && outcome !== 'unknown' && ran > 0) wrong.push(`${id} ran, and is said to be ${outcome}`);
      continue;
    }
    const isRight = method === 'initialize' || (answer.result?.key === key && answer.result.method === method);
    if (!isRight) wrong.push(`${id} got ${JSON.stringify(answer)}`);
    else if (isCall && ran !== 1) wrong.push(`${id} was answered, and ran ${ran} times`);
    else right++;
  }
  const duplicates = [...ledger].filter(([, count]) => count > 1).map(([key, count]) => `${key} ran ${count} times`);
  return { asked: asked.size, right, cancelled, errors, duplicates, losses, wrong };
}
