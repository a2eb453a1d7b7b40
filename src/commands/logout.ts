/** Removes what `login` has stored, and revokes it where the workspace can. */

import type { Asked } from '../config/read.ts';
import { AuthorizationServer } from '../databricks/auth/browser/authorization-server.ts';
import { tokenFile, tokenOwner } from '../databricks/auth/browser/browser-client.ts';
import { withLock } from '../databricks/auth/browser/file-lock.ts';
import { removeAll, stateFolder } from '../databricks/auth/browser/token-file.ts';
import { resolveWorkspace } from '../databricks/workspace.ts';
import { Problem } from '../protocol/problem.ts';
import { createWorkspaceClient, secretsOf, type WorkspaceClient } from '../workspace-client.ts';
import { EXIT, failed } from './failed.ts';
import { SILENT } from './silent.ts';
import { show } from './terminal.ts';

const REVOKE_MS = 10_000;

export async function logout({ config, own, sources }: Asked<'logout'>): Promise<number> {
  const secrets = secretsOf(config);
  const scrub = (text: string) => secrets.scrub(text);
  const client = await createWorkspaceClient({ config, sources, secrets, log: SILENT, onSignIn: () => {} });
  try {
    show(process.stderr, `${scrub(own.all ? await forgetAll() : await forgetOne(client))}\n`);
    return EXIT.ok;
  } catch (error) {
    return failed(error, { scrub, json: false });
  } finally {
    await client.close();
  }
}

async function forgetAll(): Promise<string> {
  const folder = stateFolder((name) => process.env[name]);
  const count = folder === undefined ? 0 : await removeAll(folder);
  return count === 0
    ? 'There is no sign-in to remove.'
    : `Removed ${count} sign-ins. None was revoked at its workspace.`;
}

async function forgetOne({ settings, tools }: WorkspaceClient): Promise<string> {
  const workspace = await resolveWorkspace(settings, tools).catch((error) => {
    throw error instanceof Problem ? error.with({ misconfigured: true }) : error;
  });
  const file = tokenFile(workspace, tools);
  const stored = await file.read();
  if (stored === undefined) return `There is no sign-in to ${workspace.origin} to remove.`;
  const signal = AbortSignal.timeout(REVOKE_MS);
  await withLock(file.lock, tools.clock, signal, () => file.remove());
  const { refreshToken = '' } = stored;
  tools.secrets.add(refreshToken, 'token');
  const server = new AuthorizationServer(tokenOwner(workspace), tools, signal);
  const isRevoked = refreshToken !== '' && (await server.revoke(refreshToken).catch(() => false));
  const end = isRevoked ? 'The workspace has revoked it.' : 'The workspace did not revoke it: it ends by itself.';
  return `Removed the sign-in to ${workspace.origin}. ${end}`;
}
