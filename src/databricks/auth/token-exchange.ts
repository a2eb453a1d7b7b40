/** A token of another issuer for one of the workspace, by a federation policy. [RFC 8693] */

import { Problem } from '../../protocol/problem.ts';
import type { Workspace } from '../workspace.ts';
import type { Minted, Tools } from './mint.ts';
import { requestToken, type TokenEndpoint } from './token-endpoint.ts';

/**
 * @param idToken - a JSON web token. Secret.
 * @param from - where it was found
 */
export function exchangeToken(
  endpoint: TokenEndpoint,
  idToken: string,
  from: string,
  { values }: Workspace,
  tools: Tools,
  signal: AbortSignal,
): Promise<Minted> {
  if (!/^[\x21-\x7e]+$/.test(idToken)) {
    throw new Problem('auth', `What stands in ${from} is no token.`, {
      hint: `Put the OIDC token alone into ${from}.`,
    });
  }
  tools.secrets.add(idToken, 'token');
  const clientId = values.get('clientId')?.text;
  const form = {
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    subject_token: idToken,
    subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
    scope: 'all-apis',
    // Without it, the policy of the account decides who the token stands for.
    ...(clientId === undefined ? {} : { client_id: clientId }),
  };
  const whose = clientId === undefined ? '' : ` for the service principal ${clientId}`;
  return requestToken(endpoint, { form, who: `the OIDC token from ${from}${whose}` }, tools, signal);
}
