/** A workspace for tests of signing in: it issues tokens, and what is behind it answers whatever it is asked. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { startWorkspace, type Workspace, type WorkspaceOptions } from '../../src/sandbox/workspace.ts';
import { raw, result } from './canned.ts';
import { CONNECTION, opened, TOKEN } from './scripted.ts';
import { type Seen, see } from './seen.ts';
import { temporaryDirectory } from './temporary.ts';

export const CLIENT = { id: 'client-4711', secret: 'dose-canary-0123456789abcdef' } as const;

export interface SigningInWorkspace extends Workspace {
  /** Calls that were let in, oldest first. */
  readonly seen: readonly Seen[];
  of(what: string): readonly Seen[];
}

/** Starts it for the length of a test. */
export async function startSigningIn(options: Partial<WorkspaceOptions> = {}): Promise<SigningInWorkspace> {
  const seen: Seen[] = [];
  const workspace = await startWorkspace({
    token: TOKEN,
    clients: { [CLIENT.id]: CLIENT.secret },
    connections: { [CONNECTION]: { url: 'http://127.0.0.1:1/nobody-is-asked' } },
    onCall: (external) => {
      const call = see(external);
      seen.push(call);
      if (call.what === 'initialize') return opened(call, undefined);
      return call.id === undefined ? raw('', 202) : result(call);
    },
    ...options,
  });
  onTestFinished(() => workspace.close());
  return { ...workspace, seen, of: (what) => seen.filter((call) => call.what === what) };
}

/** A configuration file with the given text, and what leads a bridge to it. */
export function configFile(text: string): { readonly file: string; readonly write: (text: string) => void } {
  const file = join(temporaryDirectory(), 'databrickscfg');
  const write = (more: string) => writeFileSync(file, more, { mode: 0o600 });
  write(text);
  return { file, write };
}
