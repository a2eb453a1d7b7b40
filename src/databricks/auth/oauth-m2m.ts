/** A service principal of Databricks with its secret: OAuth client credentials. */

import type { Mint } from './mint.ts';
import { discover, requestToken } from './token-endpoint.ts';

export const mint: Mint = async ({ origin, values }, tools, { signal }) => {
  const id = values.get('clientId')?.text ?? '';
  const secret = values.get('clientSecret')?.text ?? '';
  const endpoint = await discover(origin, tools, signal);
  const form = { grant_type: 'client_credentials', scope: 'all-apis' };
  const who = `the client ${id} with the client_secret that is set`;
  return requestToken(endpoint, { form, basic: { id, secret }, who }, tools, signal);
};
