/** Which way of signing in is meant by what is configured, and why. */

import type { Programs } from '../../ports.ts';
import { Problem } from '../../protocol/problem.ts';
import type { Workspace } from '../workspace.ts';
import type { Attribute, Found, Values } from './attributes.ts';
import { isWay, type Way, wayNamed } from './ways.ts';

export interface Choice {
  readonly way: Way;
  /** Ends the sentence "This way was chosen because". */
  readonly because: string;
}

/** What each way takes, in the words of a profile. */
const NEEDS: Readonly<Record<Way, readonly (readonly [Attribute, string])[]>> = {
  pat: [['token', 'token (DATABRICKS_TOKEN)']],
  'oauth-m2m': [
    ['clientId', 'client_id (DATABRICKS_CLIENT_ID)'],
    ['clientSecret', 'client_secret (DATABRICKS_CLIENT_SECRET)'],
  ],
  'databricks-cli': [],
  'env-oidc': [],
  'file-oidc': [['oidcTokenFile', 'the file of the token (DATABRICKS_OIDC_TOKEN_FILEPATH)']],
  'github-oidc': [
    ['actionsUrl', 'ACTIONS_ID_TOKEN_REQUEST_URL'],
    ['actionsToken', 'ACTIONS_ID_TOKEN_REQUEST_TOKEN (permission "id-token: write" of the job)'],
  ],
  'azure-client-secret': [
    ['azureClientId', 'azure_client_id (ARM_CLIENT_ID)'],
    ['azureClientSecret', 'azure_client_secret (ARM_CLIENT_SECRET)'],
    ['azureTenantId', 'azure_tenant_id (ARM_TENANT_ID)'],
  ],
  'azure-cli': [],
  'external-browser': [],
  'token-command': [['tokenCommand', '--token-command (UC_MCP_TOKEN_COMMAND)']],
};

/** Where env-oidc looks for its token if no other variable is named. */
export const OIDC_TOKEN_VARIABLE = 'DATABRICKS_OIDC_TOKEN';

export interface ChoiceContext {
  readonly programs: Pick<Programs, 'find'>;
  variable(name: string): string | undefined;
}

/**
 * Chooses by what is configured, or by `auth_type`.
 *
 * @returns the way; more than one where only trying tells, and then they are tried in turn
 * @throws Problem of kind `auth`, with the next step as its hint
 */
export function chooseWays(workspace: Workspace, context: ChoiceContext): readonly [Choice, ...Choice[]] {
  const { values } = workspace;
  const forced = values.get('authType');
  if (forced !== undefined) return [complete(forcedWay(forced), values)];

  const configured = configuredWays(workspace, context);
  const [first, second] = configured;
  if (first !== undefined && second !== undefined) throw twoWays(first, second);
  if (first !== undefined) {
    if (!isWay(first.way)) throw foreignWay(first);
    return [complete({ way: first.way, because: `${first.from.join(' and ')} ${verb(first.from)} set` }, values)];
  }
  const [ambient, ...more] = ambientWays(workspace, context);
  const browser = { way: 'external-browser', because: 'nothing else is configured for this host' } as const;
  return ambient === undefined ? [browser] : [ambient, ...more, browser];
}

function forcedWay({ from, text }: Found): Choice {
  const way = wayNamed(text);
  if (isWay(way)) return { way, because: `${from} says so` };
  throw new Problem('auth', `The auth_type "${text}" (${from}) is refused: ${way}`, {
    hint: 'Correct it, or take it away to let what is configured decide.',
    misconfigured: true,
  });
}

function complete(choice: Choice, values: Values): Choice {
  const missing = NEEDS[choice.way].filter(([attribute]) => !values.has(attribute)).map(([, name]) => name);
  if (missing.length === 0) return choice;
  const sentence = `${choice.way} was chosen because ${choice.because}, but ${missing.join(' and ')} ${verb(missing)} missing.`;
  throw new Problem('auth', sentence, { hint: `Set ${missing.join(' and ')}.`, misconfigured: true });
}

/** A way for which something is configured, and where that was found. */
interface Configured {
  readonly way: string;
  readonly from: readonly string[];
}

function configuredWays({ foreign, values }: Workspace, { variable }: ChoiceContext): readonly Configured[] {
  const by = (...attributes: readonly Attribute[]) =>
    attributes.flatMap((attribute) => {
      const found = values.get(attribute);
      return found === undefined ? [] : [named(attribute, found)];
    });
  const ofEnvOidc = by('oidcTokenEnv');
  if (ofEnvOidc.length === 0 && variable(OIDC_TOKEN_VARIABLE)) ofEnvOidc.push(OIDC_TOKEN_VARIABLE);
  const ofFileOidc = by('oidcTokenFile');
  const isFederated = ofEnvOidc.length + ofFileOidc.length > 0 || hasActions(values);
  // With a token of another issuer, the client id names the service principal that it stands for.
  const ofM2m = isFederated && !values.has('clientSecret') ? [] : by('clientId', 'clientSecret');
  const found: readonly Configured[] = [
    { way: 'pat', from: by('token') },
    { way: 'oauth-m2m', from: ofM2m },
    { way: 'env-oidc', from: ofEnvOidc },
    { way: 'file-oidc', from: ofFileOidc },
    { way: 'azure-client-secret', from: by('azureClientSecret') },
    { way: 'token-command', from: by('tokenCommand') },
    ...foreign.map(({ from, text }) => ({ way: text, from: [from] })),
  ];
  const ways = found.filter(({ from }) => from.length > 0);
  // Two attributes of one foreign way are one way.
  return ways.filter(({ way }, index) => ways.findIndex((other) => other.way === way) === index);
}

/** Ways that are at hand without anybody having configured them. */
function* ambientWays({ origin, values }: Workspace, { programs }: ChoiceContext): Generator<Choice, void, undefined> {
  if (hasActions(values)) {
    yield { way: 'github-oidc', because: 'nothing else is configured, and this is a GitHub job with an identity' };
  }
  if (programs.find(values.get('cliPath')?.text ?? 'databricks') !== undefined) {
    yield { way: 'databricks-cli', because: 'nothing else is configured, and the databricks CLI is installed' };
  }
  const isAzure = AZURE_HOST.test(origin) || values.has('azureResourceId');
  if (isAzure && programs.find('az') !== undefined) {
    yield {
      way: 'azure-cli',
      because: 'nothing else is configured, and this is a workspace of Azure with the az CLI at hand',
    };
  }
}

const AZURE_HOST = /\.(?:azuredatabricks\.net|databricks\.azure\.(?:cn|us))(?::\d+)?$/;

function hasActions(values: Values): boolean {
  return values.has('actionsUrl') && values.has('actionsToken');
}

/** Where a value was found, with its name where that is not the same. */
function named(attribute: Attribute, { from }: Found): string {
  return from.startsWith('the profile') ? `${KEY[attribute] ?? attribute} of ${from}` : from;
}

const KEY: Readonly<Partial<Record<Attribute, string>>> = {
  clientId: 'client_id',
  clientSecret: 'client_secret',
  oidcTokenEnv: 'oidc_token_env',
  oidcTokenFile: 'databricks_id_token_filepath',
  azureClientSecret: 'azure_client_secret',
};

function verb(items: readonly unknown[]): string {
  return items.length > 1 ? 'are' : 'is';
}

function twoWays(first: Configured, second: Configured): Problem {
  const [one, other] = [first, second].map(({ from, way }) => `${way} (${from.join(' and ')})`);
  const [choice] = [first, second].map(({ way }) => way).filter(isWay);
  return new Problem('auth', `Two ways of signing in are configured at once: ${one} and ${other}.`, {
    hint: `Take one of them away, or say which is meant with --auth-type ${choice ?? 'pat'} or DATABRICKS_AUTH_TYPE.`,
    misconfigured: true,
  });
}

function foreignWay({ from, way }: Configured): Problem {
  const instead = wayNamed(way);
  return new Problem('auth', `${from.join(' and ')} ${verb(from)} for ${way}: ${instead}`, {
    hint: 'Or set DATABRICKS_TOKEN, or DATABRICKS_CLIENT_ID and DATABRICKS_CLIENT_SECRET.',
    misconfigured: true,
  });
}
