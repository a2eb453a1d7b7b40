/** The shapes in which clients store a server. Several clients share each of them. */

import { join } from 'node:path';
import type { Scope } from '../../config/commands.ts';
import { type Client, plainValue } from './client.ts';
import { JSONC } from './formats/json.ts';
import { configFolder, type Machine } from './machine.ts';

type Shape = Pick<Client, 'format' | 'container' | 'value'>;

/** `{"mcpServers": {"NAME": {"command", "args", "env"}}}` */
export const MCP_SERVERS: Shape = { format: JSONC, container: () => ['mcpServers'], value: plainValue };

/** `mcpServers` with the transport named in each server. */
export const TYPED_MCP_SERVERS: Shape = {
  ...MCP_SERVERS,
  value: (entry) => ({ type: 'stdio', ...plainValue(entry) }),
};

/** `{"servers": {"NAME": {"type": "stdio", ...}}}`, as Microsoft's editors and GitHub Copilot have it. */
export const SERVERS: Shape = { ...TYPED_MCP_SERVERS, container: () => ['servers'] };

/** `{"mcp": {"NAME": {"type": "local", "command": [...], "environment": {}}}}`, as opencode and its forks have it. */
export const LOCAL_MCP: Shape = {
  format: JSONC,
  container: () => ['mcp'],
  value: ({ args, command, env }) => ({
    type: 'local',
    command: [command, ...args],
    ...(Object.keys(env).length === 0 ? {} : { environment: { ...env } }),
    enabled: true,
    timeout: START_SECONDS * 1000,
  }),
};

/** Allowed time for a start, in seconds: a first sign-in takes longer than some defaults. */
export const START_SECONDS = 60;
export const CALL_SECONDS = 300;

type Files = Client['files'];

/** The same path in the home folder and in a project. */
export function inHomeOrProject(...path: readonly string[]): Files {
  return (scope, { cwd, home }) => [join(scope === 'user' ? home : cwd, ...path)];
}

/** A client without configuration for a project. */
export function forUser(files: (machine: Machine) => readonly string[]): Files {
  return (scope, machine) => (scope === 'user' ? files(machine) : []);
}

/** One file for the user, and one in the project. */
export function forBoth(user: (machine: Machine) => string, ...project: readonly string[]): Files {
  return (scope: Scope, machine) => [scope === 'user' ? user(machine) : join(machine.cwd, ...project)];
}

export const inHome =
  (...path: readonly string[]) =>
  ({ home }: Machine): readonly string[] => [join(home, ...path)];

export const inConfig =
  (...path: readonly string[]) =>
  (machine: Machine): readonly string[] => [join(configFolder(machine), ...path)];
