/** A service principal of Entra ID with its secret. */

import { Problem } from '../../protocol/problem.ts';
import { authorityOf, DATABRICKS_APPLICATION } from './azure.ts';
import type { Mint } from './mint.ts';
import { requestToken } from './token-endpoint.ts';

export const mint: Mint = async (workspace, tools, { signal }) => {
  const of = (attribute: 'azureClientId' | 'azureClientSecret' | 'azureTenantId') =>
    workspace.values.get(attribute)?.text ?? '';
  const tenant = of('azureTenantId');
  if (!/^[\w-]+(?:\.[\w-]+)*$/.test(tenant)) {
    throw new Problem('auth', 'The tenant of Azure is neither an id nor a domain.', {
      hint: 'Set ARM_TENANT_ID to the directory (tenant) id.',
      misconfigured: true,
    });
  }
  const origin = authorityOf(workspace);
  if (origin === undefined) {
    throw new Problem('auth', `ARM_ENVIRONMENT names no cloud of Azure.`, {
      hint: 'Set it to PUBLIC, USGOVERNMENT or CHINA.',
      misconfigured: true,
    });
  }
  const form = {
    grant_type: 'client_credentials',
    client_id: of('azureClientId'),
    client_secret: of('azureClientSecret'),
    resource: DATABRICKS_APPLICATION,
  };
  const who = `the application ${form.client_id} of the tenant ${tenant} with the ARM_CLIENT_SECRET that is set`;
  return requestToken({ origin, path: `/${tenant}/oauth2/token` }, { form, who }, tools, signal);
};
