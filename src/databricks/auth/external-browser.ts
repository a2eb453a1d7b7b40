/**
 * A user's sign-in with a browser. The token comes from the token file, is refreshed once for all processes that share
 * it, and if there is none a sign-in is started in a process of its own, which outlives a client that ends the bridge.
 */

import { Problem } from '../../protocol/problem.ts';
import type { Workspace } from '../workspace.ts';
import { AuthorizationServer, SignInOver } from './browser/authorization-server.ts';
import { tokenFile, tokenOwner } from './browser/browser-client.ts';
import { withLock } from './browser/file-lock.ts';
import { canStore, ensureFolder, type StoredTokens, type TokenFile } from './browser/token-file.ts';
import type { Mint, Minted, MintRequest, Tools } from './mint.ts';

const REFRESH_BELOW_MS = 300_000;
/** A window is opened no more often than this, and not waited for any longer. */
const ATTEMPT_MS = 300_000;
const LOOK_AGAIN_MS = 200;

export const mint: Mint = async (workspace, tools, request) => {
  const file = tokenFile(workspace, tools);
  if (!(await canStore(file.folder))) return mintInMemory(file, workspace, tools, request);
  const stored = await file.read();
  const usable = stored && usableNow(stored, tools, request.refused);
  if (usable) return usable;
  // Without a refresh token, an access token that was refused is of no use to any process.
  if (stored !== undefined && stored.refreshToken === undefined) {
    await withLock(file.lock, tools.clock, request.signal, async () => {
      // A sign-in may have replaced it meanwhile.
      if ((await file.read())?.accessToken === stored.accessToken) await file.remove();
    });
  }
  const renewed = stored?.refreshToken === undefined ? undefined : await refreshed(file, workspace, tools, request);
  return renewed ?? signedIn(file, workspace, tools, request);
};

/** @returns undefined if it has to be refreshed first */
function usableNow(tokens: StoredTokens, { clock }: Tools, refused: string | undefined): Minted | undefined {
  const left = leftMs(tokens, clock.date());
  if (tokens.accessToken === refused || left <= 0) return undefined;
  // A token that lives for less than ten minutes is not refreshed at every look.
  const isDue = left < Math.min(REFRESH_BELOW_MS, tokens.lifetimeMs / 2);
  return isDue && tokens.refreshToken !== undefined ? undefined : { token: tokens.accessToken, lifetimeMs: left };
}

/** A clock that was set back makes no token live longer than its issuer said. */
function leftMs({ lifetimeMs, obtainedAt }: StoredTokens, now: number): number {
  return Math.min(obtainedAt + lifetimeMs - now, lifetimeMs);
}

async function refreshed(
  file: TokenFile,
  workspace: Workspace,
  tools: Tools,
  { refused, signal }: MintRequest,
): Promise<Minted | undefined> {
  return withLock(file.lock, tools.clock, signal, async () => {
    // Another process may have refreshed it while this one waited.
    const stored = await file.read();
    const usable = stored && usableNow(stored, tools, refused);
    if (usable || stored?.refreshToken === undefined) return usable;
    const left = stored.accessToken === refused ? 0 : leftMs(stored, tools.clock.date());
    const old = left > 0 ? { token: stored.accessToken, lifetimeMs: left } : undefined;
    try {
      const server = new AuthorizationServer(tokenOwner(workspace), tools, signal);
      const tokens = await server.refresh(stored.refreshToken);
      await file.write(tokens);
      return { token: tokens.accessToken, lifetimeMs: tokens.lifetimeMs };
    } catch (error) {
      if (error instanceof SignInOver) {
        // Using it again could end a newer sign-in of the same user.
        if (old === undefined) await file.remove();
        else await file.write({ ...stored, refreshToken: undefined });
        return old;
      }
      if (old !== undefined && error instanceof Problem && !error.details.misconfigured) return old;
      throw error;
    }
  });
}

/** By the path that their file would have. */
const inMemory = new Map<string, StoredTokens>();

/** Keeps the tokens in this process, where their folder cannot be written. Each start needs a sign-in then. */
async function mintInMemory(
  { folder, path }: TokenFile,
  workspace: Workspace,
  tools: Tools,
  { onUser, refused, signal }: MintRequest,
): Promise<Minted> {
  const stored = inMemory.get(path);
  const usable = stored && usableNow(stored, tools, refused);
  if (usable) return usable;
  inMemory.delete(path);
  const { origin } = workspace;
  const server = new AuthorizationServer(tokenOwner(workspace), tools, signal);
  const renewed =
    stored?.refreshToken === undefined
      ? undefined
      : await server.refresh(stored.refreshToken).catch((error) => {
          if (error instanceof SignInOver) return undefined;
          inMemory.set(path, stored);
          throw error;
        });
  const tokens = renewed ?? (await signInHere());
  inMemory.set(path, tokens);
  return { token: tokens.accessToken, lifetimeMs: tokens.lifetimeMs };

  async function signInHere(): Promise<StoredTokens> {
    const { log, login } = tools;
    const hint = `Make ${folder} writable and run \`uc-mcp-bridge login --host ${origin}\`, or set DATABRICKS_TOKEN.`;
    if (login === undefined || !login.hasBrowser()) {
      throw new Problem('auth', `You are not signed in to ${origin}.`, { hint, hasNoLogin: true });
    }
    log.warn({ folder }, 'the sign-in cannot be stored: it is kept in memory, and the next start needs a new one');
    const { signInByBrowser } = await import('./browser/sign-in-flow.ts');
    const show = (address: string) => {
      login.open(address);
      const sentence = `A browser window is open for the sign-in to ${origin}.`;
      onUser?.(new Problem('auth', sentence, { hint: 'Finish it there and call again.', url: address }));
    };
    return signInByBrowser({ workspace, tools, resource: undefined, signal, inMemory: true, show });
  }
}

/** Starts a sign-in, unless another bridge has done so, and waits for its token. */
async function signedIn(
  file: TokenFile,
  workspace: Workspace,
  tools: Tools,
  { hadToken, onUser, refused, signal }: MintRequest,
): Promise<Minted> {
  const { clock, login } = tools;
  const { origin } = workspace;
  const why = hadToken ? `Your sign-in to ${origin} is over.` : `You are not signed in to ${origin}.`;
  const command = `uc-mcp-bridge login --host ${origin}`;
  const hint = `Run \`${command}\`, then call again; or set DATABRICKS_TOKEN, or name a profile with --profile.`;
  if (login === undefined || !login.hasBrowser()) throw new Problem('auth', why, { hint, hasNoLogin: true });
  await ensureFolder(file.folder);
  const isOurs = await withLock(file.lock, clock, signal, async () => {
    const last = await file.readAttempt();
    const age = clock.date() - (last?.startedAt ?? 0);
    if (last !== undefined && age >= 0 && age < ATTEMPT_MS) return false;
    await file.writeAttempt({ startedAt: clock.date() });
    return true;
  });
  if (isOurs) login.start(tokenOwner(workspace), !hadToken);
  for (;;) {
    const stored = await file.read();
    const usable = stored && usableNow(stored, tools, refused);
    if (usable) return usable;
    const attempt = await file.readAttempt();
    const age = clock.date() - (attempt?.startedAt ?? 0);
    if (attempt === undefined || attempt.failure !== undefined || age < 0 || age >= ATTEMPT_MS) {
      throw new Problem('auth', attempt?.failure === undefined ? why : `${why} ${attempt.failure}`, { hint });
    }
    if (attempt.address !== undefined) {
      const waiting = hadToken
        ? new Problem('auth', `${why} Sign in at ${attempt.address}`, { hint, url: attempt.address })
        : new Problem('auth', `A browser window is open for the sign-in to ${origin}.`, {
            hint: `Finish it there and call again, or run \`${command}\`.`,
            url: attempt.address,
          });
      // Later in a session, the user is asked by the client.
      if (hadToken) throw waiting;
      onUser?.(waiting);
    }
    await clock.sleep(LOOK_AGAIN_MS, signal);
  }
}
