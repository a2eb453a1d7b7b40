import { join } from 'node:path';
import type { ClientName } from '../../config/kinds/client.ts';
import { type Client, type Clients, plainValue } from './client.ts';
import { JSONC } from './formats/json.ts';
import { absoluteOr, applicationFolder, configFolder, type Machine } from './machine.ts';

type Editor = Extract<
  ClientName,
  'vscode' | 'vscode-insiders' | 'cursor' | 'windsurf' | 'zed' | 'jetbrains' | 'kiro' | 'lm-studio'
>;

/** Clients in which one edits. [facts: each vendor's documentation of its MCP configuration] */
export const EDITORS: Pick<Clients, Editor> = {
  vscode: visualStudioCode('Visual Studio Code', 'Code', 'code'),
  'vscode-insiders': visualStudioCode('Visual Studio Code Insiders', 'Code - Insiders', 'code-insiders'),
  cursor: {
    title: 'Cursor',
    format: JSONC,
    files: (scope, { cwd, home }) => [join(scope === 'user' ? home : cwd, '.cursor', 'mcp.json')],
    signs: (machine) => [join(machine.home, '.cursor'), join(applicationFolder(machine), 'Cursor')],
    program: 'cursor',
    container: () => ['mcpServers'],
    value: plainValue,
    next: 'In Cursor, switch the server on under Settings, MCP.',
  },
  windsurf: {
    title: 'Windsurf',
    format: JSONC,
    files: (scope, { home }) => (scope === 'user' ? [join(home, '.codeium', 'windsurf', 'mcp_config.json')] : []),
    signs: (machine) => [join(machine.home, '.codeium', 'windsurf'), join(applicationFolder(machine), 'Windsurf')],
    program: 'windsurf',
    container: () => ['mcpServers'],
    value: plainValue,
    next: 'In Windsurf, press Refresh in the list of MCP servers.',
  },
  zed: {
    title: 'Zed',
    format: JSONC,
    files: (scope, machine) => [
      scope === 'user' ? join(zedFolder(machine), 'settings.json') : join(machine.cwd, '.zed', 'settings.json'),
    ],
    signs: (machine) => [zedFolder(machine), '/Applications/Zed.app'],
    program: 'zed',
    container: () => ['context_servers'],
    value: (entry) => ({ source: 'custom', ...plainValue(entry) }),
    next: 'Zed reads its settings again by itself.',
  },
  jetbrains: {
    title: 'JetBrains (Junie)',
    format: JSONC,
    files: (scope, { cwd, home }) => [join(scope === 'user' ? home : cwd, '.junie', 'mcp', 'mcp.json')],
    signs: (machine) => [
      join(machine.home, '.junie'),
      join(machine.platform === 'linux' ? configFolder(machine) : applicationFolder(machine), 'JetBrains'),
    ],
    program: 'junie',
    container: () => ['mcpServers'],
    value: plainValue,
    alsoPasted:
      'AI Assistant keeps its servers in the IDE. For it, paste this under Settings, Tools, AI Assistant, Model Context ' +
      'Protocol (MCP), Add, As JSON:',
    next:
      'Junie reads this file. For AI Assistant, paste the same under Settings, Tools, AI Assistant, Model Context ' +
      'Protocol (MCP), Add, As JSON.',
  },
  kiro: {
    title: 'Kiro',
    format: JSONC,
    files: (scope, { cwd, home }) => [join(scope === 'user' ? home : cwd, '.kiro', 'settings', 'mcp.json')],
    signs: (machine) => [join(machine.home, '.kiro'), join(applicationFolder(machine), 'Kiro')],
    program: 'kiro',
    container: () => ['mcpServers'],
    value: plainValue,
    next: 'Kiro connects again when the file is saved.',
  },
  'lm-studio': {
    title: 'LM Studio',
    format: JSONC,
    files: (scope, { home }) => (scope === 'user' ? [join(home, '.lmstudio', 'mcp.json')] : []),
    signs: (machine) => [join(machine.home, '.lmstudio'), join(applicationFolder(machine), 'LM Studio')],
    program: 'lms',
    container: () => ['mcpServers'],
    value: plainValue,
    next: 'LM Studio reads mcp.json again by itself.',
  },
};

function visualStudioCode(title: string, folder: string, program: string): Client {
  return {
    title,
    format: JSONC,
    files: (scope, machine) => [
      scope === 'user'
        ? join(applicationFolder(machine), folder, 'User', 'mcp.json')
        : join(machine.cwd, '.vscode', 'mcp.json'),
    ],
    signs: (machine) => [join(applicationFolder(machine), folder)],
    program,
    container: () => ['servers'],
    value: (entry) => ({ type: 'stdio', ...plainValue(entry) }),
    own: { add: (name, _, value) => ['--add-mcp', JSON.stringify({ name, ...value })] },
    next: `In ${title}, start the server with the command MCP: List Servers.`,
  };
}

function zedFolder(machine: Machine): string {
  if (machine.platform === 'win32') return join(applicationFolder(machine), 'Zed');
  // On macOS it does not look at XDG_CONFIG_HOME.
  if (machine.platform === 'darwin') return join(machine.home, '.config', 'zed');
  return join(absoluteOr(machine.env['XDG_CONFIG_HOME'], join(machine.home, '.config')), 'zed');
}
