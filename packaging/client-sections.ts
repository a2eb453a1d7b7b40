/** The section for each client in docs/clients.md, from the same tables that `install` goes by. */

import type { Client } from '../src/commands/clients/client.ts';
import { ALL_CLIENTS } from '../src/commands/clients/clients.ts';
import { TOML } from '../src/commands/clients/formats/toml.ts';
import { YAML } from '../src/commands/clients/formats/yaml.ts';
import type { Machine } from '../src/commands/clients/machine.ts';
import { ENTRY, NAME } from './links.ts';

const LINUX: Machine = { platform: 'linux', home: '/~', cwd: '/project', env: {} };
const MAC: Machine = { ...LINUX, platform: 'darwin' };
const WINDOWS: Machine = {
  ...LINUX,
  platform: 'win32',
  env: { APPDATA: '/%APPDATA%', LOCALAPPDATA: '/%LOCALAPPDATA%' },
};

/** Of each client: how install does it, and what stands in which file where a person does it. */
export function clientSections(): string {
  return ALL_CLIENTS.map(({ client, name }) => {
    const project = client
      .files('project', client.files('user', LINUX).length > 0 ? LINUX : WINDOWS)
      .map((file) => `\`${file.replace('/project/', '')}\``);
    const inProject = project.length === 0 ? '' : `; for one project in ${project.join(', ')}`;
    return [
      `<details>\n<summary>${client.title}</summary>\n`,
      `\`\`\`\nuc-mcp-bridge install --client ${name} --connection <your-connection>\n\`\`\`\n`,
      `or by hand: in ${filesOf(client)}${inProject}.\n`,
      `\`\`\`${languageOf(client)}\n${example(client)}\`\`\`\n`,
      `${client.next}\n`,
      '</details>\n',
    ].join('\n');
  }).join('\n');
}

/** What a person would write. */
export function example(client: Client): string {
  const [outer, ...inner] = [...client.container({}), NAME];
  return client.format.put('', [outer ?? '', ...inner], client.value({ ...ENTRY, env: {} }, NAME));
}

function languageOf({ format }: Client): string {
  if (format === TOML) return 'toml';
  return format === YAML ? 'yaml' : 'jsonc';
}

function filesOf(client: Client): string {
  const [mac, linux] = [MAC, LINUX].map((machine) => shown(client, machine).replaceAll('/~', '~'));
  if (linux === '') return `${windowsFiles(client)} (Windows only)`;
  const windows = windowsFiles(client);
  return mac === linux
    ? `${linux}, on Windows ${windows}`
    : `${mac} on macOS, ${windows} on Windows, ${linux} on Linux`;
}

function windowsFiles(client: Client): string {
  return shown(client, WINDOWS).replaceAll('/~', '%USERPROFILE%').replaceAll('/%', '%').replaceAll('/', '\\');
}

function shown(client: Client, machine: Machine): string {
  return client
    .files('user', machine)
    .map((file) => `\`${file}\``)
    .join(', ');
}
