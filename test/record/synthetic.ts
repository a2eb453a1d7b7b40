/** Records of any size and content, written without a bridge. */

import { type Entry, FORMAT, type Said } from '../../src/record/entry.ts';

const START = Date.UTC(2026, 10, 25, 9, 0, 0);

/** Lines of one run, stamped with the time since its start. */
export function recordText(said: readonly (Said & { readonly ms: number })[], run = 'aaaaaaaa'): string {
  return said
    .map(({ ms, ...rest }) => {
      const entry = { time: new Date(START + ms).toISOString(), ms, run, ...rest } as Entry;
      return `${JSON.stringify(entry)}\n`;
    })
    .join('');
}

export const HEADER: Said & { readonly ms: number } = {
  ms: 0,
  type: 'header',
  format: FORMAT,
  formatVersion: 1,
  bridge: '0.1.0',
  node: '20.20.2',
  platform: 'linux',
  pid: 1,
  userAgent: 'uc-mcp-bridge/0.1.0',
  route: 'external-function',
  connection: 'github',
  host: 'https://adb-1.azuredatabricks.net',
  bodies: false,
};

/** One call: question, attempt, answer. */
export function callAt(
  ms: number,
  index: number,
  tool: string,
  tookMs: number,
  more: Partial<Extract<Said, { type: 'message' }>> = {},
): (Said & { readonly ms: number })[] {
  const name = { id: String(index), method: 'tools/call', tool };
  const attempt = { exchange: index, attempt: 1, session: 1, status: 200, requestId: `req-${index}`, outcome: 'done' };
  return [
    { ms, type: 'message', direction: 'client→bridge', kind: 'request', ...name, bytes: 120 },
    { ms: ms + tookMs, type: 'attempt', ...name, ...attempt, tookMs },
    {
      ms: ms + tookMs,
      type: 'message',
      direction: 'bridge→client',
      kind: 'answer',
      ...name,
      tookMs,
      bytes: 900,
      outcome: 'ok',
      ...more,
    },
  ];
}
