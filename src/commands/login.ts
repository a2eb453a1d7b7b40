/** Signs in with a browser, and keeps the tokens for `serve`. */

import type { Asked } from '../config/read.ts';
import { tokenFile } from '../databricks/auth/browser/browser-client.ts';
import { signInByBrowser } from '../databricks/auth/browser/sign-in-flow.ts';
import type { Attempt } from '../databricks/auth/browser/token-file.ts';
import { resolveWorkspace } from '../databricks/workspace.ts';
import { findBrowser } from '../node/browser.ts';
import { Problem } from '../protocol/problem.ts';
import { createWorkspaceClient, secretsOf } from '../workspace-client.ts';
import { EXIT, failed } from './failed.ts';
import { SILENT } from './silent.ts';
import { show } from './terminal.ts';

/** @returns 0 signed in, 77 refused or timed out, 78 no host */
export async function login({ config, sources }: Asked<'login'>): Promise<number> {
  const secrets = secretsOf(config);
  const say = (text: string) => show(process.stderr, `${secrets.scrub(text)}\n`);
  const client = await createWorkspaceClient({ config, sources, secrets, log: SILENT, onSignIn: () => {} });
  const { settings, tools } = client;
  const stopped = new AbortController();
  const over = new AbortController();
  const stop = () => stopped.abort(new Problem('auth', 'The sign-in was stopped.', { hint: 'Run it again.' }));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop);
  let note: (more: Partial<Attempt>) => Promise<void> = async () => {};
  const ending = { scrub: (text: string) => secrets.scrub(text), json: false };
  try {
    const workspace = await resolveWorkspace(settings, tools).catch((error) => {
      throw error instanceof Problem ? error.with({ misconfigured: true }) : error;
    });
    const { origin } = workspace;
    const file = tokenFile(workspace, tools);
    const startedAt = Date.now();
    // Bridges that wait for this sign-in read it.
    note = (more) => file.writeAttempt({ startedAt, ...more }).catch(() => {});
    const browser = config.noBrowser
      ? undefined
      : findBrowser({ env: process.env, programs: tools.programs, platform: process.platform });
    const showAddress = async (address: string) => {
      await note({ address });
      if (await browser?.open(address)) say(`A browser window opens for the sign-in to ${origin}. If not, open:`);
      else say(`Open this address to sign in to ${origin}:`);
      say(address);
    };
    let shown = Promise.resolve();
    const { lifetimeMs } = await signInByBrowser({
      workspace,
      tools,
      resource: resourceOf(origin, config),
      signal: stopped.signal,
      show: (address) => {
        shown = showAddress(address);
      },
      pasted: process.stdin.isTTY ? (redirect) => pastedCallback(redirect, say, over.signal) : undefined,
    });
    // A user who is signed in already is through before the browser program has ended.
    await shown;
    await file.removeAttempt();
    say(`You are signed in to ${origin} (access token for ${Math.round(lifetimeMs / 60_000)} min, renewed by itself).`);
    return EXIT.ok;
  } catch (error) {
    if (error instanceof Problem) await note({ failure: secrets.scrub(error.message) });
    return failed(error, ending);
  } finally {
    // It stays open: install asks more after the sign-in.
    over.abort();
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, stop);
    await client.close();
  }
}

/** One window then leads through the workspace and through the login of the connection. [RFC 8707] */
function resourceOf(origin: string, { connection, service }: Asked['config']): string | undefined {
  if (service !== undefined) return `${origin}/ai-gateway/mcp-services/${service}`;
  return connection === undefined ? undefined : `${origin}/api/2.0/mcp/external/${connection}`;
}

/** If the browser runs on another machine, its last address does not load there. The user can paste it here. */
async function pastedCallback(
  redirect: string,
  say: (text: string) => void,
  signal: AbortSignal,
): Promise<URLSearchParams> {
  const { createInterface } = await import('node:readline');
  say('If the browser is on another machine, paste the address that it ends at here.');
  for await (const line of createInterface({ input: process.stdin, signal })) {
    const text = line.trim();
    if (text.startsWith(`${redirect}/?`) && URL.canParse(text)) return new URL(text).searchParams;
    if (text !== '') say(`That address does not begin with ${redirect}/?`);
  }
  return new Promise(() => {});
}
