import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ClientName } from '../../config/kinds/client.ts';
import { type Client, type Clients, plainValue } from './client.ts';
import { absoluteOr, applicationFolder, configFolder, localFolder, type Machine } from './machine.ts';
import { CALL_SECONDS, forBoth, forUser, inHome, inHomeOrProject, MCP_SERVERS, SERVERS } from './shapes.ts';

type Editor = Extract<
  ClientName,
  | 'vscode'
  | 'vscode-insiders'
  | 'cursor'
  | 'windsurf'
  | 'zed'
  | 'jetbrains'
  | 'kiro'
  | 'lm-studio'
  | 'cline'
  | 'visual-studio'
  | 'copilot-jetbrains'
  | 'devin'
  | 'continue'
  | 'trae'
  | 'vscode-remote'
>;

/** Editors and their extensions. [facts: each vendor's documentation of its MCP configuration] */
export const EDITORS: Pick<Clients, Editor> = {
  vscode: visualStudioCode('Visual Studio Code', 'Code', 'code'),
  'vscode-insiders': visualStudioCode('Visual Studio Code Insiders', 'Code - Insiders', 'code-insiders'),
  cursor: {
    ...MCP_SERVERS,
    title: 'Cursor',
    files: inHomeOrProject('.cursor', 'mcp.json'),
    signs: (machine) => [join(machine.home, '.cursor'), join(applicationFolder(machine), 'Cursor')],
    program: 'cursor',
    next: 'In Cursor, switch the server on under Settings, MCP.',
  },
  windsurf: {
    ...MCP_SERVERS,
    title: 'Windsurf',
    // After its update it is Devin Desktop, whose default agent reads the other file.
    files: forUser((machine) => [cascadeFile(machine), ...(hasDevin(machine) ? [devinFile(machine)] : [])]),
    signs: (machine) => [join(machine.home, '.codeium', 'windsurf'), join(applicationFolder(machine), 'Windsurf')],
    program: 'windsurf',
    next: 'In Windsurf, press Refresh in the list of MCP servers.',
  },
  zed: {
    ...MCP_SERVERS,
    title: 'Zed',
    files: forBoth((machine) => join(zedFolder(machine), 'settings.json'), '.zed', 'settings.json'),
    signs: (machine) => [zedFolder(machine), '/Applications/Zed.app'],
    program: 'zed',
    container: () => ['context_servers'],
    value: (entry) => ({ source: 'custom', ...plainValue(entry) }),
    next: 'Zed reads its settings again by itself.',
  },
  jetbrains: {
    ...MCP_SERVERS,
    title: 'JetBrains (Junie)',
    files: inHomeOrProject('.junie', 'mcp', 'mcp.json'),
    signs: (machine) => [
      join(machine.home, '.junie'),
      join(machine.platform === 'linux' ? configFolder(machine) : applicationFolder(machine), 'JetBrains'),
    ],
    program: 'junie',
    alsoPasted:
      'AI Assistant keeps its servers in the IDE. For it, paste this under Settings, Tools, AI Assistant, Model Context ' +
      'Protocol (MCP), Add, As JSON:',
    next:
      'Junie reads this file. For AI Assistant, paste the same under Settings, Tools, AI Assistant, Model Context ' +
      'Protocol (MCP), Add, As JSON.',
  },
  kiro: {
    ...MCP_SERVERS,
    title: 'Kiro',
    files: inHomeOrProject('.kiro', 'settings', 'mcp.json'),
    signs: (machine) => [join(machine.home, '.kiro'), join(applicationFolder(machine), 'Kiro')],
    program: 'kiro',
    next: 'Kiro connects again when the file is saved.',
  },
  'lm-studio': {
    ...MCP_SERVERS,
    title: 'LM Studio',
    files: forUser(inHome('.lmstudio', 'mcp.json')),
    signs: (machine) => [join(machine.home, '.lmstudio'), join(applicationFolder(machine), 'LM Studio')],
    program: 'lms',
    next: 'LM Studio reads mcp.json again by itself.',
  },
  cline: {
    ...MCP_SERVERS,
    title: 'Cline',
    files: forUser(clineFiles),
    signs: (machine) => [clineFolder(machine), ...clineExtensions(machine)],
    program: 'cline',
    value: (entry) => ({ ...plainValue(entry), disabled: false, timeout: CALL_SECONDS }),
    next: 'Cline connects again when the file is saved.',
  },
  'visual-studio': {
    ...SERVERS,
    title: 'Visual Studio',
    // Of a project it reads .mcp.json too, but there Claude Code refuses the key "servers".
    files: (scope, { cwd, home, platform }) =>
      platform === 'win32' ? [scope === 'user' ? join(home, '.mcp.json') : join(cwd, '.vscode', 'mcp.json')] : [],
    signs: (machine) => (machine.platform === 'win32' ? [join(localFolder(machine), 'Microsoft', 'VisualStudio')] : []),
    next: 'In Visual Studio, switch the tools of the server on in the Copilot chat window.',
  },
  'copilot-jetbrains': {
    ...SERVERS,
    title: 'GitHub Copilot in JetBrains',
    files: forUser((machine) => [join(copilotFolder(machine), 'intellij', 'mcp.json')]),
    signs: (machine) => [join(copilotFolder(machine), 'intellij')],
    next: 'The IDE connects when the file is saved; the tools are in Copilot Chat, Agent mode.',
  },
  devin: {
    ...MCP_SERVERS,
    title: 'Devin Desktop',
    // Cascade, its older agent, still reads the file of Windsurf.
    files: (scope, machine) =>
      scope === 'project'
        ? [join(machine.cwd, '.devin', 'mcp_config.json')]
        : [devinFile(machine), ...(existsSync(cascadeFile(machine)) ? [cascadeFile(machine)] : [])],
    signs: (machine) => [join(configFolder(machine), 'devin'), join(applicationFolder(machine), 'Devin')],
    next: 'In Devin Desktop, press Refresh in the list of MCP servers.',
  },
  continue: {
    ...MCP_SERVERS,
    title: 'Continue',
    // It reads every JSON file of the folder, so that config.yaml stays as it is.
    files: inHomeOrProject('.continue', 'mcpServers', 'uc-mcp-bridge.json'),
    signs: inHome('.continue'),
    program: 'cn',
    next: 'Continue shows the server in Agent mode, under Tools.',
  },
  trae: {
    ...MCP_SERVERS,
    title: 'Trae',
    files: forUser((machine) => [join(applicationFolder(machine), 'Trae', 'User', 'mcp.json')]),
    signs: (machine) => [join(applicationFolder(machine), 'Trae')],
    next: 'Restart Trae.',
  },
  'vscode-remote': {
    ...SERVERS,
    title: 'VS Code Server (remote)',
    files: forUser(inHome('.vscode-server', 'data', 'User', 'mcp.json')),
    signs: inHome('.vscode-server'),
    next: 'In the remote window, start the server with the command MCP: List Servers.',
  },
};

function visualStudioCode(title: string, folder: string, program: string): Client {
  return {
    ...SERVERS,
    title,
    files: forBoth((machine) => join(applicationFolder(machine), folder, 'User', 'mcp.json'), '.vscode', 'mcp.json'),
    signs: (machine) => [join(applicationFolder(machine), folder)],
    program,
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

function cascadeFile({ home }: Machine): string {
  return join(home, '.codeium', 'windsurf', 'mcp_config.json');
}

function devinFile(machine: Machine): string {
  return join(configFolder(machine), 'devin', 'mcp_config.json');
}

function hasDevin(machine: Machine): boolean {
  return existsSync(join(configFolder(machine), 'devin'));
}

function copilotFolder(machine: Machine): string {
  return join(machine.platform === 'win32' ? localFolder(machine) : configFolder(machine), 'github-copilot');
}

/** Shared by the command line, the JetBrains plugin and the newest extension. */
function clineFolder({ env, home }: Machine): string {
  return absoluteOr(env['CLINE_DIR'], join(home, '.cline'));
}

/** The extension's folder in each VS Code that has it. */
function clineExtensions(machine: Machine): readonly string[] {
  return ['Code', 'Code - Insiders']
    .map((code) => join(applicationFolder(machine), code, 'User', 'globalStorage', 'saoudrizwan.claude-dev'))
    .filter((folder) => existsSync(folder));
}

/** The file that a variable names, else those of what is installed. */
function clineFiles(machine: Machine): readonly string[] {
  const folder = clineFolder(machine);
  const shared = absoluteOr(
    machine.env['CLINE_MCP_SETTINGS_PATH'],
    join(folder, 'data', 'settings', 'cline_mcp_settings.json'),
  );
  const extensions = clineExtensions(machine).map((path) => join(path, 'settings', 'cline_mcp_settings.json'));
  const isNamed = shared === machine.env['CLINE_MCP_SETTINGS_PATH'];
  if (isNamed || extensions.length === 0) return [shared];
  return existsSync(folder) ? [shared, ...extensions] : extensions;
}
