import type { WorkspaceHost } from '../databricks/host.ts';
import { type Config, LOG_LEVELS, PROTOCOLS, ROUTES } from './config.ts';
import { choice } from './kinds/choice.ts';
import { CONNECTION } from './kinds/connection.ts';
import { FILE } from './kinds/file.ts';
import { HEADERS } from './kinds/headers.ts';
import type { Kind } from './kinds/kind.ts';
import { META } from './kinds/meta.ts';
import { names } from './kinds/names.ts';
import { PATH } from './kinds/path.ts';
import { PROFILE } from './kinds/profile.ts';
import { PROXY } from './kinds/proxy.ts';
import { SECONDS } from './kinds/seconds.ts';
import { SERVICE } from './kinds/service.ts';
import { SWITCH } from './kinds/switch.ts';
import { URL_KIND } from './kinds/url.ts';
import { WORKSPACE } from './kinds/workspace.ts';
import { SIGN_IN_OPTIONS } from './sign-in-options.ts';

/** One option: all that parsing, `--help` and the README's table know of it. */
export interface Option<T> {
  /** Absent where the value must not, or need not, stand among the arguments. */
  readonly flag?: `--${string}`;
  readonly env: string;
  readonly kind: Kind<T>;
  /** Read like any text that a person gives. */
  readonly default?: string;
  /** What holds where nothing is given, in words, for options without a default or with an empty one. */
  readonly otherwise?: string;
  /** The value may be, or hold, a credential: nothing of it is ever shown. */
  readonly secret?: true;
  /** One line for the help. */
  readonly says: string;
}

/** What the options give: the fields of Config, before the host's query is looked at. */
export type Settings = Omit<Config, 'host'> & { readonly host: WorkspaceHost | undefined };

/** A field that is always there has a default. */
export type OptionFor<T> = undefined extends T ? Option<NonNullable<T>> : Option<T> & { readonly default: string };

/** Every option, in the order of the help. */
export const OPTIONS: { readonly [Field in keyof Settings]: OptionFor<Settings[Field]> } = {
  connection: {
    flag: '--connection',
    env: 'UC_MCP_CONNECTION',
    kind: CONNECTION,
    otherwise: 'none',
    says: 'Unity Catalog connection to the MCP server',
  },
  url: {
    flag: '--url',
    env: 'UC_MCP_URL',
    kind: URL_KIND,
    otherwise: 'none',
    says: 'instead of a connection: any MCP endpoint of the workspace, or a Databricks App',
  },
  service: {
    flag: '--service',
    env: 'UC_MCP_SERVICE',
    kind: SERVICE,
    otherwise: 'none',
    says: 'instead of a connection: an MCP service of Unity Gateway',
  },
  route: {
    flag: '--route',
    env: 'UC_MCP_ROUTE',
    kind: choice('ROUTE', ROUTES),
    default: 'external-function',
    says: `API that carries the messages: ${ROUTES.join(', ')}`,
  },
  host: {
    flag: '--host',
    env: 'DATABRICKS_HOST',
    kind: WORKSPACE,
    otherwise: 'from the profile',
    says: 'address of the workspace; https, or http on loopback',
  },
  profile: {
    flag: '--profile',
    env: 'DATABRICKS_CONFIG_PROFILE',
    kind: PROFILE,
    otherwise: 'DEFAULT',
    says: 'section of the Databricks configuration file',
  },
  configFile: {
    env: 'DATABRICKS_CONFIG_FILE',
    kind: FILE,
    default: '~/.databrickscfg',
    says: 'Databricks configuration file',
  },
  ...SIGN_IN_OPTIONS,
  path: {
    flag: '--path',
    env: 'UC_MCP_PATH',
    kind: PATH,
    default: '/',
    says: "appended to the connection's base path",
  },
  headers: {
    flag: '--header',
    env: 'UC_MCP_HEADERS',
    kind: HEADERS,
    default: '',
    otherwise: 'none',
    secret: true,
    says: 'HTTP header for the MCP server',
  },
  readOnly: {
    flag: '--read-only',
    env: 'UC_MCP_READ_ONLY',
    kind: SWITCH,
    default: 'off',
    says: 'list and call only tools marked with readOnlyHint',
  },
  toolsets: {
    flag: '--toolsets',
    env: 'UC_MCP_TOOLSETS',
    kind: names('NAME,...', /^[a-z0-9_-]{1,64}$/i),
    otherwise: "the server's",
    says: "list and call only tools of these GitHub toolsets, such as repos,issues; 'all' for all of them",
  },
  tools: {
    flag: '--tools',
    env: 'UC_MCP_TOOLS',
    kind: names('NAME,...'),
    otherwise: 'all',
    says: "list and call only these tools, and those of --toolsets; globs such as 'get_*' work",
  },
  excludeTools: {
    flag: '--exclude-tools',
    env: 'UC_MCP_EXCLUDE_TOOLS',
    kind: names('NAME,...'),
    otherwise: 'none',
    says: 'neither list nor call these tools, even if another option allows them; globs work',
  },
  meta: {
    flag: '--meta',
    env: 'UC_MCP_META',
    kind: META,
    default: '',
    otherwise: 'none',
    says: 'add to params._meta of every tools/call, unless the client has set the key',
  },
  requestTimeoutMs: {
    flag: '--request-timeout',
    env: 'UC_MCP_REQUEST_TIMEOUT',
    kind: SECONDS,
    default: '300',
    says: 'idle timeout; a call ends after six times this',
  },
  drainTimeoutMs: {
    flag: '--drain-timeout',
    env: 'UC_MCP_DRAIN_TIMEOUT',
    kind: SECONDS,
    default: '30',
    says: 'time for open calls to finish after stdin closes',
  },
  proxy: {
    flag: '--proxy',
    env: 'UC_MCP_PROXY',
    kind: PROXY,
    otherwise: 'HTTPS_PROXY and NO_PROXY',
    secret: true,
    says: 'HTTP proxy for every call, or none; set the variable instead if it contains a password',
  },
  caFile: {
    flag: '--ca-file',
    env: 'UC_MCP_CA_FILE',
    kind: FILE,
    otherwise: 'none',
    says: 'certificate authorities (PEM) to trust, besides those of Node, the system and NODE_EXTRA_CA_CERTS',
  },
  logLevel: {
    flag: '--log-level',
    env: 'UC_MCP_LOG_LEVEL',
    kind: choice('LEVEL', LOG_LEVELS),
    default: 'info',
    says: `lowest level that is logged to stderr: ${LOG_LEVELS.join(', ')}`,
  },
  logBodies: {
    flag: '--log-bodies',
    env: 'UC_MCP_LOG_BODIES',
    kind: SWITCH,
    default: 'off',
    says: 'also log the beginning of each message, with the secrets of the bridge removed',
  },
  logFile: {
    flag: '--log-file',
    env: 'UC_MCP_LOG_FILE',
    kind: FILE,
    otherwise: 'none',
    says: 'also log to this file, readable only by its owner',
  },
  record: {
    flag: '--record',
    env: 'UC_MCP_RECORD',
    kind: FILE,
    otherwise: 'none',
    says: 'record one JSON line per message and exchange, for report, audit and replay',
  },
  recordBodies: {
    flag: '--record-bodies',
    env: 'UC_MCP_RECORD_BODIES',
    kind: SWITCH,
    default: 'off',
    says: 'also record the messages, with secrets removed; replay needs them',
  },
  sandbox: {
    flag: '--sandbox',
    env: 'UC_MCP_SANDBOX',
    kind: SWITCH,
    default: 'off',
    says: 'use the embedded workspace and MCP server; nothing to set up',
  },
  keepCapabilities: {
    flag: '--keep-capabilities',
    env: 'UC_MCP_KEEP_CAPABILITIES',
    kind: SWITCH,
    default: 'off',
    says: 'forward sampling, elicitation and roots even if the route cannot carry them',
  },
  retryAnnotated: {
    flag: '--retry-annotated',
    env: 'UC_MCP_RETRY_ANNOTATED',
    kind: SWITCH,
    default: 'off',
    says: 'repeat a call whose response was lost, if the tool is marked with readOnlyHint or idempotentHint',
  },
  retry503: {
    flag: '--retry-503',
    env: 'UC_MCP_RETRY_503',
    kind: SWITCH,
    default: 'off',
    says: 'repeat a call after HTTP status 503, although it may have run',
  },
  protocol: {
    flag: '--protocol',
    env: 'UC_MCP_PROTOCOL',
    kind: choice('MODE', PROTOCOLS),
    default: 'auto',
    says: 'auto: each side uses what it supports; legacy: the bridge refuses server/discover',
  },
};

/** The same rows, for whoever walks over all of them. */
export const ALL_OPTIONS: readonly Option<unknown>[] = Object.values(OPTIONS);
