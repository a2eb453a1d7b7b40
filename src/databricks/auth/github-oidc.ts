/**
 * The identity of a GitHub Actions job. Its token comes from the address that the runner sets in the job's environment,
 * which is GitHub's; the credential that goes there is GitHub's too, and none of the workspace's.
 */

import { Problem } from '../../protocol/problem.ts';
import { ask } from '../rest.ts';
import type { Mint } from './mint.ts';
import { discover } from './token-endpoint.ts';
import { exchangeToken } from './token-exchange.ts';

export const mint: Mint = async (workspace, tools, { signal }) => {
  const { origin, values } = workspace;
  const endpoint = await discover(origin, tools, signal);
  const audience = values.get('tokenAudience')?.text ?? `${endpoint.origin}${endpoint.path}`;
  const url = issuer(values.get('actionsUrl')?.text ?? '');
  url.searchParams.set('audience', audience);
  const reply = await ask(
    tools.send,
    {
      origin: url.origin,
      method: 'GET',
      path: `${url.pathname}${url.search}`,
      headers: { accept: 'application/json', authorization: `Bearer ${values.get('actionsToken')?.text}` },
    },
    signal,
  );
  const { value: token } = (reply.json ?? {}) as { value?: unknown };
  if (reply.status !== 200 || typeof token !== 'string' || token === '') {
    throw new Problem('auth', `GitHub gave no OIDC token for this job (HTTP status ${reply.status}).`, {
      hint: 'Give the job the permission "id-token: write".',
      httpStatus: reply.status,
    });
  }
  return exchangeToken(endpoint, token, 'GitHub Actions', workspace, tools, signal);
};

function issuer(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isLoopback = url?.hostname === '127.0.0.1' || url?.hostname === 'localhost';
  if (url !== undefined && (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback))) return url;
  throw new Problem('auth', 'ACTIONS_ID_TOKEN_REQUEST_URL is no https address.', {
    hint: 'Leave it as the runner of GitHub Actions sets it.',
    misconfigured: true,
  });
}
