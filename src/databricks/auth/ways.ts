/** The ways of signing in, by the names that the Databricks SDKs give them. */

export const WAYS = [
  'pat',
  'oauth-m2m',
  'databricks-cli',
  'env-oidc',
  'file-oidc',
  'github-oidc',
  'azure-client-secret',
  'azure-cli',
  'external-browser',
  'token-command',
] as const;

export type Way = (typeof WAYS)[number];

/** Ways that the SDKs have and this bridge has not, each with what does instead. */
const OTHERS: ReadonlyMap<string, string> = new Map([
  ['basic', 'Databricks no longer takes passwords: use a personal access token, or `databricks auth login`.'],
  [
    'metadata-service',
    'It serves the VS Code extension: run `databricks auth login` and set auth_type to databricks-cli.',
  ],
  ['azure-msi', 'Run `az login --identity` and set auth_type to azure-cli.'],
  ['azure-devops-oidc', 'Hand the token over in a variable and set auth_type to env-oidc, or use oauth-m2m.'],
  [
    'github-oidc-azure',
    'Use github-oidc with a federation policy of the service principal, or `az login` and azure-cli.',
  ],
  ['google-credentials', 'Use oauth-m2m with a service principal of Databricks.'],
  ['google-id', 'Use oauth-m2m with a service principal of Databricks.'],
  ['model-serving', 'Set DATABRICKS_TOKEN to the token that the serving environment gives.'],
  ['runtime', 'Set DATABRICKS_TOKEN to a token that is good outside of the notebook.'],
  ['runtime-oauth', 'Set DATABRICKS_TOKEN to a token that is good outside of the notebook.'],
]);

/** @returns the way of that name, or a sentence that says what would be right */
export function wayNamed(text: string): Way | string {
  const name = text.toLowerCase();
  const way = WAYS.find((candidate) => candidate === name);
  if (way !== undefined) return way;
  const instead = OTHERS.get(name);
  return instead === undefined
    ? `a way of signing in is one of ${WAYS.join(', ')}.`
    : `the Databricks SDKs know this way of signing in, this bridge does not. ${instead}`;
}

export function isWay(text: string): text is Way {
  return WAYS.some((way) => way === text);
}
