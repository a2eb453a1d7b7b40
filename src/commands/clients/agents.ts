import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ClientName } from '../../config/kinds/client.ts';
import { type Clients, plainValue } from './client.ts';
import { isRecord, valueAt } from './formats/format.ts';
import { JSON_FORMAT, JSONC } from './formats/json.ts';
import { TOML } from './formats/toml.ts';
import { YAML } from './formats/yaml.ts';
import { absoluteOr, applicationFolder, configFolder, localFolder, type Machine } from './machine.ts';

type Agent = Extract<
  ClientName,
  'claude-desktop' | 'claude-code' | 'codex' | 'gemini-cli' | 'copilot-cli' | 'opencode' | 'goose'
>;

/** How long a start may take, in seconds, where the client asks: a cold sign-in needs longer than some allow. */
const START_SECONDS = 60;
const CALL_SECONDS = 300;

/** Clients to which one talks. [facts: each vendor's documentation of its MCP configuration] */
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
    next: 'Start Claude Code anew; /mcp shows the server.',
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
    next: 'Start Codex anew; /mcp shows the server.',
  },
  'gemini-cli': {
    title: 'Gemini CLI',
    format: JSONC,
    files: (scope, { cwd, home }) => [join(scope === 'user' ? home : cwd, '.gemini', 'settings.json')],
    signs: ({ home }) => [join(home, '.gemini')],
    program: 'gemini',
    container: () => ['mcpServers'],
    value: plainValue,
    next: 'Start Gemini CLI anew; /mcp shows the server.',
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
    next: 'Start Copilot CLI anew; /mcp show lists the server.',
  },
  opencode: {
    title: 'opencode',
    format: JSONC,
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
    value: ({ args, command, env }) => ({
      type: 'local',
      command: [command, ...args],
      ...(Object.keys(env).length === 0 ? {} : { environment: { ...env } }),
      enabled: true,
      timeout: START_SECONDS * 1000,
    }),
    next: 'Start opencode anew.',
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
};

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
