/** The way into the workspace, as `serve` and the commands take it: HTTP, the programs of the machine, the sign-in. */

import type { Config } from './config/config.ts';
import { OPTIONS, type Option, type Settings } from './config/options.ts';
import { FileRefused } from './config/problems.ts';
import { OIDC_TOKEN_VARIABLE } from './databricks/auth/choose.ts';
import type { SignInStarter, Tools } from './databricks/auth/mint.ts';
import { type SignInSource, type SigningIn, signIn } from './databricks/auth/sign-in.ts';
import type { WorkspaceSettings } from './databricks/workspace.ts';
import { findBrowser } from './node/browser.ts';
import { systemClock } from './node/clock.ts';
import type { Network } from './node/connect.ts';
import { type Http, openHttp } from './node/http.ts';
import { memo } from './node/memo.ts';
import { CaFileRefused, proxySecrets, readNetwork } from './node/network.ts';
import { whyNoParser } from './node/parser.ts';
import { openPrograms } from './node/programs.ts';
import { homeDirectory, workingDirectory } from './node/surroundings.ts';
import type { Log, Programs } from './ports.ts';
import { Secrets } from './protocol/secrets.ts';

export interface WorkspaceClientOptions {
  readonly config: Config;
  /** Where the fields of `config` were found. */
  readonly sources: ReadonlyMap<keyof Settings, string>;
  /** A workspace of our own: then nothing that is configured counts. */
  readonly sandbox?: { readonly host: string; readonly token: string } | undefined;
  readonly secrets: Secrets;
  readonly log: Log;
  /** True if a sign-in with a browser is started where one is needed, in a process of its own. */
  readonly startsSignIn?: boolean;
  /** Told of each set-up before it is tried for the first time. */
  readonly onSignIn: (said: SigningIn) => void;
}

export interface WorkspaceClient {
  readonly settings: WorkspaceSettings;
  readonly tools: Tools;
  readonly tokens: SignInSource;
  /** Ends what is under services, and every connection. */
  close(): Promise<void>;
}

/** Every secret that is known before anything is read or asked. */
export function secretsOf(config: Config): Secrets {
  const { actionsToken, azureClientSecret, clientSecret, headers, proxy, token } = config;
  const secrets = new Secrets();
  const named = [token, clientSecret, azureClientSecret, actionsToken];
  for (const value of [...Object.values(headers), ...proxySecrets(proxy), ...named]) {
    if (value !== undefined) secrets.add(value);
  }
  return secrets;
}

/**
 * Opens no connection and starts no program yet.
 *
 * @throws FileRefused
 */
export async function createWorkspaceClient({
  config,
  log,
  onSignIn,
  sandbox,
  secrets,
  sources,
  startsSignIn = false,
}: WorkspaceClientOptions): Promise<WorkspaceClient> {
  refuseWithoutParser();
  // No proxy leads to this process itself.
  const http: Http = openHttp(sandbox ? { proxy: 'none' } : await networkFor(config, log));
  const runner = programs(config, secrets);
  const tools: Tools = {
    send: http.send,
    clock: systemClock,
    log,
    secrets,
    programs: runner,
    login: startsSignIn && !sandbox ? signInStarter(config, runner) : undefined,
    sources: sandbox ? new Map([['host', '--sandbox']]) : sources,
    variable: (name) => (sandbox ? undefined : process.env[name]),
  };
  const settings: WorkspaceSettings = sandbox
    ? { profile: undefined, configFile: config.configFile, host: sandbox.host, token: sandbox.token }
    : config;
  const tokens = signIn(settings, tools, onSignIn);
  return {
    settings,
    tools,
    tokens,
    async close() {
      tokens.close();
      await http.close();
    },
  };
}

/** Signs in by `login`, in a process that outlives this one. */
function signInStarter(config: Config, runner: Programs): SignInStarter {
  const { caFile, connection, noBrowser, proxy, service } = config;
  const destination = { '--ca-file': caFile, '--connection': connection, '--service': service };
  // Other users can read arguments: a proxy with a password is not handed on.
  const given = { ...destination, '--proxy': proxy?.includes('@') ? undefined : proxy };
  const found = memo(() => ({
    browser: findBrowser({ env: process.env, programs: runner, platform: process.platform }),
  }));
  return {
    hasBrowser: () => !noBrowser && found().browser !== undefined,
    open: (address) => void found().browser?.open(address),
    start({ clientId, origin, scopes }, opensWindow) {
      const flags = Object.entries({ ...given, '--host': origin, '--client-id': clientId, '--scopes': scopes });
      const args = flags.flatMap(([flag, value]) => (value === undefined ? [] : [`${flag}=${value}`]));
      const window = opensWindow ? [] : ['--no-browser'];
      const program = [...process.execArgv, process.argv[1] ?? '', 'login', ...args, ...window];
      void runner.start(process.execPath, program, { DATABRICKS_CONFIG_PROFILE: undefined });
    },
  };
}

/** @throws FileRefused */
export function refuseWithoutParser(): void {
  const missing = whyNoParser();
  if (missing !== undefined) throw new FileRefused(missing);
}

async function networkFor(config: Config, log: Log): Promise<Network> {
  try {
    return await readNetwork(config, log);
  } catch (error) {
    if (error instanceof CaFileRefused) throw new FileRefused(`--ca-file ${config.caFile} ${error.message}.`);
    throw error;
  }
}

function programs({ oidcTokenEnv }: Config, secrets: Secrets): Programs {
  const secret = new Set([...SECRET_VARIABLES, ...(oidcTokenEnv === undefined ? [] : [oidcTokenEnv])]);
  return openPrograms({
    env: process.env,
    cwd: workingDirectory(),
    home: homeDirectory(),
    isSecret: (name, value) => secret.has(name.toUpperCase()) || secrets.scrub(value) !== value,
  });
}

/** Variables that no other program is to see, whether they are used or not. */
const SECRET_VARIABLES: readonly string[] = [
  ...Object.values<Option<unknown>>(OPTIONS).flatMap(({ env, secret }) => (secret ? [env] : [])),
  OIDC_TOKEN_VARIABLE,
  'DATABRICKS_PASSWORD',
  'GOOGLE_CREDENTIALS',
];
