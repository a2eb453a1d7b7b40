/** A record in which everything happens once: a slow call, calls that fail, a retry, a session that is lost. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import type { Entry } from '../../src/record/entry.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.ts';
import { type BridgeProcess, startBridge, toWorkspace } from '../support/bridge.ts';
import { CUT, platformError } from '../support/canned.ts';
import { temporaryDirectory } from '../support/temporary.ts';

export const REPOSITORY = { owner: 'octo-sandbox', repo: 'lighthouse' };
/** Tool that takes `SLOW_MS`. */
export const SLOW_TOOL = 'list_issues';
export const SLOW_MS = 1500;
/** In the arguments of one call, and in the answer to it. */
export const SPOKEN = 'spoken-canary-3141592653';

export interface Recorded {
  readonly file: string;
  readonly sandbox: Sandbox;
  readonly bridge: BridgeProcess;
}

/** Starts a bridge that records, before a sandbox that has its moments. */
export async function startRecording(args: readonly string[] = [], file?: string): Promise<Recorded> {
  const record = file ?? join(temporaryDirectory(), 'record.jsonl');
  let lists = 0;
  const sandbox = await startSandbox({
    delayMs: (tool) => (tool === SLOW_TOOL ? SLOW_MS : 0),
    onCall: ({ text = '' }) => {
      const { method, params } = text === '' ? {} : JSON.parse(text);
      if (method === 'tools/list' && ++lists === 1) return platformError(503, 'TEMPORARILY_UNAVAILABLE', 'Busy.');
      return params?.name === 'issue_write' ? CUT : undefined;
    },
  });
  onTestFinished(() => sandbox.close());
  const way = toWorkspace(sandbox);
  const bridge = startBridge({ args: [...way.args, '--record', record, ...args], env: way.env });
  return { file: record, sandbox, bridge };
}

/** All of it, in its order. Seven calls; the fourth is slow, the last two fail. */
export async function happen({ bridge, sandbox }: Recorded): Promise<void> {
  await bridge.initialize();
  await bridge.call(1, 'tools/list');
  await bridge.call(2, 'tools/call', { name: 'get_me', arguments: {} });
  await bridge.call('slow', 'tools/call', { name: SLOW_TOOL, arguments: REPOSITORY });
  sandbox.forgetSessions();
  await bridge.call(4, 'tools/call', { name: 'search_issues', arguments: { query: SPOKEN } });
  const missing = { ...REPOSITORY, method: 'get', issue_number: 99_999 };
  expect(await bridge.call(5, 'tools/call', { name: 'issue_read', arguments: missing })).toHaveProperty(
    'result.isError',
    true,
  );
  const written = { ...REPOSITORY, method: 'create', title: 'Lost' };
  expect(await bridge.call(6, 'tools/call', { name: 'issue_write', arguments: written })).toHaveProperty(
    'error.data.kind',
    'outcomeUnknown',
  );
}

/** The same from start to end. */
export async function recorded(args: readonly string[] = []): Promise<Recorded> {
  const recording = await startRecording(args);
  await happen(recording);
  expect(await recording.bridge.finish()).toEqual({ code: 0, signal: null });
  return recording;
}

export function entriesOf(file: string): Entry[] {
  return readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}
