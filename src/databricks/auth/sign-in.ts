/** Signing in to a workspace: what is configured becomes a way, the way is loaded and gone, its token is held. */

import { Problem } from '../../protocol/problem.ts';
import { resolveWorkspace, type Workspace, type WorkspaceSettings } from '../workspace.ts';
import { ATTRIBUTE_ROWS } from './attributes.ts';
import { type Basis, type CachedSource, cached } from './cached.ts';
import { type Choice, chooseWays } from './choose.ts';
import type { Mint, Minted, MintRequest, Tools } from './mint.ts';
import { mint as pat } from './pat.ts';
import { remedyFor } from './remedy.ts';
import type { Way } from './ways.ts';

/** Each way is loaded only if it is gone. */
const LOADED: Readonly<Record<Way, () => { readonly mint: Mint } | Promise<{ readonly mint: Mint }>>> = {
  pat: () => ({ mint: pat }),
  'oauth-m2m': () => import('./oauth-m2m.ts'),
  'databricks-cli': () => import('./databricks-cli.ts'),
  'env-oidc': () => import('./env-oidc.ts'),
  'file-oidc': () => import('./file-oidc.ts'),
  'github-oidc': () => import('./github-oidc.ts'),
  'azure-client-secret': () => import('./azure-client-secret.ts'),
  'azure-cli': () => import('./azure-cli.ts'),
  'external-browser': () => import('./external-browser.ts'),
  'token-command': () => import('./token-command.ts'),
};

/** What signing in goes by. */
export interface SignIn {
  readonly workspace: Workspace;
  readonly choice: Choice;
}

/** What may be said about it, wherever it is said. */
export interface SigningIn {
  readonly host: string;
  readonly profile: string | undefined;
  readonly auth: Way;
  readonly because: string;
  /** What the owner of the set-up should know, a sentence each. */
  readonly warnings: readonly string[];
}

export interface SignInSource extends CachedSource {
  /** The last one that was tried. */
  current(): SignIn | undefined;
}

/** @param onSignIn - told of each set-up before it is tried, once, and again when it has changed */
export function signIn(settings: WorkspaceSettings, tools: Tools, onSignIn: (said: SigningIn) => void): SignInSource {
  let current: SignIn | undefined;
  let announced = '';

  async function basis(): Promise<Basis> {
    const workspace = await resolveWorkspace(settings, tools);
    knowSecrets(workspace, tools);
    const choices = chooseWays(workspace, tools);
    const [first] = choices;
    const describing = JSON.stringify([first.way, workspace.origin, workspace.workspaceId?.text, ...workspace.values]);
    return {
      way: first.way,
      key: describing,
      isFree: first.way === 'pat',
      mint: (request) => mintInTurn(workspace, choices, request),
      access: (token) => ({
        origin: workspace.origin,
        token,
        workspaceId: workspace.workspaceId?.text,
        remedy: remedyFor(current?.choice.way ?? first.way, workspace),
      }),
    };
  }

  async function mintInTurn(workspace: Workspace, choices: readonly Choice[], request: MintRequest): Promise<Minted> {
    let first: Problem | undefined;
    for (const [index, choice] of choices.entries()) {
      current = { workspace, choice };
      announce(current);
      const { mint } = await LOADED[choice.way]();
      try {
        const minted = await mint(workspace, tools, request);
        tools.secrets.add(minted.token, 'token');
        return minted;
      } catch (thrown) {
        if (request.signal.aborted) throw request.signal.reason;
        const next = choices[index + 1];
        if (!(thrown instanceof Problem)) throw thrown;
        // Without any login, the way that was to be tried first says what to do.
        if (next === undefined) throw (thrown.details.hasNoLogin && first) || thrown;
        first ??= thrown;
        // A login that has expired is renewed where it was made; only where there is none, the browser is asked.
        if (next.way === 'external-browser' && !thrown.details.hasNoLogin) throw thrown;
        tools.log.info({ auth: choice.way, because: thrown.message }, 'trying the next way of signing in');
      }
    }
    throw new Error('there is always one way');
  }

  function announce({ choice, workspace }: SignIn): void {
    const { origin: host, profile, warnings } = workspace;
    const said = { host, profile: profile?.name, auth: choice.way, because: choice.because, warnings };
    const text = JSON.stringify(said);
    if (text === announced) return;
    announced = text;
    onSignIn(said);
  }

  return { ...cached({ basis, clock: tools.clock, log: tools.log }), current: () => current };
}

/** Whatever is secret among what was read, whether it is used or not. */
function knowSecrets({ values }: Workspace, { secrets }: Tools): void {
  for (const [attribute, { secret }] of ATTRIBUTE_ROWS) {
    const found = secret && values.get(attribute);
    if (found) secrets.add(found.text);
  }
}
