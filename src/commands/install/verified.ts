/** Before anything is written: the sign-in, and the checks of `doctor`. */

import type { Asked } from '../../config/read.ts';
import { resolveWorkspace } from '../../databricks/workspace.ts';
import { findBrowser } from '../../node/browser.ts';
import { Problem } from '../../protocol/problem.ts';
import { createWorkspaceClient, secretsOf, type WorkspaceClient } from '../../workspace-client.ts';
import { SILENT } from '../silent.ts';
import { flagsOf } from './completed.ts';
import type { Server } from './servers.ts';

/** Runs a command line of this program. @returns its exit code */
export type RunCommand = (argv: readonly string[]) => Promise<number>;

/** @returns 0 if every server can be reached, else the exit code of what failed first, which has said what is wrong */
export async function verify(servers: readonly Server[], run: RunCommand): Promise<number> {
  const [first] = servers;
  if (first === undefined || first.asked.config.sandbox) return 0;
  let worst = await signInIfNeeded(first.asked, run);
  for (const { asked } of worst === 0 ? servers : []) worst ||= await run(['doctor', ...flagsOf(asked)]);
  return worst;
}

/** True if it is known which workspace is meant. */
export function hasWorkspace(asked: Asked<'install'>): Promise<boolean> {
  return withClient(asked, ({ settings, tools }) =>
    resolveWorkspace(settings, tools).then(
      () => true,
      (error) => {
        if (error instanceof Problem) return false;
        throw error;
      },
    ),
  );
}

/**
 * Signs in with a browser if nothing else signs in. Every other way that fails is left to the checks.
 *
 * @returns the exit code of the sign-in; 0 if there was none
 */
export async function signInIfNeeded(asked: Asked<'install'>, run: RunCommand): Promise<number> {
  const isNeeded = await withClient(asked, async ({ tokens, tools }) => {
    try {
      await tokens.access();
      return false;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (!error.details.hasNoLogin || tokens.current()?.choice.way !== 'external-browser') return false;
    }
    // At a terminal the user can open the address.
    if (process.stdin.isTTY) return true;
    const { env, platform } = process;
    return !asked.config.noBrowser && findBrowser({ env, platform, programs: tools.programs }) !== undefined;
  });
  return isNeeded ? run(['login', ...flagsOf(asked)]) : 0;
}

async function withClient<T>(
  { config, sources }: Asked<'install'>,
  work: (client: WorkspaceClient) => Promise<T>,
): Promise<T> {
  const secrets = secretsOf(config);
  const client = await createWorkspaceClient({ config, sources, secrets, log: SILENT, onSignIn: () => {} });
  try {
    return await work(client);
  } finally {
    await client.close();
  }
}
