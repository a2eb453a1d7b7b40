import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ClientName } from '../../config/kinds/client.ts';
import { type Clients, plainValue } from './client.ts';
import { isRecord, valueAt } from './formats/format.ts';
import { JSON_FORMAT, JSONC } from './formats/json.ts';
import { TOML } from './formats/toml.ts';
import { YAML } from './formats/yaml.ts';
import { absoluteOr, applicationFolder, configFolder, localFolder, type Machine } from './machine.ts';
import {
  CALL_SECONDS,
  forBoth,
  forUser,
  inConfig,
  inHome,
  inHomeOrProject,
  LOCAL_MCP,
  MCP_SERVERS,
  START_SECONDS,
  TYPED_MCP_SERVERS,
} from './shapes.ts';

type Agent = Extract<
  ClientName,
  | 'claude-desktop'
  | 'claude-code'
  | 'codex'
  | 'gemini-cli'
  | 'copilot-cli'
  | 'opencode'
  | 'goose'
  | 'antigravity'
  | 'amp'
  | 'warp'
  | 'qwen'
  | 'factory'
  | 'crush'
  | 'kilo'
>;

/** Desktop and terminal agents. [facts: each vendor's documentation of its MCP configuration] */
export const AGENTS: Pick<Clients, Agent> = {
  'claude-desktop': {
    title: 'Claude Desktop',
    format: JSON_FORMAT,
    files: (scope, machine) =>
      scope === 'user' ? claudeDesktopFolders(machine).map((folder) => join(folder, 'claude_desktop_config.json')) : [],
    signs: (machine) => [...claudeDesktopFolders(machine), '/Applications/Claude.app'],
    container: () => ['mcpServers'],
    value: plainValue,
    next: 'Quit Claude Desktop completely (not only its window) and start it again.',
  },
  'claude-code': {
    title: 'Claude Code',
    format: JSON_FORMAT,
    files: (scope, { cwd, env, home }) => [
      scope === 'user' ? join(absoluteOr(env['CLAUDE_CONFIG_DIR'], home), '.claude.json') : join(cwd, '.mcp.json'),
    ],
    signs: ({ home }) => [join(home, '.claude.json'), join(home, '.claude')],
    program: 'claude',
    container: () => ['mcpServers'],
    value: (entry) => ({ type: 'stdio', ...plainValue(entry) }),
    own: {
      add: (name, _, value) => ['mcp', 'add-json', name, JSON.stringify(value), '--scope', 'user'],
      remove: (name) => ['mcp', 'remove', name, '--scope', 'user'],
    },
    next: 'Restart Claude Code; /mcp shows the server.',
  },
  codex: {
    title: 'Codex',
    format: TOML,
    files: (scope, { cwd, env, home }) => [
      scope === 'user'
        ? join(absoluteOr(env['CODEX_HOME'], join(home, '.codex')), 'config.toml')
        : join(cwd, '.codex', 'config.toml'),
    ],
    signs: ({ env, home }) => [absoluteOr(env['CODEX_HOME'], join(home, '.codex'))],
    program: 'codex',
    container: () => ['mcp_servers'],
    value: (entry) => ({ ...plainValue(entry), startup_timeout_sec: START_SECONDS, tool_timeout_sec: CALL_SECONDS }),
    own: {
      add: (name, { args, command, env }) => [
        ...['mcp', 'add', name],
        ...Object.entries(env).flatMap(([variable, value]) => ['--env', `${variable}=${value}`]),
        ...['--', command, ...args],
      ],
    },
    next: 'Restart Codex; /mcp shows the server.',
  },
  'gemini-cli': {
    ...MCP_SERVERS,
    title: 'Gemini CLI',
    // Antigravity, its successor, reads another file of the same folder.
    files: (scope, machine) =>
      scope === 'user' && isReplacedByAntigravity(machine)
        ? [antigravityFile(machine)]
        : [join(scope === 'user' ? machine.home : machine.cwd, '.gemini', 'settings.json')],
    signs: inHome('.gemini', 'settings.json'),
    program: 'gemini',
    next: 'Restart Gemini CLI; /mcp shows the server.',
  },
  'copilot-cli': {
    title: 'Copilot CLI',
    format: JSONC,
    // In a project it reads .mcp.json too, but there other clients look for another shape.
    files: (scope, { cwd, home }) => [
      scope === 'user' ? join(home, '.copilot', 'mcp-config.json') : join(cwd, '.github', 'mcp.json'),
    ],
    signs: ({ home }) => [join(home, '.copilot')],
    program: 'copilot',
    container: () => ['mcpServers'],
    value: (entry) => ({ type: 'local', ...plainValue(entry), tools: ['*'] }),
    next: 'Restart Copilot CLI; /mcp show lists the server.',
  },
  opencode: {
    ...LOCAL_MCP,
    title: 'opencode',
    files: (scope, machine) => {
      const folder = scope === 'user' ? join(configFolder(machine), 'opencode') : machine.cwd;
      const commented = join(folder, 'opencode.jsonc');
      return [existsSync(commented) ? commented : join(folder, 'opencode.json')];
    },
    signs: (machine) => [join(configFolder(machine), 'opencode')],
    program: 'opencode',
    // Version 2 has moved the servers one level down. A server called "servers" would have a type.
    container: (content) => {
      const servers = valueAt(content, ['mcp', 'servers']);
      return isRecord(servers) && typeof servers['type'] !== 'string' ? ['mcp', 'servers'] : ['mcp'];
    },
    next: 'Restart opencode.',
  },
  goose: {
    title: 'Goose',
    format: YAML,
    files: (scope, machine) => (scope === 'user' ? [join(gooseFolder(machine), 'config.yaml')] : []),
    signs: (machine) => [gooseFolder(machine)],
    program: 'goose',
    container: () => ['extensions'],
    value: ({ args, command, env }, name) => ({
      name,
      type: 'stdio',
      cmd: command,
      args: [...args],
      envs: { ...env },
      enabled: true,
      timeout: CALL_SECONDS,
    }),
    next: 'Start a new Goose session.',
  },
  antigravity: {
    ...MCP_SERVERS,
    title: 'Antigravity',
    files: forBoth(antigravityFile, '.agents', 'mcp_config.json'),
    signs: (machine) => [dirname(antigravityFile(machine)), join(applicationFolder(machine), 'Antigravity')],
    program: 'agy',
    next: 'Restart Antigravity.',
  },
  amp: {
    ...MCP_SERVERS,
    title: 'Amp',
    files: forUser((machine) => [join(ampFolder(machine), 'settings.json')]),
    signs: (machine) => [ampFolder(machine)],
    program: 'amp',
    container: () => ['amp.mcpServers'],
    next: 'Restart Amp.',
  },
  warp: {
    ...MCP_SERVERS,
    title: 'Warp',
    files: inHomeOrProject('.warp', '.mcp.json'),
    signs: inHome('.warp'),
    next: 'In Warp, start the server under Settings, MCP servers.',
  },
  qwen: {
    ...MCP_SERVERS,
    title: 'Qwen Code',
    files: inHomeOrProject('.qwen', 'settings.json'),
    signs: inHome('.qwen'),
    program: 'qwen',
    next: 'Restart Qwen Code; /mcp shows the server.',
  },
  factory: {
    ...TYPED_MCP_SERVERS,
    title: 'Factory',
    files: forUser(inHome('.factory', 'mcp.json')),
    signs: inHome('.factory'),
    program: 'droid',
    next: 'Restart droid; /mcp shows the server.',
  },
  crush: {
    ...TYPED_MCP_SERVERS,
    title: 'Crush',
    files: forBoth((machine) => join(crushFolder(machine), 'crush.json'), '.crush.json'),
    signs: (machine) => [crushFolder(machine)],
    program: 'crush',
    container: () => ['mcp'],
    next: 'Restart Crush.',
  },
  kilo: {
    ...LOCAL_MCP,
    title: 'Kilo Code',
    files: forUser(inConfig('kilo', 'kilo.jsonc')),
    signs: inConfig('kilo'),
    program: 'kilo',
    next: 'Restart Kilo Code.',
  },
};

function antigravityFile({ home }: Machine): string {
  return join(home, '.gemini', 'config', 'mcp_config.json');
}

/** The folder of Antigravity is there, and the settings of Gemini CLI are not. */
function isReplacedByAntigravity(machine: Machine): boolean {
  return existsSync(dirname(antigravityFile(machine))) && !existsSync(join(machine.home, '.gemini', 'settings.json'));
}

function ampFolder(machine: Machine): string {
  return join(machine.platform === 'win32' ? applicationFolder(machine) : configFolder(machine), 'amp');
}

function crushFolder(machine: Machine): string {
  return join(machine.platform === 'win32' ? localFolder(machine) : configFolder(machine), 'crush');
}

/** On Windows, the application from the store has its own; one that is still there from before is written too. */
function claudeDesktopFolders(machine: Machine): readonly string[] {
  const usual = join(applicationFolder(machine), 'Claude');
  if (machine.platform !== 'win32') return [usual];
  const packages = join(localFolder(machine), 'Packages');
  const stored = namesIn(packages)
    .filter((name) => /^Claude_/.test(name))
    .map((name) => join(packages, name, 'LocalCache', 'Roaming', 'Claude'));
  return stored.length > 0 && !existsSync(usual) ? stored : [...stored, usual];
}

function gooseFolder(machine: Machine): string {
  return machine.platform === 'win32'
    ? join(applicationFolder(machine), 'Block', 'goose', 'config')
    : join(configFolder(machine), 'goose');
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
