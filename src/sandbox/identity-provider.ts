/**
 * The browser sign-in of the workspace: an authorize page with a button, codes bound to PKCE, refresh tokens that are
 * used once, revocation, introspection. [RFC 6749, 7009, 7636, 7662, 8707, 9207]
 */

import { createHash, randomBytes } from 'node:crypto';
import type { Answer } from './answer.ts';
import { type Principal, SANDBOX_USER } from './door.ts';

export const AUTHORIZE = '/oidc/v1/authorize';
export const REVOKE = '/oidc/v1/revoke';
export const INTROSPECT = '/oidc/v1/introspect';
/** The button of the page posts here. */
const DECISION = '/oidc/v1/authorize/decision';

export interface IdentityProviderOptions {
  /** Public clients that may sign users in. @defaultValue the client of the Databricks CLI */
  readonly publicClients?: readonly string[] | undefined;
  /** Answers an authorize request with this OAuth error instead of a page. */
  readonly refuseAuthorize?: ((query: URLSearchParams) => string | undefined) | undefined;
  /** Called when the user agrees and the request named a `resource`. */
  readonly onConsent?: ((resource: string) => void) | undefined;
}

interface Code {
  readonly clientId: string;
  readonly redirect: string;
  readonly challenge: string;
  readonly scope: string;
}

/** All refresh tokens that descend from one sign-in. */
interface Family {
  readonly clientId: string;
  readonly scope: string;
  current: string;
  isRevoked: boolean;
}

export interface IdentityProvider {
  /** @returns undefined where the path is not a page of the sign-in */
  page(method: string, url: string, form: URLSearchParams, origin: string): Answer | undefined;
  /** @returns undefined where the grant type is another one */
  grant(form: URLSearchParams): Answer | undefined;
  revoke(form: URLSearchParams): Answer;
  /** True if a refresh token is accepted at this moment. */
  isActive(refreshToken: string): boolean;
  /** Ends every sign-in: no refresh token is accepted any more. */
  endSignIns(): void;
}

type Issue = (principal: Principal) => { readonly token: string; readonly lifeS: number };

export function openIdentityProvider(
  { onConsent, publicClients = ['databricks-cli'], refuseAuthorize }: IdentityProviderOptions,
  issue: Issue,
  forget: (token: string) => void,
): IdentityProvider {
  const codes = new Map<string, Code>();
  const families = new Map<string, Family>();

  function authorize(query: URLSearchParams, origin: string): Answer {
    const redirect = query.get('redirect_uri') ?? '';
    // Nothing is sent to an address that is not registered.
    if (!publicClients.includes(query.get('client_id') ?? '') || !/^http:\/\/localhost:\d{1,5}$/.test(redirect)) {
      return page(400, '<h1>The client or its redirect address is not registered.</h1>');
    }
    const error =
      refuseAuthorize?.(query) ??
      (query.get('response_type') !== 'code' || query.get('code_challenge_method') !== 'S256'
        ? 'invalid_request'
        : undefined);
    if (error !== undefined) return back(redirect, { error, state: query.get('state'), iss: `${origin}/oidc` });
    const fields = [...query].map(
      ([name, value]) => `<input type="hidden" name="${escaped(name)}" value="${escaped(value)}">`,
    );
    const resource = query.get('resource');
    const step = resource === null ? '' : '<p>You will also log in to GitHub for this connection.</p>';
    return page(
      200,
      `<h1>Sign in to the sandbox</h1><p>as ${SANDBOX_USER.userName}</p>${step}
<form method="post" action="${DECISION}">${fields.join('')}
<button name="decision" value="allow" id="allow">Sign in</button>
<button name="decision" value="deny" id="deny">Cancel</button></form>`,
    );
  }

  function decide(form: URLSearchParams, origin: string): Answer {
    const redirect = form.get('redirect_uri') ?? '';
    if (!/^http:\/\/localhost:\d{1,5}$/.test(redirect)) return page(400, '<h1>Not registered.</h1>');
    const known = { state: form.get('state'), iss: `${origin}/oidc` };
    if (form.get('decision') !== 'allow') {
      return back(redirect, { error: 'access_denied', error_description: 'The user denied it.', ...known });
    }
    const code = `sandbox-code-${randomBytes(16).toString('hex')}`;
    codes.set(code, {
      clientId: form.get('client_id') ?? '',
      redirect,
      challenge: form.get('code_challenge') ?? '',
      scope: form.get('scope') ?? '',
    });
    const resource = form.get('resource');
    if (resource !== null) onConsent?.(resource);
    return back(redirect, { code, ...known });
  }

  function tokens(family: Family): Answer {
    const { lifeS, token } = issue(SANDBOX_USER);
    const isOffline = family.scope.split(' ').includes('offline_access');
    if (isOffline) {
      family.current = `sandbox-refresh-${randomBytes(24).toString('hex')}`;
      families.set(family.current, family);
    }
    return json(200, {
      access_token: token,
      token_type: 'Bearer',
      expires_in: lifeS,
      scope: family.scope,
      ...(isOffline ? { refresh_token: family.current } : {}),
    });
  }

  function exchange(form: URLSearchParams): Answer {
    const text = form.get('code') ?? '';
    const code = codes.get(text);
    codes.delete(text);
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    if (
      code === undefined ||
      code.clientId !== form.get('client_id') ||
      code.redirect !== form.get('redirect_uri') ||
      code.challenge !== challenge
    ) {
      return json(400, { error: 'invalid_grant', error_description: 'The code is invalid.' });
    }
    return tokens({ clientId: code.clientId, scope: code.scope, current: '', isRevoked: false });
  }

  function refresh(form: URLSearchParams): Answer {
    const given = form.get('refresh_token') ?? '';
    const family = families.get(given);
    if (
      family === undefined ||
      family.isRevoked ||
      family.clientId !== form.get('client_id') ||
      family.current !== given
    ) {
      // A token that is used twice may have been stolen: the whole sign-in ends.
      if (family !== undefined) family.isRevoked = true;
      return json(400, { error: 'invalid_grant', error_description: 'Refresh token is invalid' });
    }
    return tokens(family);
  }

  return {
    page(method, url, form, origin) {
      const { pathname, searchParams } = new URL(url, origin);
      if (method === 'GET' && pathname === AUTHORIZE) return authorize(searchParams, origin);
      return method === 'POST' && pathname === DECISION ? decide(form, origin) : undefined;
    },
    grant(form) {
      const type = form.get('grant_type');
      if (type === 'authorization_code') return exchange(form);
      return type === 'refresh_token' ? refresh(form) : undefined;
    },
    revoke(form) {
      const token = form.get('token') ?? '';
      const family = families.get(token);
      if (family !== undefined) family.isRevoked = true;
      forget(token);
      return { status: 200, body: '' };
    },
    isActive(refreshToken) {
      const family = families.get(refreshToken);
      return family !== undefined && !family.isRevoked && family.current === refreshToken;
    },
    endSignIns() {
      for (const family of families.values()) family.isRevoked = true;
    },
  };
}

function back(redirect: string, members: Readonly<Record<string, string | null>>): Answer {
  const url = new URL(redirect);
  for (const [name, value] of Object.entries(members)) if (value !== null) url.searchParams.set(name, value);
  return { status: 303, headers: { location: url.href }, body: '' };
}

function page(status: number, content: string): Answer {
  const html = `<!DOCTYPE html><html lang="en"><head><title>Sandbox</title></head><body>${content}</body></html>`;
  return { status, headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' }, body: html };
}

function json(status: number, body: object): Answer {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
