/**
 * The OAuth server of a workspace, as a user's sign-in needs it. The protocol is oauth4webapi's; requests go through the
 * bridge's own HTTP, and never to another host than the configured one. [T171]
 */

import * as oauth from 'oauth4webapi';
import { excerpt } from '../../../protocol/excerpt.ts';
import { Problem } from '../../../protocol/problem.ts';
import { ask } from '../../rest.ts';
import { lifetimeOfSeconds } from '../lifetime.ts';
import type { Tools } from '../mint.ts';
import type { StoredTokens, TokenOwner } from './token-file.ts';

const ANSWER_MS = 40_000;
const WELL_KNOWN = '/.well-known/oauth-authorization-server';

/** The refresh token is over: only a new sign-in helps. */
export class SignInOver extends Error {
  override readonly name = 'SignInOver';
}

type UserTools = Pick<Tools, 'send' | 'secrets' | 'clock' | 'variable'>;

export class AuthorizationServer {
  readonly #tools: UserTools;
  readonly #owner: TokenOwner;
  readonly #signal: AbortSignal;
  #metadata: Promise<oauth.AuthorizationServer> | undefined;

  constructor(owner: TokenOwner, tools: UserTools, signal: AbortSignal) {
    this.#owner = owner;
    this.#tools = tools;
    this.#signal = signal;
  }

  metadata(): Promise<oauth.AuthorizationServer> {
    this.#metadata ??= this.#discover();
    return this.#metadata;
  }

  async #discover(): Promise<oauth.AuthorizationServer> {
    const { origin } = this.#owner;
    for (const path of await this.#metadataPaths()) {
      const response = await this.#fetch(origin + path, { method: 'GET', headers: { accept: 'application/json' } });
      if (response.status !== 200) continue;
      const document: unknown = await response
        .clone()
        .json()
        .catch(() => undefined);
      const { issuer } = (document ?? {}) as { issuer?: unknown };
      if (typeof issuer !== 'string' || !URL.canParse(issuer)) continue;
      // The document is at an address that its issuer does not lead to, so that the issuer is taken from the document.
      const metadata = await oauth.processDiscoveryResponse(new URL(issuer), response);
      for (const url of [metadata.authorization_endpoint, metadata.token_endpoint]) {
        if (url === undefined || !URL.canParse(url) || new URL(url).origin !== origin) {
          throw new Problem('auth', `${origin} names a sign-in endpoint on another host, which is not used.`, {
            hint: "Set the host to the workspace's own address.",
          });
        }
      }
      return metadata;
    }
    throw new Problem('auth', `${origin} does not offer a sign-in with a browser.`, {
      hint: 'Check that the host is the address of a workspace, or set DATABRICKS_TOKEN.',
    });
  }

  /** A workspace has it below /oidc; account and unified hosts have it below the account. */
  async #metadataPaths(): Promise<readonly string[]> {
    const { origin } = this.#owner;
    let account = this.#tools.variable('DATABRICKS_ACCOUNT_ID');
    const response = await this.#fetch(`${origin}/.well-known/databricks-config`, {
      method: 'GET',
      headers: { accept: 'application/json' },
    });
    const found = response.status === 200 ? await response.json().catch(() => ({})) : {};
    const { account_id: id, oidc_endpoint: endpoint } = (found ?? {}) as Record<string, unknown>;
    if (typeof id === 'string') account ??= id;
    const ofAccount = account !== undefined && /^[\w-]{1,64}$/.test(account) ? [`/oidc/accounts/${account}`] : [];
    const isOfAccount =
      new URL(origin).hostname.startsWith('accounts.') ||
      (typeof endpoint === 'string' && endpoint.includes('/oidc/accounts/'));
    const bases = isOfAccount ? [...ofAccount, '/oidc'] : ['/oidc', ...ofAccount];
    return bases.map((base) => `${base}${WELL_KNOWN}`);
  }

  async authorizeUrl(parameters: Readonly<Record<string, string>>): Promise<string> {
    const { authorization_endpoint: endpoint = '' } = await this.metadata();
    const url = new URL(endpoint);
    for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
    return url.href;
  }

  /** @param callback - the query of the callback. @throws Problem if the user or the server has refused */
  async exchange(callback: URLSearchParams, state: string, redirect: string, verifier: string): Promise<StoredTokens> {
    const metadata = await this.metadata();
    return this.#tokensFrom(async (client, options) => {
      const validated = oauth.validateAuthResponse(metadata, client, callback, state);
      const request = oauth.authorizationCodeGrantRequest;
      const response = await request(metadata, client, oauth.None(), validated, redirect, verifier, options);
      return oauth.processAuthorizationCodeResponse(metadata, client, response);
    });
  }

  /** @throws SignInOver if the workspace does not accept the refresh token */
  async refresh(refreshToken: string): Promise<StoredTokens> {
    const metadata = await this.metadata();
    this.#tools.secrets.add(refreshToken, 'token');
    const tokens = await this.#tokensFrom(async (client, options) => {
      const response = await oauth.refreshTokenGrantRequest(metadata, client, oauth.None(), refreshToken, options);
      return oauth.processRefreshTokenResponse(metadata, client, response);
    });
    return { ...tokens, refreshToken: tokens.refreshToken ?? refreshToken };
  }

  /** @returns whether the workspace can revoke a sign-in, and has done so */
  async revoke(refreshToken: string): Promise<boolean> {
    const metadata = await this.metadata();
    const { revocation_endpoint: endpoint } = metadata;
    if (endpoint === undefined || new URL(endpoint).origin !== this.#owner.origin) return false;
    const client = { client_id: this.#owner.clientId };
    const response = await oauth.revocationRequest(metadata, client, oauth.None(), refreshToken, this.#options());
    await oauth.processRevocationResponse(response);
    return true;
  }

  async #tokensFrom(
    request: (client: oauth.Client, options: ReturnType<typeof this.options>) => Promise<oauth.TokenEndpointResponse>,
  ): Promise<StoredTokens> {
    const { clock, secrets } = this.#tools;
    try {
      const {
        access_token: accessToken,
        expires_in: seconds,
        refresh_token: refreshToken,
      } = await request({ client_id: this.#owner.clientId }, this.#options());
      for (const secret of [accessToken, refreshToken]) if (secret !== undefined) secrets.add(secret, 'token');
      return { accessToken, refreshToken, obtainedAt: clock.date(), lifetimeMs: lifetimeOfSeconds(seconds) };
    } catch (error) {
      throw this.#explained(error);
    }
  }

  #explained(error: unknown): unknown {
    if (error instanceof Problem || this.#signal.aborted) return error;
    const quoted = (text: string) => excerpt(this.#tools.secrets.scrub(text));
    if (error instanceof oauth.ResponseBodyError && error.error === 'invalid_grant') return new SignInOver();
    if (error instanceof oauth.ResponseBodyError || error instanceof oauth.AuthorizationResponseError) {
      const { error: code, error_description: description } = error;
      const words = quoted(description === undefined ? code : `${code}: ${description}`);
      return new Problem('auth', `${this.#owner.origin} refused the sign-in (${words}).`, {
        hint: 'Try again; if it goes on, ask an administrator of the workspace.',
      });
    }
    const words = error instanceof Error ? quoted(error.message) : '';
    return new Problem('auth', `The answer of ${this.#owner.origin} to the sign-in is not valid (${words}).`, {
      hint: 'Try again, and check the network and the host.',
    });
  }

  #options(): ReturnType<typeof this.options> {
    return this.options();
  }

  private options() {
    return {
      [oauth.customFetch]: (url: string, init: FetchInit) => this.#fetch(url, init),
      // The rule for hosts allows http on loopback only.
      [oauth.allowInsecureRequests]: this.#owner.origin.startsWith('http:'),
    };
  }

  /** The bridge's own HTTP behind the interface of fetch: its proxy and certificates, no redirects, one host. */
  async #fetch(address: string, { body, headers, method }: FetchInit): Promise<Response> {
    const { origin, pathname, search } = new URL(address);
    if (origin !== this.#owner.origin) throw new Problem('auth', `No credential is sent to ${origin}.`);
    const limit = AbortSignal.any([this.#signal, AbortSignal.timeout(ANSWER_MS)]);
    const call = {
      origin,
      method: method === 'POST' ? ('POST' as const) : ('GET' as const),
      path: pathname + search,
      headers: { 'accept-encoding': 'identity', ...Object.fromEntries(new Headers(headers)) },
      body: body == null ? undefined : String(body),
    };
    const reply = await ask(this.#tools.send, call, limit);
    const type = reply.header('content-type');
    const hasBody = ![101, 204, 205, 304].includes(reply.status);
    return new Response(hasBody ? reply.text : null, {
      status: reply.status,
      headers: type === undefined ? {} : { 'content-type': type },
    });
  }
}

interface FetchInit {
  readonly method: string;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
}
