/**
 * The options that signing in goes by, under the names that the Databricks SDKs give them. What is secret has no flag, and
 * what a set-up of the SDKs has in its environment or its profile anyway needs none.
 */

import { WAYS } from '../databricks/auth/ways.ts';
import { AUTH_TYPE } from './kinds/auth-type.ts';
import { COMMAND_LINE } from './kinds/command-line.ts';
import { FILE } from './kinds/file.ts';
import { PROGRAM } from './kinds/program.ts';
import { SCOPES } from './kinds/scopes.ts';
import { SECRET } from './kinds/secret.ts';
import { SWITCH } from './kinds/switch.ts';
import { TOKEN } from './kinds/token.ts';
import { WORD } from './kinds/word.ts';
import { WORKSPACE_ID } from './kinds/workspace-id.ts';
import type { OptionFor, Settings } from './options.ts';

type SignInField =
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
  | 'noBrowser'
  | 'tokenCommand';

/** In the order of the help. */
export const SIGN_IN_OPTIONS: { readonly [Field in SignInField]: OptionFor<Settings[Field]> } = {
  authType: {
    flag: '--auth-type',
    env: 'DATABRICKS_AUTH_TYPE',
    kind: AUTH_TYPE,
    otherwise: 'by what is configured',
    says: `authentication type: ${WAYS.join(', ')}`,
  },
  token: {
    env: 'DATABRICKS_TOKEN',
    kind: TOKEN,
    otherwise: 'from the profile',
    secret: true,
    says: 'personal access token, or any other bearer token; never an argument',
  },
  workspaceId: {
    env: 'DATABRICKS_WORKSPACE_ID',
    kind: WORKSPACE_ID,
    otherwise: 'from the host or the profile',
    says: 'id of the workspace, if several share a host',
  },
  clientId: {
    env: 'DATABRICKS_CLIENT_ID',
    kind: WORD,
    otherwise: 'from the profile',
    says: 'service principal, for oauth-m2m and the OIDC types',
  },
  clientSecret: {
    env: 'DATABRICKS_CLIENT_SECRET',
    kind: SECRET,
    otherwise: 'from the profile',
    secret: true,
    says: 'OAuth secret of the service principal, for oauth-m2m; never an argument',
  },
  cliPath: {
    env: 'DATABRICKS_CLI_PATH',
    kind: PROGRAM,
    otherwise: 'found on PATH',
    says: 'path of the Databricks CLI, for databricks-cli',
  },
  oidcTokenEnv: {
    env: 'DATABRICKS_OIDC_TOKEN_ENV',
    kind: WORD,
    otherwise: 'DATABRICKS_OIDC_TOKEN',
    says: 'name of the variable that holds the token, for env-oidc',
  },
  oidcTokenFile: {
    env: 'DATABRICKS_OIDC_TOKEN_FILEPATH',
    kind: FILE,
    otherwise: 'from the profile',
    says: 'file that holds the token, for file-oidc',
  },
  tokenAudience: {
    env: 'DATABRICKS_TOKEN_AUDIENCE',
    kind: WORD,
    otherwise: 'the token endpoint of the workspace',
    says: 'audience of the token to request from GitHub, for github-oidc',
  },
  actionsUrl: {
    env: 'ACTIONS_ID_TOKEN_REQUEST_URL',
    kind: WORD,
    otherwise: 'none',
    says: 'set by GitHub Actions, for github-oidc',
  },
  actionsToken: {
    env: 'ACTIONS_ID_TOKEN_REQUEST_TOKEN',
    kind: SECRET,
    otherwise: 'none',
    secret: true,
    says: 'set by GitHub Actions, for github-oidc',
  },
  azureClientId: {
    env: 'ARM_CLIENT_ID',
    kind: WORD,
    otherwise: 'from the profile',
    says: 'client id of the Entra ID application, for azure-client-secret',
  },
  azureClientSecret: {
    env: 'ARM_CLIENT_SECRET',
    kind: SECRET,
    otherwise: 'from the profile',
    secret: true,
    says: 'secret of the Entra ID application, for azure-client-secret; never an argument',
  },
  azureTenantId: {
    env: 'ARM_TENANT_ID',
    kind: WORD,
    otherwise: 'from the profile',
    says: 'Entra ID tenant, for azure-client-secret and azure-cli',
  },
  azureEnvironment: {
    env: 'ARM_ENVIRONMENT',
    kind: WORD,
    otherwise: "by the workspace's host",
    says: 'Azure cloud: PUBLIC, USGOVERNMENT or CHINA',
  },
  azureResourceId: {
    env: 'DATABRICKS_AZURE_RESOURCE_ID',
    kind: WORD,
    otherwise: 'from the profile',
    says: 'resource id that marks the workspace as an Azure one',
  },
  browserClientId: {
    flag: '--client-id',
    env: 'UC_MCP_CLIENT_ID',
    kind: WORD,
    otherwise: 'databricks-cli',
    says: 'OAuth client of the browser sign-in',
  },
  scopes: {
    flag: '--scopes',
    env: 'UC_MCP_SCOPES',
    kind: SCOPES,
    otherwise: 'offline_access all-apis',
    says: 'OAuth scopes of the browser sign-in',
  },
  noBrowser: {
    flag: '--no-browser',
    env: 'UC_MCP_NO_BROWSER',
    kind: SWITCH,
    default: 'off',
    says: 'open no browser for the sign-in; login shows the address instead',
  },
  tokenCommand: {
    flag: '--token-command',
    env: 'UC_MCP_TOKEN_COMMAND',
    kind: COMMAND_LINE,
    otherwise: 'none',
    says: 'program that prints a bearer token, or JSON with access_token and expiry; run without a shell',
  },
};
