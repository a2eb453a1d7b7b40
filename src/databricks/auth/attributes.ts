/** What the Databricks SDKs call attributes: each a key of a profile, and most of them a variable too. */

export interface AttributeRow {
  /** The key in a profile, then the names that it has in single SDKs. */
  readonly keys: readonly string[];
  /** Its value is a credential. */
  readonly secret?: true;
}

export type Attribute =
  | 'host'
  | 'workspaceId'
  | 'authType'
  | 'token'
  | 'clientId'
  | 'clientSecret'
  | 'cliPath'
  | 'oidcTokenEnv'
  | 'oidcTokenFile'
  | 'tokenAudience'
  | 'actionsUrl'
  | 'actionsToken'
  | 'azureClientId'
  | 'azureClientSecret'
  | 'azureTenantId'
  | 'azureEnvironment'
  | 'azureResourceId'
  | 'browserClientId'
  | 'scopes'
  | 'tokenCommand';

/** By the names that they have in this program. [databricks-sdk-go 0.175, config/config.go; databricks-sdk-py 0.133] */
const ATTRIBUTES: Readonly<Record<Attribute, AttributeRow>> = {
  host: { keys: ['host'] },
  workspaceId: { keys: ['workspace_id'] },
  authType: { keys: ['auth_type'] },
  token: { keys: ['token'], secret: true },
  clientId: { keys: ['client_id'] },
  clientSecret: { keys: ['client_secret'], secret: true },
  cliPath: { keys: ['databricks_cli_path'] },
  oidcTokenEnv: { keys: ['oidc_token_env'] },
  oidcTokenFile: { keys: ['databricks_id_token_filepath', 'oidc_token_filepath'] },
  tokenAudience: { keys: ['audience', 'token_audience'] },
  actionsUrl: { keys: ['actions_id_token_request_url'] },
  actionsToken: { keys: ['actions_id_token_request_token'], secret: true },
  azureClientId: { keys: ['azure_client_id'] },
  azureClientSecret: { keys: ['azure_client_secret'], secret: true },
  azureTenantId: { keys: ['azure_tenant_id'] },
  azureEnvironment: { keys: ['azure_environment'] },
  azureResourceId: { keys: ['azure_workspace_resource_id'] },
  // A profile has the browser's client under client_id, like any other client.
  browserClientId: { keys: [] },
  scopes: { keys: ['scopes'] },
  tokenCommand: { keys: [] },
};

export const ATTRIBUTE_ROWS: readonly (readonly [Attribute, AttributeRow])[] = Object.entries(ATTRIBUTES) as [
  Attribute,
  AttributeRow,
][];

/** Attributes of ways that the SDKs have and this bridge has not. */
export const FOREIGN: readonly { readonly way: string; readonly key: string; readonly variable: string }[] = [
  { way: 'basic', key: 'username', variable: 'DATABRICKS_USERNAME' },
  { way: 'basic', key: 'password', variable: 'DATABRICKS_PASSWORD' },
  { way: 'metadata-service', key: 'metadata_service_url', variable: 'DATABRICKS_METADATA_SERVICE_URL' },
  { way: 'azure-msi', key: 'azure_use_msi', variable: 'ARM_USE_MSI' },
  { way: 'google-credentials', key: 'google_credentials', variable: 'GOOGLE_CREDENTIALS' },
  { way: 'google-id', key: 'google_service_account', variable: 'DATABRICKS_GOOGLE_SERVICE_ACCOUNT' },
];

/** A value, and where it was found, as a sentence names it: `DATABRICKS_HOST`, `the profile [work]`. */
export interface Found {
  readonly text: string;
  readonly from: string;
}

export type Values = ReadonlyMap<Attribute, Found>;
