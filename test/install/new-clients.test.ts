import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { clientOf } from '../../src/commands/clients/clients.ts';
import { valueAt } from '../../src/commands/clients/formats/format.ts';
import { JSONC } from '../../src/commands/clients/formats/json.ts';
import type { ClientName } from '../../src/config/kinds/client.ts';
import { AS_MACOS, AS_WINDOWS } from '../support/preload.ts';
import { home } from './home.ts';

type System = 'linux' | 'darwin' | 'win32';

const MAC_APPS = 'Library/Application Support';
const ROAMING = 'AppData/Roaming';
const LOCAL = 'AppData/Local';

/** A fixture: what makes the client found, the file that it reads, and the path of the servers in that file. */
type Fixture = readonly [client: ClientName, sign: string, file: string, container: string];

const everywhere: readonly Fixture[] = [
  ['antigravity', '.gemini/config/x', '.gemini/config/mcp_config.json', 'mcpServers'],
  ['cline', '.cline/x', '.cline/data/settings/cline_mcp_settings.json', 'mcpServers'],
  ['devin', '.config/devin/x', '.config/devin/mcp_config.json', 'mcpServers'],
  ['warp', '.warp/x', '.warp/.mcp.json', 'mcpServers'],
  ['qwen', '.qwen/x', '.qwen/settings.json', 'mcpServers'],
  ['factory', '.factory/x', '.factory/mcp.json', 'mcpServers'],
  ['continue', '.continue/config.yaml', '.continue/mcpServers/uc-mcp-bridge.json', 'mcpServers'],
  ['kilo', '.config/kilo/x', '.config/kilo/kilo.jsonc', 'mcp'],
  ['vscode-remote', '.vscode-server/x', '.vscode-server/data/User/mcp.json', 'servers'],
];

const inXdg: readonly Fixture[] = [
  ['copilot-jetbrains', '.config/github-copilot/intellij/x', '.config/github-copilot/intellij/mcp.json', 'servers'],
  ['amp', '.config/amp/x', '.config/amp/settings.json', 'amp.mcpServers'],
  ['crush', '.config/crush/x', '.config/crush/crush.json', 'mcp'],
];

const FIXTURES: Readonly<Record<System, readonly Fixture[]>> = {
  linux: [...everywhere, ...inXdg, ['trae', '.config/Trae/x', '.config/Trae/User/mcp.json', 'mcpServers']],
  darwin: [...everywhere, ...inXdg, ['trae', `${MAC_APPS}/Trae/x`, `${MAC_APPS}/Trae/User/mcp.json`, 'mcpServers']],
  win32: [
    ...everywhere,
    ['copilot-jetbrains', `${LOCAL}/github-copilot/intellij/x`, `${LOCAL}/github-copilot/intellij/mcp.json`, 'servers'],
    ['amp', `${ROAMING}/amp/x`, `${ROAMING}/amp/settings.json`, 'amp.mcpServers'],
    ['crush', `${LOCAL}/crush/x`, `${LOCAL}/crush/crush.json`, 'mcp'],
    ['trae', `${ROAMING}/Trae/x`, `${ROAMING}/Trae/User/mcp.json`, 'mcpServers'],
    ['visual-studio', `${LOCAL}/Microsoft/VisualStudio/x`, '.mcp.json', 'servers'],
  ],
};

const PRELOADS: Readonly<Record<System, readonly string[]>> = { linux: [], darwin: AS_MACOS, win32: AS_WINDOWS };

/** The platform is injected into the built program by a preload. */
function on(system: System): { readonly env: Readonly<Record<string, string>> } {
  return { env: PRELOADS[system].length === 0 ? {} : { NODE_OPTIONS: PRELOADS[system].join(' ') } };
}

const cases = (Object.keys(FIXTURES) as System[]).flatMap((system) =>
  FIXTURES[system].map(([client, sign, file, container]) => ({ system, client, sign, file, container })),
);

describe('install on a home of each system', () => {
  it.each(cases)('finds $client on $system, writes the file that it reads, and takes it out again', async (row) => {
    const { client, container, file, sign, system } = row;
    const { files, folder, read, run, write } = home();
    write(sign, '');
    const before = files();
    const installed = await run(['install', '--yes', '--connection', 'github_u2m'], on(system));
    expect(installed).toMatchObject({ code: 0, stderr: '' });
    expect(installed.stdout).toContain(`${clientOf(client).title}: ${folder}/${file}\n`);
    const reading = JSONC.read(read(file));
    const value = valueAt('content' in reading ? reading.content : {}, [container, 'github']);
    expect(JSON.stringify(value)).toContain('main.js","--connection","github_u2m"');
    expect(await run(['uninstall', '--yes'], on(system))).toMatchObject({ code: 0 });
    expect(files()).toEqual(before);
  });

  it.each(['linux', 'darwin'] as const)('says on %s that Visual Studio does not run there', async (system) => {
    const { files, run } = home();
    const { code, stdout } = await run(['install', '--yes', '--client', 'visual-studio', '--sandbox'], on(system));
    expect(stdout).toContain('Visual Studio does not run on this system.\n');
    expect(code).toBe(78);
    expect(files()).toEqual({});
  });
});

it('takes two servers out of one file that two clients share', async () => {
  const { files, read, run, write } = home();
  write(`${LOCAL}/Microsoft/VisualStudio/x`, '');
  const before = files();
  const args = ['install', '--yes', '--connection', 'c'];
  await run([...args, '--client', 'visual-studio'], on('win32'));
  await run([...args, '--client', 'claude-code', '--scope', 'project', '--name', 'other'], on('win32'));
  expect(Object.keys(JSON.parse(read('.mcp.json')))).toEqual(['servers', 'mcpServers']);
  expect(await run(['uninstall', '--yes'], on('win32'))).toMatchObject({ code: 0 });
  expect(files()).toEqual(before);
});

describe('install where a product has a successor', () => {
  const written = async (client: ClientName, signs: readonly string[], env: Readonly<Record<string, string>> = {}) => {
    const { files, run, write } = home();
    for (const sign of signs) write(sign, '');
    expect(await run(['install', '--yes', '--client', client, '--connection', 'c'], { env })).toMatchObject({
      code: 0,
    });
    return Object.keys(files()).filter((file) => !signs.includes(file));
  };
  const cascade = '.codeium/windsurf/mcp_config.json';
  const devin = '.config/devin/mcp_config.json';
  const extension = '.config/Code/User/globalStorage/saoudrizwan.claude-dev';

  it.each<[string, ClientName, readonly string[], readonly string[]]>([
    ['Windsurf alone', 'windsurf', ['.codeium/windsurf/x'], [cascade]],
    ['Windsurf that became Devin', 'windsurf', ['.codeium/windsurf/x', '.config/devin/x'], [cascade, devin]],
    ['Devin alone', 'devin', ['.config/devin/x'], [devin]],
    ['Gemini CLI', 'gemini-cli', [], ['.gemini/settings.json']],
    ['Gemini CLI replaced by Antigravity', 'gemini-cli', ['.gemini/config/x'], ['.gemini/config/mcp_config.json']],
    ['Cline as an extension', 'cline', [`${extension}/x`], [`${extension}/settings/cline_mcp_settings.json`]],
    [
      'Cline in both places',
      'cline',
      [`${extension}/x`, '.cline/x'],
      ['.cline/data/settings/cline_mcp_settings.json', `${extension}/settings/cline_mcp_settings.json`],
    ],
  ])('writes where the installed client reads: %s', async (_, client, signs, expected) => {
    expect(await written(client, signs)).toEqual([...expected].sort());
  });

  it('keeps both files of Devin Desktop in step, if the older one exists', async () => {
    const { read, run, write } = home();
    write(cascade, '{}\n');
    await run(['install', '--yes', '--client', 'devin', '--connection', 'c']);
    for (const file of [cascade, devin]) expect(JSON.parse(read(file)).mcpServers).toHaveProperty('github');
  });

  it('writes where the variables of Cline point', async () => {
    const { folder, read, run } = home();
    mkdirSync(join(folder, 'other'));
    const args = ['install', '--yes', '--client', 'cline', '--connection', 'c'];
    await run(args, { env: { CLINE_DIR: join(folder, 'other') } });
    expect(read('other/data/settings/cline_mcp_settings.json')).toContain('"timeout": 300');
    await run(args, { env: { CLINE_MCP_SETTINGS_PATH: join(folder, 'named.json') } });
    expect(read('named.json')).toContain('"disabled": false');
  });
});
