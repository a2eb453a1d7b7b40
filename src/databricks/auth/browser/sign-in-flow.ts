/** One sign-in with a browser, from the listener to the token file. */

import { randomBytes } from 'node:crypto';
import { calculatePKCECodeChallenge } from 'oauth4webapi';
import { Problem } from '../../../protocol/problem.ts';
import type { Workspace } from '../../workspace.ts';
import type { Tools } from '../mint.ts';
import { AuthorizationServer, SignInOver } from './authorization-server.ts';
import { tokenFile, tokenOwner } from './browser-client.ts';
import { type CallbackListener, listenForCallback } from './callback-listener.ts';
import { withLock } from './file-lock.ts';
import { ensureFolder, type StoredTokens } from './token-file.ts';

/** A user who has not come back by then has left. */
export const SIGN_IN_MS = 300_000;

export interface SignInFlow {
  readonly workspace: Workspace;
  readonly tools: Tools;
  /** Address of the MCP endpoint whose own login the sign-in leads through, too. */
  readonly resource: string | undefined;
  readonly signal: AbortSignal;
  /** Shows the authorize address, and opens it if it can. */
  readonly show: (address: string) => void;
  /** True if the tokens are only returned, and not stored. */
  readonly inMemory?: boolean;
  /** A redirect address that the user has pasted, if that is possible. */
  readonly pasted?: ((redirect: string) => Promise<URLSearchParams>) | undefined;
}

/** @throws Problem if there is no token in the end */
export async function signInByBrowser(flow: SignInFlow): Promise<StoredTokens> {
  const { tools, workspace } = flow;
  const file = tokenFile(workspace, tools);
  // No user has to sign in for a token that cannot be kept.
  if (!flow.inMemory) await ensureFolder(file.folder);
  const port = tools.variable('DATABRICKS_OAUTH_CALLBACK_PORT');
  const listener = await listenForCallback(port && /^\d{1,5}$/.test(port) ? Number(port) : undefined);
  const over = new AbortController();
  try {
    const signal = AbortSignal.any([flow.signal, over.signal]);
    const tokens = await authorize({ ...flow, signal }, listener);
    if (!flow.inMemory) await withLock(file.lock, tools.clock, flow.signal, () => file.write(tokens));
    return tokens;
  } finally {
    over.abort(new Error('the sign-in is over'));
    listener.close();
  }
}

async function authorize(flow: SignInFlow, listener: CallbackListener): Promise<StoredTokens> {
  const { signal, tools, workspace } = flow;
  const owner = tokenOwner(workspace);
  const server = new AuthorizationServer(owner, tools, signal);
  let resource = flow.resource;
  for (;;) {
    const verifier = randomBytes(64).toString('base64url');
    const state = randomBytes(16).toString('base64url');
    tools.secrets.add(verifier, 'token');
    const address = await server.authorizeUrl({
      response_type: 'code',
      client_id: owner.clientId,
      redirect_uri: listener.redirect,
      scope: owner.scopes,
      state,
      code_challenge: await calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      ...(resource === undefined ? {} : { resource }),
    });
    const came = [listener.callback(state), ...(flow.pasted ? [flow.pasted(listener.redirect)] : []), late(flow)];
    // Those that lose the race end with the sign-in.
    for (const promise of came) promise.catch(() => {});
    flow.show(address);
    const callback = await Promise.race(came);
    for (const code of callback.getAll('code')) tools.secrets.add(code, 'token');
    // A workspace that does not know the resource can still sign the user in.
    if (resource !== undefined && callback.get('error') === 'invalid_target') {
      resource = undefined;
      continue;
    }
    try {
      return await server.exchange(callback, state, listener.redirect, verifier);
    } catch (error) {
      if (!(error instanceof SignInOver)) throw error;
      throw new Problem('auth', `${owner.origin} did not accept the code of the sign-in.`, { hint: 'Sign in again.' });
    }
  }
}

function late({ signal, tools, workspace }: SignInFlow): Promise<never> {
  return tools.clock.sleep(SIGN_IN_MS, signal).then(() => {
    const sentence = `The sign-in to ${workspace.origin} was not completed within ${SIGN_IN_MS / 60_000} minutes.`;
    throw new Problem('auth', sentence, { hint: 'Try again.' });
  });
}
