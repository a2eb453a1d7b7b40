import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { clientOf } from '../../src/commands/clients/clients.ts';
import type { Machine } from '../../src/commands/clients/machine.ts';
import type { ClientName } from '../../src/config/kinds/client.ts';
import { temporaryDirectory } from '../support/temporary.ts';

const machine = (platform: NodeJS.Platform, env: Machine['env'] = {}): Machine => ({
  platform,
  home: '/h',
  cwd: '/p',
  env,
});

const fileOf = (name: ClientName, on: Machine) => clientOf(name).files('user', on);

describe('the file of a client', () => {
  it.each([
    ['claude-desktop', 'Library/Application Support/Claude/claude_desktop_config.json'],
    ['vscode', 'Library/Application Support/Code/User/mcp.json'],
    ['vscode-insiders', 'Library/Application Support/Code - Insiders/User/mcp.json'],
    ['zed', '.config/zed/settings.json'],
    ['goose', '.config/goose/config.yaml'],
    ['opencode', '.config/opencode/opencode.json'],
    ['codex', '.codex/config.toml'],
  ] as const)('on macOS: %s', (name, file) => {
    expect(fileOf(name, machine('darwin'))).toEqual([join('/h', file)]);
  });

  it.each([
    ['claude-desktop', '/roaming/Claude/claude_desktop_config.json'],
    ['vscode', '/roaming/Code/User/mcp.json'],
    ['zed', '/roaming/Zed/settings.json'],
    ['goose', '/roaming/Block/goose/config/config.yaml'],
    ['cursor', '/h/.cursor/mcp.json'],
    ['opencode', '/h/.config/opencode/opencode.json'],
  ] as const)('on Windows: %s', (name, file) => {
    expect(fileOf(name, machine('win32', { APPDATA: '/roaming', LOCALAPPDATA: '/local' }))).toEqual([file]);
    const usual = fileOf(name, machine('win32'))[0];
    expect(usual?.replace('/h/AppData/Roaming', '/roaming')).toBe(file);
  });

  it('of Claude Desktop from the store of Windows is in its package, and beside it where it was before', () => {
    const folder = temporaryDirectory();
    const on = machine('win32', { APPDATA: join(folder, 'Roaming'), LOCALAPPDATA: join(folder, 'Local') });
    const stored = join(folder, 'Local/Packages/Claude_pzs8sxrjxfjjc/LocalCache/Roaming/Claude');
    mkdirSync(stored, { recursive: true });
    mkdirSync(join(folder, 'Local/Packages/Other_1'));
    const name = 'claude_desktop_config.json';
    expect(fileOf('claude-desktop', on)).toEqual([join(stored, name)]);
    mkdirSync(join(folder, 'Roaming/Claude'), { recursive: true });
    expect(fileOf('claude-desktop', on)).toEqual([join(stored, name), join(folder, 'Roaming/Claude', name)]);
  });

  it('is where the client’s own variable says, if that is absolute', () => {
    expect(fileOf('codex', machine('linux', { CODEX_HOME: '/codex' }))).toEqual(['/codex/config.toml']);
    expect(fileOf('claude-code', machine('linux', { CLAUDE_CONFIG_DIR: '/cc' }))).toEqual(['/cc/.claude.json']);
    expect(fileOf('zed', machine('linux', { XDG_CONFIG_HOME: '/xdg' }))).toEqual(['/xdg/zed/settings.json']);
    expect(fileOf('zed', machine('linux', { XDG_CONFIG_HOME: 'xdg' }))).toEqual(['/h/.config/zed/settings.json']);
  });
});

describe('the entry of a client', () => {
  const entry = { command: '/n/node', args: ['/s/main.js'], env: { A: 'b' } };
  const plain = { command: '/n/node', args: ['/s/main.js'], env: { A: 'b' } };

  it.each<[ClientName, unknown]>([
    ['claude-desktop', plain],
    ['claude-code', { type: 'stdio', ...plain }],
    ['vscode', { type: 'stdio', ...plain }],
    ['zed', { source: 'custom', ...plain }],
    ['copilot-cli', { type: 'local', ...plain, tools: ['*'] }],
    ['codex', { ...plain, startup_timeout_sec: 60, tool_timeout_sec: 300 }],
    [
      'opencode',
      { type: 'local', command: ['/n/node', '/s/main.js'], environment: { A: 'b' }, enabled: true, timeout: 60_000 },
    ],
    [
      'goose',
      {
        ...{ name: 'github', type: 'stdio', cmd: '/n/node', args: ['/s/main.js'], envs: { A: 'b' } },
        ...{ enabled: true, timeout: 300 },
      },
    ],
  ])('has the shape of its own: %s', (name, value) => {
    expect(clientOf(name).value(entry, 'github')).toEqual(value);
  });

  it('stands in opencode where that version has its servers', () => {
    const { container } = clientOf('opencode');
    expect(container({})).toEqual(['mcp']);
    expect(container({ mcp: { x: { type: 'local' } } })).toEqual(['mcp']);
    expect(container({ mcp: { servers: { x: { type: 'local' } } } })).toEqual(['mcp', 'servers']);
    expect(container({ mcp: { servers: { type: 'local', command: ['x'] } } })).toEqual(['mcp']);
  });
});
