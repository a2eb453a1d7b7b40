/** The commands: what each does, and what it takes beside the options that all share. Types and data only. */

import { choice } from './kinds/choice.ts';
import { CLIENT_NAMES, CLIENTS, type ClientName } from './kinds/client.ts';
import { FILE } from './kinds/file.ts';
import { REQUEST_HEADERS } from './kinds/headers.ts';
import { JSON_OR_FILE, type JsonSource } from './kinds/json.ts';
import { PORT } from './kinds/port.ts';
import { SCHEMAS } from './kinds/schemas.ts';
import { SERVER_NAME } from './kinds/server-name.ts';
import { SINCE, type Since } from './kinds/since.ts';
import { SWITCH } from './kinds/switch.ts';
import type { OptionFor, Settings } from './options.ts';

/** What each command finds of its own flags. A value that may be absent is written `| undefined`. */
export interface OwnValues {
  readonly serve: NoFlags;
  readonly install: InstallFlags & {
    readonly scope: Scope;
    readonly name: string | undefined;
    readonly print: boolean;
    readonly noVerify: boolean;
  };
  readonly update: InstallFlags & { readonly scope: Scope | undefined };
  readonly uninstall: InstallFlags & { readonly scope: Scope | undefined; readonly name: string | undefined };
  readonly demo: NoFlags;
  readonly doctor: { readonly json: boolean };
  readonly list: { readonly schemas: readonly string[]; readonly json: boolean };
  readonly tools: { readonly json: boolean };
  readonly call: { readonly args: JsonSource | undefined; readonly yes: boolean; readonly json: boolean };
  readonly request: {
    readonly headers: Readonly<Record<string, string>>;
    readonly data: JsonSource | undefined;
    readonly include: boolean;
    readonly json: boolean;
  };
  readonly report: { readonly output: string | undefined; readonly open: boolean };
  readonly audit: { readonly format: AuditFormat | undefined; readonly since: Since | undefined };
  readonly replay: { readonly allowWrites: boolean };
  readonly login: NoFlags;
  readonly logout: { readonly all: boolean };
  readonly whoami: { readonly json: boolean };
  readonly sandbox: { readonly port: number | undefined };
  readonly completion: NoFlags;
  readonly version: { readonly verbose: boolean };
}

export type AuditFormat = (typeof AUDIT_FORMATS)[number];
export const AUDIT_FORMATS = ['table', 'csv', 'json'] as const;

interface InstallFlags {
  readonly clients: readonly ClientName[];
  readonly dryRun: boolean;
  readonly yes: boolean;
}

export type Scope = (typeof SCOPES)[number];
export const SCOPES = ['user', 'project'] as const;

type NoFlags = Readonly<Record<never, never>>;

/** Commands, as they are typed. */
export type Command = keyof OwnValues;

/** A flag of one command alone. It has no variable: what a person types now is not what a client's entry says always. */
export type OwnFlag<T> = Omit<OptionFor<T>, 'env' | 'flag' | 'otherwise'> & { readonly flag: `--${string}` };

export interface CommandRow<Values = Readonly<Record<string, unknown>>> {
  /** One line for the help. */
  readonly says: string;
  /** What stands behind its name, in the help's words; the last ones may be left out. */
  readonly words?: readonly { readonly name: string; readonly optional?: true }[];
  /**
   * How much of the way to a server has to be given: one destination, at most one, or none, and then the options and
   * the environment are none of its business.
   */
  readonly takes: 'destination' | 'workspace' | 'nothing';
  /** Shared options whose flag this command takes more than once. */
  readonly repeatable?: readonly (keyof Settings)[];
  /** By the name under which the command finds the value. Wins over a shared option of the same flag. */
  readonly own: { readonly [Name in keyof Values]: OwnFlag<Values[Name]> };
}

const AS_JSON = { flag: '--json', kind: SWITCH, default: 'off' } as const;
const YES = { flag: '--yes', kind: SWITCH, default: 'off' } as const;

/** Every command, in the order of the help. `serve` is meant where none is named. */
export const COMMANDS: { readonly [C in Command]: CommandRow<OwnValues[C]> } = {
  serve: {
    says: 'run the MCP server on stdio (the default)',
    takes: 'destination',
    own: {},
  },
  install: {
    says: 'add the bridge to your MCP clients; shows the change and asks first. Repeat --connection for several servers',
    takes: 'workspace',
    repeatable: ['connection'],
    own: {
      clients: {
        flag: '--client',
        kind: CLIENTS,
        default: '',
        says: `client to configure: ${CLIENT_NAMES.join(', ')}; otherwise it asks, or takes those it finds`,
      },
      scope: {
        flag: '--scope',
        kind: choice('SCOPE', SCOPES),
        default: 'user',
        says: 'user: all your projects; project: this folder only',
      },
      name: {
        flag: '--name',
        kind: SERVER_NAME,
        says: 'name of the server in the client; otherwise github, or a name made from each connection',
      },
      print: {
        flag: '--print',
        kind: SWITCH,
        default: 'off',
        says: 'only print the entry for pasting, as mcpServers JSON or in the form of --client',
      },
      dryRun: { flag: '--dry-run', kind: SWITCH, default: 'off', says: 'only show the change' },
      yes: { ...YES, says: 'do not ask' },
      noVerify: {
        flag: '--no-verify',
        kind: SWITCH,
        default: 'off',
        says: 'write without signing in and without the checks of doctor',
      },
    },
  },
  update: {
    says: 'move installed entries and their copies of the program to this version; asks first',
    takes: 'nothing',
    own: {
      clients: { flag: '--client', kind: CLIENTS, default: '', says: 'client to update; otherwise all' },
      scope: { flag: '--scope', kind: choice('SCOPE', SCOPES), says: 'user or project; otherwise both' },
      dryRun: { flag: '--dry-run', kind: SWITCH, default: 'off', says: 'only show the change' },
      yes: { ...YES, says: 'do not ask' },
    },
  },
  uninstall: {
    says: 'remove what install has added to your MCP clients',
    takes: 'nothing',
    own: {
      clients: { flag: '--client', kind: CLIENTS, default: '', says: 'client to clean up; otherwise all' },
      scope: { flag: '--scope', kind: choice('SCOPE', SCOPES), says: 'user or project; otherwise both' },
      name: { flag: '--name', kind: SERVER_NAME, says: 'only the server of that name' },
      dryRun: { flag: '--dry-run', kind: SWITCH, default: 'off', says: 'only show the change' },
      yes: { ...YES, says: 'do not ask' },
    },
  },
  demo: {
    says: 'show the bridge at work against the embedded sandbox; nothing to set up',
    takes: 'nothing',
    own: {},
  },
  doctor: {
    says: 'check your setup, from this machine to the MCP server, and tell how to fix what fails',
    takes: 'workspace',
    own: { json: { ...AS_JSON, says: 'print the checks and the verdict as JSON' } },
  },
  list: {
    says: 'list the MCP services and connections of the workspace, and the option that selects each',
    takes: 'workspace',
    own: {
      schemas: {
        flag: '--schema',
        kind: SCHEMAS,
        default: '',
        says: 'also the MCP services and connections of this schema, besides those of system.ai',
      },
      json: { ...AS_JSON, says: 'print the list as JSON' },
    },
  },
  tools: {
    says: 'list the tools of the server; with a name, show its arguments and an example call',
    words: [{ name: 'NAME', optional: true }],
    takes: 'destination',
    own: { json: { ...AS_JSON, says: 'print them as JSON' } },
  },
  call: {
    says: 'call one tool and print its result; asks before a tool that may change something',
    words: [{ name: 'TOOL' }],
    takes: 'destination',
    own: {
      args: {
        flag: '--args',
        kind: JSON_OR_FILE,
        says: 'arguments of the tool, a JSON object; @- reads them from stdin',
      },
      yes: { ...YES, says: 'do not ask' },
      json: { ...AS_JSON, says: 'print the whole result as JSON' },
    },
  },
  request: {
    says: 'send one HTTP request through the connection and print the body of the response',
    words: [{ name: 'METHOD' }, { name: 'PATH' }],
    takes: 'destination',
    own: {
      headers: {
        flag: '--header',
        kind: REQUEST_HEADERS,
        default: '',
        says: 'header for the server behind the connection',
      },
      data: { flag: '--data', kind: JSON_OR_FILE, says: 'body of the request; @- reads it from stdin' },
      include: { flag: '--include', kind: SWITCH, default: 'off', says: 'print status and headers before the body' },
      json: { ...AS_JSON, says: 'print status, headers and body as one JSON object' },
    },
  },
  report: {
    says: 'make an HTML page of a recording: calls over time, waits, errors, sizes',
    words: [{ name: 'RECORD' }],
    takes: 'nothing',
    own: {
      output: { flag: '--output', kind: FILE, says: 'path of the page; otherwise next to the recording' },
      open: { flag: '--open', kind: SWITCH, default: 'off', says: 'open the page in your browser' },
    },
  },
  audit: {
    says: 'list the calls of a recording: user, connection, tool and outcome, without arguments',
    words: [{ name: 'RECORD' }],
    takes: 'nothing',
    own: {
      format: {
        flag: '--format',
        kind: choice('FORMAT', AUDIT_FORMATS),
        says: 'table, csv or json; by default table on a terminal and csv elsewhere',
      },
      since: { flag: '--since', kind: SINCE, says: 'only calls from then on: 2026-11-25, 2h, 7d' },
    },
  },
  replay: {
    says: "send the client's messages of a recording again and compare the responses",
    words: [{ name: 'RECORD' }],
    takes: 'destination',
    own: {
      allowWrites: {
        flag: '--allow-writes',
        kind: SWITCH,
        default: 'off',
        says: 'also call tools that are not marked as read-only',
      },
    },
  },
  whoami: {
    says: 'show workspace, profile, authentication type, token and identity, without secrets',
    takes: 'workspace',
    own: { json: { ...AS_JSON, says: 'print it as JSON' } },
  },
  login: {
    says: 'sign in to the workspace with a browser; serve uses that sign-in, and renews it',
    takes: 'workspace',
    own: {},
  },
  logout: {
    says: 'remove what login has stored for the workspace, and revoke it where the workspace can',
    takes: 'workspace',
    own: { all: { flag: '--all', kind: SWITCH, default: 'off', says: 'for every workspace' } },
  },
  sandbox: {
    says: 'run the workspace of the embedded sandbox and print its address',
    takes: 'nothing',
    own: { port: { flag: '--port', kind: PORT, says: 'port on 127.0.0.1; otherwise a free one' } },
  },
  completion: {
    says: 'print a completion script for bash, zsh, fish or powershell',
    words: [{ name: 'SHELL' }],
    takes: 'nothing',
    own: {},
  },
  version: {
    says: 'show the version',
    takes: 'nothing',
    own: {
      verbose: {
        flag: '--verbose',
        kind: SWITCH,
        default: 'off',
        says: 'also show Node, the commit of the build and the bundled versions',
      },
    },
  },
};

export type FlagCommand = 'help' | Extract<Command, 'version'>;

/** Flags that stand for a command, and win over everything else that is given. */
export const COMMAND_FLAGS: readonly {
  readonly command: FlagCommand;
  readonly flag: `--${string}`;
  readonly short: `-${string}`;
  readonly says: string;
}[] = [
  { command: 'help', flag: '--help', short: '-h', says: 'show this help, or the help of a command' },
  { command: 'version', flag: '--version', short: '-v', says: 'show the version; --verbose adds details' },
];
