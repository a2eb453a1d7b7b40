/** What the ways of Azure have in common. */

import type { Workspace } from '../workspace.ts';

/** Azure Databricks itself, among the applications of Entra ID: the same in every tenant. [Databricks SDKs] */
export const DATABRICKS_APPLICATION = '2ff814a6-3304-4ab8-85cb-cd0e6f879c1d';

/**
 * Who issues tokens in each of Azure's clouds: the one place beside the workspace to which a credential goes, and only
 * where azure-client-secret was configured. A fixed table, out of which nothing that a server says can lead.
 */
const AUTHORITIES = {
  public: { origin: 'https://login.microsoftonline.com', hosts: /\.azuredatabricks\.net$/ },
  usgovernment: { origin: 'https://login.microsoftonline.us', hosts: /\.databricks\.azure\.us$/ },
  china: { origin: 'https://login.chinacloudapi.cn', hosts: /\.databricks\.azure\.cn$/ },
} as const;

/** @returns the origin; undefined where ARM_ENVIRONMENT names a cloud that there is not */
export function authorityOf({ origin, values }: Workspace): string | undefined {
  const named = values.get('azureEnvironment')?.text.toLowerCase();
  if (named !== undefined) return Object.hasOwn(AUTHORITIES, named) ? AUTHORITIES[named as 'public'].origin : undefined;
  const { hostname } = new URL(origin);
  return (Object.values(AUTHORITIES).find(({ hosts }) => hosts.test(hostname)) ?? AUTHORITIES.public).origin;
}
