/** An OIDC token that stands in an environment variable. */

import { Problem } from '../../protocol/problem.ts';
import { unexpanded, unexpandedIn } from '../unexpanded.ts';
import { OIDC_TOKEN_VARIABLE } from './choose.ts';
import type { Mint } from './mint.ts';
import { discover } from './token-endpoint.ts';
import { exchangeToken } from './token-exchange.ts';

export const mint: Mint = async (workspace, tools, { signal }) => {
  const name = workspace.values.get('oidcTokenEnv')?.text ?? OIDC_TOKEN_VARIABLE;
  const token = tools.variable(name)?.trim();
  if (!token) {
    throw new Problem('auth', `env-oidc is to be used, but the variable ${name} is not set.`, {
      hint: `Set ${name} to the OIDC token, or name another variable in DATABRICKS_OIDC_TOKEN_ENV.`,
      misconfigured: true,
    });
  }
  const variable = unexpandedIn(token, 'whole');
  if (variable !== undefined) {
    const hint = `Set ${name} to the OIDC token itself.`;
    throw new Problem('auth', `${name}: ${unexpanded(variable, true)}`, { hint, misconfigured: true });
  }
  const endpoint = await discover(workspace.origin, tools, signal);
  return exchangeToken(endpoint, token, name, workspace, tools, signal);
};
